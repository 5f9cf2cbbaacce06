//! The people to contact for a student.

use ascms_domain::access::Grant;
use ascms_domain::ids::{StudentId, WhanauContactId};
use ascms_domain::measures::ClockCause;
use ascms_domain::students::SentWhanauContact;
use ascms_domain::text::fold;
use ascms_domain::whanau_contacts::{self, Brought, Details};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use super::address_reader::{withheld, withheld_fields};
use super::merge::arrival;
use crate::audit::{self, Subject};
use crate::call::About;
use crate::events::{self, Event};
use crate::history::{Edit, Standing};
use crate::idempotency::{Answer, Shown};
use crate::measures::{self, Which};
use crate::reference_data::unknown_codes;
use crate::turns::Topic;
use crate::{
    Almanac, Call, CallError, ChangeError, DatabaseTransaction, Store, StoreError, history,
};

mod confirmation;

pub(crate) use confirmation::confirmations_of;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "whanau_contact")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WhanauContactId,
    pub student_id: StudentId,
    pub name: String,
    pub relationship: String,
    pub phone: Option<String>,
    pub other_phone: Option<String>,
    pub email: Option<String>,
    pub address: Option<String>,
    pub preferred_language: Option<String>,
    /// The day on which somebody last made sure that these details are right.
    pub confirmed_on: Option<NaiveDate>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// The code set of what a contact is to the student.
pub const RELATIONSHIPS: &str = "whanau-relationships";

/// A student's contacts are few; more than these are refused on the way in.
pub const MOST_PER_STUDENT: u64 = 20;

impl Store {
    /// The contacts of a student, oldest first, and whether how to reach them is withheld.
    pub async fn whanau_contacts(
        &self,
        grant: &Grant,
        student_id: StudentId,
        now: DateTime<Utc>,
    ) -> Result<(Vec<Model>, bool), StoreError> {
        let student = super::visible(self.reader(), grant, student_id).await?;
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
        let student = super::visible(self.reader(), grant, student_id).await?;
        let row = find(&self.read, student.id, id).await?;
        let subject = Subject::one("student", student.id.0).with([id.0]);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok((row, withheld(&self.read, grant, &student, now).await?))
    }

    /// Adds a contact; `render` makes the answer that a retry will get again.
    pub async fn add_whanau_contact(
        &self,
        call: &Call<'_>,
        student_id: StudentId,
        sent: SentWhanauContact,
        render: impl FnOnce(&Model, bool) -> Answer,
    ) -> Result<Answer, CallError<AddContactError>> {
        let Call { grant, now, .. } = *call;
        let almanac = self.almanac().await?;
        self.carry_out_on(
            Topic::Record(student_id.0),
            (call, About::Student(student_id)),
            async |txn| {
                let record = student_id;
                let student_id = super::merge::hold(txn, record).await?;
                let student = super::visible(txn, grant, student_id).await?;
                let there =
                    Entity::find().filter(Column::StudentId.eq(student_id)).count(txn).await?;
                if there >= MOST_PER_STUDENT {
                    return Err(CallError::Refused(AddContactError::TooMany));
                }
                let relationship = [(RELATIONSHIPS, sent.relationship.as_str())];
                if !unknown_codes(txn, &relationship).await?.is_empty() {
                    return Err(CallError::Refused(AddContactError::UnknownRelationship));
                }
                let row = new(student_id, sent, now);
                insert(txn, row.clone()).await?;
                let under = Some(record).filter(|record| *record != student_id);
                arrival::note(txn, [row.id.0], under).await?;
                confirmation::keep(txn, None, &row, now).await?;
                tell_measures(txn, student_id, (&almanac, now)).await?;
                record_change(txn, grant, &row, "whanau_contact.added", now).await?;
                let withheld = withheld(txn, grant, &student, now).await?;
                let address = (!withheld).then_some(Shown::Address);
                Ok(render(&row, withheld).showing(address))
            },
        )
        .await
    }

