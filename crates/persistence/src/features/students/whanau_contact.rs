//! The people to contact for a student.

use std::convert::Infallible;

use ascms_domain::access::Grant;
use ascms_domain::ids::{StudentId, WhanauContactId};
use ascms_domain::measures::ClockCause;
use ascms_domain::students::SentWhanauContact;
use ascms_domain::text::fold;
use ascms_domain::whanau_contacts::{self, Brought, KnownDetails};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use crate::features::measures::{self, ClockScope};
use crate::features::students::address_reader::{withheld, withheld_fields};
use crate::features::students::merge::arrival;
use crate::gate::write::Write;
use crate::rows::whanau_contact::{ActiveModel, Column, Entity, Model};
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::idempotency::Shown;
use crate::store::transaction::{DatabaseTransaction, NewRows};
use crate::store::whole_row;
use crate::trace::history::conflicts::{self, Edit, EditedRow, Standing};
use crate::{Store, identity, trace};

mod confirmation;

pub(crate) use confirmation::confirmations_of;

/// The code set of what a contact is to the student.
pub const RELATIONSHIPS: &str = "whanau-relationships";

/// A student's contacts are few; more than these are refused on the way in.
pub const MOST_PER_STUDENT: u64 = 20;

/// A contact that was added, as its caller sees it.
#[derive(Clone, Debug)]
pub struct AddedContact {
    pub contact: Model,
    /// How to reach them is withheld from the caller.
    pub withheld: bool,
    /// What a retry is shown only while its caller may still see it.
    pub shows: Option<Shown>,
}

impl Store {
    /// The contacts of a student, oldest first, and whether how to reach them is withheld.
    pub async fn whanau_contacts(
        &self,
        grant: &Grant,
        student_id: StudentId,
        now: DateTime<Utc>,
    ) -> Result<(Vec<Model>, bool), StoreError> {
        let student = identity::students::visible(self.reader(), grant, student_id).await?;
        let rows = of_student(&self.read, student.id).await?;
        let subject = Subject::one("student", student.id.0).with(rows.iter().map(|row| row.id.0));
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok((rows, withheld(&self.read, grant, &student, now).await?))
    }

    /// One contact, and whether how to reach them is withheld.
    pub async fn whanau_contact(
        &self,
        grant: &Grant,
        student_id: StudentId,
        id: WhanauContactId,
        now: DateTime<Utc>,
    ) -> Result<(Model, bool), StoreError> {
        let student = identity::students::visible(self.reader(), grant, student_id).await?;
        let row = find(&self.read, student.id, id).await?;
        let subject = Subject::one("student", student.id.0).with([id.0]);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok((row, withheld(&self.read, grant, &student, now).await?))
    }
}

impl Write<'_> {
    /// Adds a contact.
    pub async fn add_whanau_contact(
        &self,
        record: StudentId,
        sent: SentWhanauContact,
    ) -> Result<AddedContact, CallError<WhanauContactRefusal>> {
        let (txn, grant, now) = (self.txn, self.grant(), self.now());
        let student_id = identity::locks::hold_one(txn, record).await?;
        let student = identity::students::visible(txn, grant, student_id).await?;
        let there = Entity::find().filter(Column::StudentId.eq(student_id)).count(txn).await?;
        if there >= MOST_PER_STUDENT {
            return Err(CallError::Refused(WhanauContactRefusal::TooMany));
        }
        let relationship = [(RELATIONSHIPS, sent.relationship.as_str())];
        if !self.unknown_codes(&relationship).await?.is_empty() {
            return Err(CallError::Refused(WhanauContactRefusal::UnknownRelationship));
        }
        let contact = new(student_id, sent, now);
        insert(txn, contact.clone()).await?;
        let under = Some(record).filter(|record| *record != student_id);
        arrival::note(txn, [contact.id.0], under).await?;
        confirmation::save_confirmation(txn, None, &contact, now).await?;
        tell_measures(self, student_id).await?;
        record_change(txn, grant, &contact, "whanau_contact.added", now).await?;
        let withheld = withheld(txn, grant, &student, now).await?;
        let shows = (!withheld).then_some(Shown::Address);
        Ok(AddedContact { contact, withheld, shows })
    }

    /// Applies an edit to a contact that has not changed since; answers with the contact, and
    /// whether how to reach them is withheld.
    pub async fn change_whanau_contact(
        &self,
        edit: &Edit<'_>,
        (student_id, id): (StudentId, WhanauContactId),
        change: impl FnOnce(&mut Model),
    ) -> Result<(Model, bool), CallError<Infallible>> {
        let (txn, grant, now) = (self.txn, self.grant(), self.now());
        let student_id = identity::locks::hold_one(txn, student_id).await?;
        let student = identity::students::visible(txn, grant, student_id).await?;
        let before = find_locked(txn, student_id, id).await?;
        let subject = Subject::one("student", student_id.0).with([id.0]);
        let not_shown = withheld_fields(txn, grant, &student, now).await?;
        let mut row = before.clone();
        change(&mut row);
        let rows = EditedRow { row: &before, edited: Some(&row) };
        let standing = conflicts::require_version(txn, edit, rows, subject, not_shown).await?;
        if standing == Standing::Done {
            return Ok((before, !not_shown.is_empty()));
        }
        let relationship = [(RELATIONSHIPS, row.relationship.as_str())];
        if row.relationship != before.relationship
            && !self.unknown_codes(&relationship).await?.is_empty()
        {
            return Err(StoreError::UnknownCode("relationship", RELATIONSHIPS).into());
        }
        trace::history::save_version(txn, grant, &before, &mut row, now).await?;
        confirmation::save_confirmation(txn, Some(&before), &row, now).await?;
        tell_measures(self, student_id).await?;
        record_change(txn, grant, &row, "whanau_contact.changed", now).await?;
        Ok((row, !not_shown.is_empty()))
    }
}

