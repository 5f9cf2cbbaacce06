//! A claim comes to its end: what it opens then, and who hears of it.

use ascms_domain::access::{Action, Caller, Grant};
use ascms_domain::calendar::nz_date;
use ascms_domain::enrolment_claims::{ClaimAnswerer, ClaimStanding, ClaimWord};
use ascms_domain::ids::StudentId;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use crate::features::cases;
use crate::features::students::enrolment;
use crate::reference::actors;
use crate::rows::enrolment_claim::{ActiveModel, Column, Entity, Model};
use crate::rows::{self, lifecycle, school};
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;
use crate::trace::case_change::Change;
use crate::{Store, gate, identity, trace};

/// What is said to a claim; by nobody where time or another school's word ends it.
pub(super) struct ClaimReply {
    pub standing: ClaimStanding,
    pub by: Option<ClaimAnswerer>,
    pub comment: Option<String>,
}

/// A claim, with the student that its record is read under now.
#[derive(Clone, Debug)]
pub(super) struct CurrentClaim {
    pub claim: Model,
    pub student: StudentId,
}

/// Writes down where a claim stands from now on. One that opens lets an open case follow its
/// student.
pub(super) async fn settle(
    txn: &DatabaseTransaction,
    grant: &Grant,
    CurrentClaim { claim, student }: CurrentClaim,
    reply: ClaimReply,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let claim = write(txn, claim, reply, Some(grant), now).await?;
    let settled = CurrentClaim { claim, student };
    announce(txn, grant, &settled, now).await?;
    if settled.claim.standing.is_open() {
        open(txn, grant, &settled, now).await?;
    }
    Ok(())
}

async fn write(
    txn: &DatabaseTransaction,
    claim: Model,
    ClaimReply { standing, by, comment }: ClaimReply,
    grant: Option<&Grant>,
    now: DateTime<Utc>,
) -> Result<Model, DbErr> {
    let row = Model {
        standing,
        answered_at: Some(now),
        answered_by: grant.map(|grant| grant.caller().id()),
        answered_as: by.or(claim.answered_as),
        comment: comment.or(claim.comment),
        version: claim.version + 1,
        ..claim
    };
    whole_row::update(txn, ActiveModel::from(row.clone())).await?;
    Ok(row)
}

/// The open case follows its student to the school that sees them now, when they are there still.
async fn open(
    txn: &DatabaseTransaction,
    grant: &Grant,
    CurrentClaim { claim, student }: &CurrentClaim,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let there = enrolment::open(txn, *student).await?;
    if there.is_none_or(|row| row.id != claim.enrolment_id) {
        return Ok(());
    }
    let Some(school) = school::Entity::find_by_id(claim.school_id).one(txn).await? else {
        return Ok(());
    };
    let school = cases::NumberedSchool { id: school.id, number: school.number };
    cases::follow_student(txn, grant, *student, school, now).await?;
    Ok(())
}

/// The audit entry and the event of a claim that was made or came to its end. On an open case the
/// case manager, the primary contact and the attendance leads of the school that has the student
/// are told.
pub(super) async fn announce(
    txn: &DatabaseTransaction,
    grant: &Grant,
    CurrentClaim { claim, student }: &CurrentClaim,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let kind = event_kind(claim.standing);
    if let Some(case) = gate::case::open_of(txn, *student).await? {
        let leads = actors::attendance_leads_of(txn, claim.from_school_id, nz_date(now)).await?;
        let change = Change::on_case(kind, claim.id.0, claim.version);
        let change = change.with([student.0]).telling(leads);
        return Ok(trace::case_change::changed(txn, grant, &case, change, now).await?);
    }
    let subject = Subject::one("enrolment_claim", claim.id.0).with([student.0]);
    audit::record(txn, audit::allowed(grant, subject, now)).await?;
    Ok(events::record(txn, event(claim), now).await?)
}