    /// Applies an edit to a contact that has not changed since.
    pub async fn change_whanau_contact<E>(
        &self,
        edit: &Edit<'_>,
        ids: (StudentId, WhanauContactId),
        change: impl FnOnce(&mut Model) -> Result<(), E>,
    ) -> Result<(Model, bool), ChangeError<E>> {
        let Edit { grant, now, .. } = *edit;
        let (student_id, id) = ids;
        let almanac = self.almanac().await?;
        let txn = self.begin().await?;
        let student_id = super::merge::hold(&txn, student_id).await?;
        let student = super::visible(&txn, grant, student_id).await?;
        let before = find_locked(&txn, student_id, id).await?;
        let subject = Subject::one("student", student_id.0).with([id.0]);
        let not_shown = withheld_fields(&txn, grant, &student, now).await?;
        let mut row = before.clone();
        let changed = change(&mut row);
        let rows = (&before, changed.is_ok().then_some(&row));
        let (txn, standing) = self.unless_stale(txn, edit, rows, subject, not_shown).await?;
        if standing == Standing::Done {
            txn.commit().await?;
            return Ok((before, !not_shown.is_empty()));
        }
        changed.map_err(ChangeError::Refused)?;
        let relationship = [(RELATIONSHIPS, row.relationship.as_str())];
        if row.relationship != before.relationship
            && !unknown_codes(&txn, &relationship).await?.is_empty()
        {
            return Err(StoreError::UnknownCode("relationship", RELATIONSHIPS).into());
        }
        history::keep(&txn, grant, &before, &mut row, now).await?;
        confirmation::keep(&txn, Some(&before), &row, now).await?;
        tell_measures(&txn, student_id, (&almanac, now)).await?;
        record_change(&txn, grant, &row, "whanau_contact.changed", now).await?;
        txn.commit().await?;
        Ok((row, !not_shown.is_empty()))
    }
}

/// Why a contact was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddContactError {
    #[error("the student has as many contacts as there may be")]
    TooMany,
    #[error("the relationship is no code of the set `{RELATIONSHIPS}`")]
    UnknownRelationship,
}

/// Whether contact details are up to date is part of an outcome.
async fn tell_measures(
    txn: &DatabaseTransaction,
    student: StudentId,
    by: (&Almanac, DateTime<Utc>),
) -> Result<(), StoreError> {
    measures::tell(txn, Which::Students(&[student]), ClockCause::WhanauContact, by).await
}

async fn record_change(
    db: &impl ConnectionTrait,
    grant: &Grant,
    row: &Model,
    kind: &'static str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let subject = Subject::one("student", row.student_id.0).with([row.id.0]);
    audit::record(db, audit::allowed(grant, subject, now)).await?;
    let event = Event {
        kind,
        subject_id: row.id.0,
        version: row.version,
        provider_id: None,
        school_id: None,
    };
    events::record(db, event, now).await
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

async fn insert(db: &impl ConnectionTrait, row: Model) -> Result<(), DbErr> {
    Entity::insert(ActiveModel::from(row).reset_all()).exec_without_returning(db).await?;
    Ok(())
}

/// Adds what a referral brings: people not known yet, and what is new of those who are.
pub(crate) async fn bring(
    db: &impl ConnectionTrait,
    grant: &Grant,
    (student_id, under): (StudentId, Option<StudentId>),
    sent: &[SentWhanauContact],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if sent.is_empty() {
        return Ok(());
    }
    let mut known = of_student(db, student_id).await?;
    if let Some(record) = under {
        // The other record's people may be others of the same name.
        let ids: Vec<WhanauContactId> = known.iter().map(|contact| contact.id).collect();
        let owners = arrival::owners(db, student_id, &ids).await?;
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
            Brought::Renewed(renewed) => renew(db, grant, before, renewed, now).await?,
            Brought::Apart => {
                let there =
                    of_name.iter().any(|known| whanau_contacts::holds(&details(known), &told));
                added.extend((!there).then(|| contact.clone()));
            }
        }
    }
    let added = add(db, student_id, &added, now).await?;
    arrival::note(db, added.iter().map(|id| id.0), under).await
}

async fn renew(
    db: &impl ConnectionTrait,
    grant: &Grant,
    before: &Model,
    details: Details,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let Details { relationship, phone, other_phone, email, address, .. } = details;
    let Details { preferred_language, confirmed_on, .. } = details;
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
    history::record(db, Some(grant.caller()), before, &renewed, now).await?;
    confirmation::keep(db, Some(before), &renewed, now).await?;
    Entity::update(ActiveModel::from(renewed).reset_all()).exec(db).await?;
    Ok(())
}

fn details(row: &Model) -> Details {
    Details {
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
    db: &impl ConnectionTrait,
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
    Entity::insert_many(added).exec_without_returning(db).await?;
    confirmation::keep_first(db, &rows, now).await?;
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