/// Why a contact was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WhanauContactRefusal {
    #[error("the student has as many contacts as there may be")]
    TooMany,
    #[error("the relationship is no code of the set `{RELATIONSHIPS}`")]
    UnknownRelationship,
}

/// Whether contact details are up to date is part of an outcome.
async fn tell_measures(write: &Write<'_>, student: StudentId) -> Result<(), StoreError> {
    let Write { txn, calendars, .. } = *write;
    let which = ClockScope::Students(&[student]);
    measures::recompute_clocks(txn, which, ClockCause::WhanauContact, calendars, write.now()).await
}

async fn record_change(
    txn: &DatabaseTransaction,
    grant: &Grant,
    row: &Model,
    kind: &'static str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let subject = Subject::one("student", row.student_id.0).with([row.id.0]);
    audit::record(txn, audit::allowed(grant, subject, now)).await?;
    let event = Event {
        kind,
        subject_id: row.id.0,
        version: row.version,
        provider_id: None,
        school_id: None,
    };
    events::record(txn, event, now).await
}

async fn find(
    db: &impl ConnectionTrait,
    student_id: StudentId,
    id: WhanauContactId,
) -> Result<Model, StoreError> {
    let row = Entity::find_by_id(id).filter(Column::StudentId.eq(student_id)).one(db).await?;
    row.ok_or(StoreError::NotFound)
}

async fn find_locked(
    db: &impl ConnectionTrait,
    student_id: StudentId,
    id: WhanauContactId,
) -> Result<Model, StoreError> {
    let row = Entity::find_by_id(id)
        .filter(Column::StudentId.eq(student_id))
        .lock_exclusive()
        .one(db)
        .await?;
    row.ok_or(StoreError::NotFound)
}

pub(crate) async fn of_student(
    db: &impl ConnectionTrait,
    student_id: StudentId,
) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::StudentId.eq(student_id)).order_by_asc(Column::Id).all(db).await
}