/// Tells those who are told of claims on an open case that nobody has opposed one, and nobody else
/// has ended it.
async fn notify_school(
    txn: &DatabaseTransaction,
    CurrentClaim { claim, student }: &CurrentClaim,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(case) = gate::case::open_of(txn, *student).await? else { return Ok(()) };
    let leads = actors::attendance_leads_of(txn, claim.from_school_id, nz_date(now)).await?;
    let change = Change::on_case(event_kind(claim.standing), claim.id.0, claim.version);
    Ok(trace::case_change::notify_concerned(txn, &case, change.telling(leads), None, now).await?)
}

fn event_kind(standing: ClaimStanding) -> &'static str {
    match standing {
        ClaimStanding::Waiting => "enrolment_claim.made",
        ClaimStanding::Agreed => "enrolment_claim.agreed",
        ClaimStanding::Opposed => "enrolment_claim.opposed",
        ClaimStanding::Unopposed => "enrolment_claim.unopposed",
        ClaimStanding::Lapsed => "enrolment_claim.lapsed",
    }
}

fn event(claim: &Model) -> Event {
    Event {
        kind: event_kind(claim.standing),
        subject_id: claim.id.0,
        version: claim.version,
        provider_id: None,
        school_id: Some(claim.from_school_id),
    }
}

impl Store {
    /// Opens one claim that nobody has opposed for so many school days. Answers whether there was
    /// one: then there may be more.
    pub async fn open_one_unopposed(&self, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let due = Entity::find()
            .filter(lifecycle::is((Entity, Column::Standing), ClaimStanding::is_waiting))
            .filter(Column::OpensOn.lte(nz_date(now)))
            .order_by_asc(Column::OpensOn)
            .order_by_asc(Column::Id);
        // Nearly always there is nothing: found out without the lock of a write.
        let Some(claim) = due.limit(1).one(&self.read).await? else { return Ok(false) };
        let grant = self.of_who_claimed(&claim, now).await?;
        let txn = self.begin().await?;
        let student = student_of(&txn, &claim).await?;
        identity::enrolment_lock::lock(&txn, [student]).await?;
        let still = Entity::find_by_id(claim.id).lock_exclusive().one(&txn).await?;
        let still = still.filter(|row| row.standing.is_waiting());
        if let Some(row) = still {
            let reply = ClaimReply { standing: ClaimStanding::Unopposed, by: None, comment: None };
            let claim = write(&txn, row, reply, None, now).await?;
            let subject = Subject::one("enrolment_claim", claim.id.0).with([student.0]);
            let entry = audit::by_operator("enrolment-claims:answer", subject, now);
            audit::record(&txn, entry).await?;
            events::record(&txn, event(&claim), now).await?;
            let unopposed = CurrentClaim { claim, student };
            notify_school(&txn, &unopposed, now).await?;
            // The case follows in the name of who claimed; who may no longer moves nothing.
            if let Some(grant) = &grant {
                open(&txn, grant, &unopposed, now).await?;
            }
        }
        txn.commit().await?;
        Ok(true)
    }

    async fn of_who_claimed(
        &self,
        claim: &Model,
        now: DateTime<Utc>,
    ) -> Result<Option<Grant>, StoreError> {
        let caller = claim.user_id.map(Caller::User).or(claim.client_id.map(Caller::Client));
        let action = match claim.word {
            ClaimWord::Referral => Action::SubmitReferrals,
            ClaimWord::Enrolment => Action::SendEnrolments,
        };
        let Some(caller) = caller else { return Ok(None) };
        self.granted_to(caller, action, claim.request_id, nz_date(now)).await
    }
}

/// Who the student of a claim is now.
pub(crate) async fn student_of(
    db: &impl ConnectionTrait,
    claim: &Model,
) -> Result<StudentId, StoreError> {
    match rows::enrolment::Entity::find_by_id(claim.enrolment_id).one(db).await? {
        Some(row) => Ok(row.student_id),
        None => identity::merges::current(db, claim.student_id).await,
    }
}
