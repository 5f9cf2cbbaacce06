//! What becomes of claims when students come to schools: a new one where another school has the
//! student, and an end of those that went before.

use std::collections::BTreeSet;

use ascms_domain::access::{Caller, Grant, Role};
use ascms_domain::calendar::nz_date;
use ascms_domain::enrolment_claims::{ClaimAnswerer, ClaimStanding, ClaimWord, opens_on};
use ascms_domain::ids::ProviderId;
use ascms_domain::ids::{EnrolmentClaimId, EnrolmentId, SchoolId, StudentId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use crate::features::enrolment_claims::opening::{self, ClaimReply, CurrentClaim};
use crate::features::students::enrolment::{Arrival, GivingSchool, MovedStudent};
use crate::gate;
use crate::reference::judgement_basis::JudgementBasis;
use crate::rows::enrolment_claim::is_closed;
use crate::rows::enrolment_claim::{ActiveModel, Column, Entity, Model};
use crate::rows::{self, school};
use crate::store::bulk;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;

/// Makes a claim of each coming to a school that takes a student from another one; answers with the
/// students whose open case stays with the school that it was with: they are closed to the school
/// that they came to, or came back to one that had never lost them. `word` is none of a provider's change
/// of school. The caller holds the students' lock.
///
/// The register's word needs nobody's agreement, nor does that of the provider of the open case.
pub(crate) async fn follow(
    txn: &DatabaseTransaction,
    grant: &Grant,
    moved: &[MovedStudent],
    word: Option<ClaimWord>,
    basis: JudgementBasis<'_>,
) -> Result<BTreeSet<StudentId>, StoreError> {
    let now = basis.now;
    let before = moved.iter().flat_map(|one| &one.before).copied();
    let before: Vec<EnrolmentId> = before.collect();
    let standing = if before.is_empty() {
        Vec::new()
    } else {
        closed(txn, Column::EnrolmentId.is_in(bulk::padded(before))).await?
    };
    let mut staying = BTreeSet::new();
    for one in moved {
        let Some(arrival) = one.arrival else { continue };
        let own = |claim: &&Model| one.before.contains(&claim.enrolment_id);
        let of_student: Vec<&Model> = standing.iter().filter(own).collect();
        let agreed = speaks_for_itself(txn, grant, one.student_id, word).await?;
        let mut from = arrival.from;
        for claim in of_student {
            let current = CurrentClaim { claim: claim.clone(), student: one.student_id };
            if claim.enrolment_id != arrival.enrolment_id {
                let back = claim.from_school_id == arrival.school_id;
                let school_id = claim.from_school_id;
                let giving = GivingSchool { school_id, was_enrolled: claim.from_enrolled };
                from = (!back).then_some(giving);
                if back {
                    staying.insert(one.student_id);
                }
                let lapsed =
                    ClaimReply { standing: ClaimStanding::Lapsed, by: None, comment: None };
                opening::settle(txn, grant, current, lapsed, now).await?;
            } else if let Some(by) = agreed {
                let reply =
                    ClaimReply { standing: ClaimStanding::Agreed, by: Some(by), comment: None };
                opening::settle(txn, grant, current, reply, now).await?;
            } else {
                staying.insert(one.student_id);
            }
        }
        if let (Some(from), Some(word), None) = (from, word, agreed) {
            let student = one.student_id;
            let made = NewClaim { student, arrival, from, word };
            let claim = claim(txn, grant, made, basis).await?;
            opening::announce(txn, grant, &CurrentClaim { claim, student }, now).await?;
            staying.insert(one.student_id);
        }
    }
    Ok(staying)
}

/// Agrees to the claims that say what somebody says who may: these students are at these schools.
/// Answers whether there was any.
pub(crate) async fn confirm(
    txn: &DatabaseTransaction,
    grant: &Grant,
    said: &[(StudentId, SchoolId)],
    by: ClaimAnswerer,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let open = rows::enrolment::Entity::find()
        .filter(
            rows::enrolment::Column::StudentId.is_in(bulk::padded(said.iter().map(|one| one.0))),
        )
        .filter(rows::enrolment::Column::LeftOn.is_null())
        .all(txn)
        .await?;
    let open = open.into_iter().filter(|row| said.contains(&(row.student_id, row.school_id)));
    let open: Vec<rows::enrolment::Model> = open.collect();
    let ids = bulk::padded(open.iter().map(|row| row.id));
    let found = closed(txn, Column::EnrolmentId.is_in(ids)).await?;
    let any = !found.is_empty();
    for claim in found {
        let row = open.iter().find(|row| row.id == claim.enrolment_id);
        let student = row.map_or(claim.student_id, |row| row.student_id);
        let agreed = ClaimReply { standing: ClaimStanding::Agreed, by: Some(by), comment: None };
        let claim = CurrentClaim { claim, student };
        opening::settle(txn, grant, claim, agreed, now).await?;
    }
    Ok(any)
}

/// The claims that are closed, the earlier first.
async fn closed(
    txn: &DatabaseTransaction,
    of: sea_orm::sea_query::SimpleExpr,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(of)
        .filter(is_closed())
        .order_by_asc(Column::MadeAt)
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(txn)
        .await
}

/// Whose word needs no agreement, and counts as one.
async fn speaks_for_itself(
    txn: &DatabaseTransaction,
    grant: &Grant,
    student: StudentId,
    word: Option<ClaimWord>,
) -> Result<Option<ClaimAnswerer>, StoreError> {
    let appointment = grant.appointment();
    if appointment.role == Role::EnrolmentRegister {
        return Ok(Some(ClaimAnswerer::EnrolmentRegister));
    }
    let Some(provider) = appointment.provider else { return Ok(None) };
    let speaks = word.is_none() || has_the_case(txn, provider, student).await?;
    Ok(speaks.then_some(ClaimAnswerer::Provider))
}

/// What a claim is made of.
struct NewClaim {
    student: StudentId,
    arrival: Arrival,
    from: GivingSchool,
    word: ClaimWord,
}

async fn claim(
    txn: &DatabaseTransaction,
    grant: &Grant,
    NewClaim { student, arrival, from, word }: NewClaim,
    JudgementBasis { rules, calendars, now }: JudgementBasis<'_>,
) -> Result<Model, StoreError> {
    let today = nz_date(now);
    let school = school::Entity::find_by_id(from.school_id).one(txn).await?;
    let region = school.and_then(|school| school.holiday_region);
    let open = calendars.open_days(from.school_id, region);
    let days = rules.eligibility(today)?.parameters.claim_school_days;
    let (user_id, client_id) = match grant.caller() {
        Caller::User(id) => (Some(id), None),
        Caller::Client(id) => (None, Some(id)),
    };
    let row = Model {
        id: EnrolmentClaimId::generate(),
        student_id: student,
        enrolment_id: arrival.enrolment_id,
        school_id: arrival.school_id,
        from_school_id: from.school_id,
        from_enrolled: from.was_enrolled,
        word,
        made_at: now,
        user_id,
        client_id,
        request_id: grant.request_id(),
        opens_on: opens_on(today, days, &open),
        standing: ClaimStanding::Waiting,
        answered_at: None,
        answered_by: None,
        answered_as: None,
        comment: None,
        version: 1,
    };
    whole_row::insert(txn, ActiveModel::from(row.clone())).await?;
    Ok(row)
}

/// Whether a provider has the student's open case.
pub(crate) async fn has_the_case(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    student: StudentId,
) -> Result<bool, StoreError> {
    Ok(gate::case::open_of(db, student).await?.is_some_and(|case| case.provider_id == provider))
}