fn new(student_id: StudentId, sent: SentWhanauContact, now: DateTime<Utc>) -> Model {
    let SentWhanauContact {
        name,
        relationship,
        phone,
        other_phone,
        email,
        address,
        preferred_language,
        confirmed_on,
    } = sent;
    Model {
        id: WhanauContactId::generate(),
        student_id,
        name: name.0,
        relationship: relationship.0,
        phone: phone.map(|phone| phone.0),
        other_phone: other_phone.map(|phone| phone.0),
        email: email.map(|email| email.0),
        address: address.map(|address| address.0),
        preferred_language: preferred_language.map(|code| code.0),
        confirmed_on,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

async fn insert(txn: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    whole_row::insert(txn, ActiveModel::from(row)).await?;
    Ok(())
}

/// Adds what a referral brings: people not known yet, and what is new of those who are.
pub(crate) async fn bring(
    write: &Write<'_>,
    student_id: StudentId,
    under: Option<StudentId>,
    sent: &[SentWhanauContact],
) -> Result<(), DbErr> {
    if sent.is_empty() {
        return Ok(());
    }
    let (txn, grant, now) = (write.txn, write.grant(), write.now());
    let mut known = of_student(txn, student_id).await?;
    if let Some(record) = under {
        // The other record's people may be others of the same name.
        let ids: Vec<WhanauContactId> = known.iter().map(|contact| contact.id).collect();
        let owners = arrival::owners(txn, student_id, &ids).await?;
        known.retain(|one| owners.get(&one.id).copied().unwrap_or(student_id) == record);
    }
    let mut added = Vec::new();
    for contact in sent {
        let name = fold(contact.name.as_str());
        let of_name: Vec<&Model> = known.iter().filter(|known| fold(&known.name) == name).collect();
        let told = details(&new(student_id, contact.clone(), now));
        let Some(before) = of_name.first() else {
            added.push(contact.clone());
            continue;
        };
        match whanau_contacts::bring(&details(before), &told) {
            Brought::Nothing => {}
            Brought::Renewed(renewed) => renew(txn, grant, before, renewed, now).await?,
            Brought::Apart => {
                let there =
                    of_name.iter().any(|known| whanau_contacts::holds(&details(known), &told));
                added.extend((!there).then(|| contact.clone()));
            }
        }
    }
    let added = add(txn, student_id, &added, now).await?;
    arrival::note(txn, added.iter().map(|id| id.0), under).await
}

async fn renew(
    txn: &DatabaseTransaction,
    grant: &Grant,
    before: &Model,
    details: KnownDetails,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let KnownDetails { relationship, phone, other_phone, email, address, .. } = details;
    let KnownDetails { preferred_language, confirmed_on, .. } = details;
    let renewed = Model {
        id: before.id,
        student_id: before.student_id,
        name: before.name.clone(),
        relationship,
        phone,
        other_phone,
        email,
        address,
        preferred_language,
        confirmed_on,
        version: before.version + 1,
        created_at: before.created_at,
        updated_at: now,
    };
    trace::history::record(txn, Some(grant.caller()), before, &renewed, now).await?;
    confirmation::save_confirmation(txn, Some(before), &renewed, now).await?;
    Entity::update(ActiveModel::from(renewed).reset_all()).exec(txn).await?;
    Ok(())
}

fn details(row: &Model) -> KnownDetails {
    KnownDetails {
        relationship: row.relationship.clone(),
        phone: row.phone.clone(),
        other_phone: row.other_phone.clone(),
        email: row.email.clone(),
        address: row.address.clone(),
        preferred_language: row.preferred_language.clone(),
        confirmed_on: row.confirmed_on,
    }
}

/// Adds people who are not known yet; answers with their ids.
pub(crate) async fn add(
    txn: &DatabaseTransaction,
    student_id: StudentId,
    sent: &[SentWhanauContact],
    now: DateTime<Utc>,
) -> Result<Vec<WhanauContactId>, DbErr> {
    if sent.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Model> =
        sent.iter().map(|contact| new(student_id, contact.clone(), now)).collect();
    let added = rows.iter().cloned().map(|row| ActiveModel::from(row).reset_all());
    txn.add(NewRows::of(added)).await?;
    confirmation::keep_first(txn, &rows, now).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Hands the contacts of a record to the one that it is joined to; answers with their ids.
pub(super) async fn hand_over(
    txn: &DatabaseTransaction,
    from: StudentId,
    into: StudentId,
) -> Result<Vec<WhanauContactId>, DbErr> {
    let ids: Vec<_> = of_student(txn, from).await?.into_iter().map(|row| row.id).collect();
    hand_back(txn, &ids, from, into).await?;
    Ok(ids)
}

/// Hands these contacts on, as far as they are still with whom they are taken from.
pub(super) async fn hand_back(
    txn: &DatabaseTransaction,
    ids: &[WhanauContactId],
    from: StudentId,
    to: StudentId,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::StudentId, Expr::value(to))
        .filter(Column::Id.is_in(ids.iter().copied()))
        .filter(Column::StudentId.eq(from))
        .exec(txn)
        .await?;
    Ok(())
}
