//! Who may see how a protected student's whānau are to be reached, and whether that is withheld
//! from a caller.

use ascms_domain::access::{Caller, Grant};
use ascms_domain::address_readers::{
    NamingCircumstances, NamingRefusal, PROTECTED_FIELDS, has_effect, is_withheld, may_name,
};
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::{AddressReaderId, ProviderId, StudentId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use crate::gate::write::Write;
use crate::reach::address_readers::of_student;
use crate::reach::rows::student;
use crate::reference::actors;
use crate::rows::protected_address_reader::{ActiveModel, Column, Entity, Model};
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::page::{Page, PageRequest};
use crate::store::whole_row;
use crate::{Store, gate, identity};

/// A naming, whom it names, and whether it has effect now.
#[derive(Clone, Debug)]
pub struct ReaderRow {
    pub reader: Model,
    pub name: String,
    pub has_effect: bool,
}

/// Why a person was not named, or a naming not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NamingChangeRefusal {
    #[error(transparent)]
    Rule(#[from] NamingRefusal),
    #[error("nobody has this id")]
    UnknownPerson,
}

impl Write<'_> {
    /// Names a person of the caller's provider.
    pub async fn name_address_reader(
        &self,
        student_id: StudentId,
        user_id: UserId,
    ) -> Result<ReaderRow, CallError<NamingChangeRefusal>> {
        let (txn, grant, now) = (self.txn, self.grant(), self.now());
        let student_id = identity::locks::hold_one(txn, student_id).await?;
        identity::students::visible(txn, grant, student_id).await?;
        let standing = standing(txn, student_id).await?;
        let here = standing.open_at.filter(|provider| grant.leads(*provider));
        let provider_id = here.ok_or(refused(NamingRefusal::NoOpenCaseHere))?;
        let at = circumstances(txn, standing, user_id, provider_id, now).await?;
        let at = at.ok_or(CallError::Refused(NamingChangeRefusal::UnknownPerson))?;
        may_name(&at).map_err(refused)?;
        for before in running(txn, student_id, user_id, provider_id).await? {
            if has_effect(before.named_at, &at) {
                return Err(refused(NamingRefusal::AlreadyNamed));
            }
            end(self, before).await?;
        }
        let row = Model {
            id: AddressReaderId::generate(),
            student_id,
            user_id,
            provider_id,
            named_at: now,
            named_by: self.caller(),
            ended_at: None,
            ended_by: None,
        };
        whole_row::insert(txn, ActiveModel::from(row.clone())).await?;
        announce(self, &row, "address_reader.named").await?;
        Ok(shown(txn, standing, row, now).await?)
    }

    /// Ends a naming: from the next call on the person sees nothing of the address.
    pub async fn end_address_reader(
        &self,
        (student_id, id): (StudentId, AddressReaderId),
    ) -> Result<ReaderRow, CallError<NamingChangeRefusal>> {
        let (txn, grant) = (self.txn, self.grant());
        let student_id = identity::locks::hold_one(txn, student_id).await?;
        identity::students::visible(txn, grant, student_id).await?;
        let row = of_student(grant, student_id).filter(Column::Id.eq(id));
        let row = row.lock_exclusive().one(txn).await?.ok_or(StoreError::NotFound)?;
        if row.ended_at.is_some() {
            return Err(refused(NamingRefusal::AlreadyEnded));
        }
        let row = end(self, row).await?;
        announce(self, &row, "address_reader.ended").await?;
        let standing = standing(txn, student_id).await?;
        Ok(shown(txn, standing, row, self.now()).await?)
    }
}

impl Store {
    /// One naming of the caller's provider.
    pub async fn address_reader(
        &self,
        grant: &Grant,
        (student_id, id): (StudentId, AddressReaderId),
        now: DateTime<Utc>,
    ) -> Result<ReaderRow, StoreError> {
        let student = identity::students::visible(&self.read, grant, student_id).await?;
        let row = of_student(grant, student.id).filter(Column::Id.eq(id)).one(&self.read).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        let standing = standing(&self.read, student.id).await?;
        let row = shown(&self.read, standing, row, now).await?;
        let subject = Subject::one("student", student.id.0).with([id.0]);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(row)
    }

    /// The namings of the caller's provider that nobody ended, newest first.
    pub async fn address_readers(
        &self,
        grant: &Grant,
        student_id: StudentId,
        page: PageRequest<AddressReaderId>,
        now: DateTime<Utc>,
    ) -> Result<Page<ReaderRow, AddressReaderId>, StoreError> {
        let student = identity::students::visible(&self.read, grant, student_id).await?;
        let fitting = of_student(grant, student.id).filter(Column::EndedAt.is_null());
        let total = page.total(&fitting, &self.read).await?;
        let query = page.newest_first(fitting, Column::Id);
        let Page { items, next, .. } = page.cut(query.all(&self.read).await?, |row| row.id);
        let standing = standing(&self.read, student.id).await?;
        let mut rows = Vec::with_capacity(items.len());
        for row in items {
            rows.push(shown(&self.read, standing, row, now).await?);
        }
        let further = rows.iter().map(|row| row.reader.id.0);
        let subject = Subject::one("student", student.id.0).with(further);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(Page { items: rows, next, total })
    }
}

/// Whether how to reach the student's whānau is kept from this caller now. The student is as the
/// file shows them: a joined record's protection counts.
pub(crate) async fn withheld(
    db: &impl ConnectionTrait,
    grant: &Grant,
    student: &student::Model,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let protected = student.address_protected;
    let named = protected && is_named(db, grant, student.id, now).await?;
    Ok(is_withheld(protected, named))
}

/// The fields of the student's contacts whose values are not for this caller.
pub(crate) async fn withheld_fields(
    db: &impl ConnectionTrait,
    grant: &Grant,
    student: &student::Model,
    now: DateTime<Utc>,
) -> Result<&'static [&'static str], DbErr> {
    Ok(if withheld(db, grant, student, now).await? { PROTECTED_FIELDS } else { &[] })
}

async fn is_named(
    db: &impl ConnectionTrait,
    grant: &Grant,
    student_id: StudentId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let user_id = match grant.caller() {
        Caller::User(id) => id,
        Caller::Client(_) => return Ok(false),
    };
    // At the one provider that has the open case, if any: no other naming has effect.
    let standing = standing(db, student_id).await?;
    let Some(provider_id) = standing.open_at else { return Ok(false) };
    let at = circumstances(db, standing, user_id, provider_id, now).await?;
    let Some(at) = at else { return Ok(false) };
    let namings = running(db, student_id, user_id, provider_id).await?;
    Ok(namings.iter().any(|naming| has_effect(naming.named_at, &at)))
}

/// What of a student every naming is held against.
#[derive(Clone, Copy)]
struct NamingStanding {
    /// The provider that has the open case, if any.
    open_at: Option<ProviderId>,
    /// When a record was last joined to the student's.
    joined_at: Option<DateTime<Utc>>,
}

async fn standing(
    db: &impl ConnectionTrait,
    student_id: StudentId,
) -> Result<NamingStanding, DbErr> {
    let case = gate::case::open_of(db, student_id).await?;
    let merges = identity::merges::into(db, student_id).await?;
    Ok(NamingStanding {
        open_at: case.map(|case| case.provider_id),
        joined_at: merges.iter().map(|merge| merge.merged_at).max(),
    })
}

/// What the naming of a person by a provider is held against; `None` when there is no such person.
async fn circumstances(
    db: &impl ConnectionTrait,
    NamingStanding { open_at, joined_at }: NamingStanding,
    user_id: UserId,
    provider_id: ProviderId,
    now: DateTime<Utc>,
) -> Result<Option<NamingCircumstances>, DbErr> {
    let person = actors::assignee(db, user_id, provider_id, nz_date(now)).await?;
    let has_open_case = open_at == Some(provider_id);
    Ok(person.map(|person| NamingCircumstances { has_open_case, person, joined_at }))
}

/// The naming of a person that nobody ended; there is at most one.
async fn running(
    db: &impl ConnectionTrait,
    student_id: StudentId,
    user_id: UserId,
    provider_id: ProviderId,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::StudentId.eq(student_id))
        .filter(Column::UserId.eq(user_id))
        .filter(Column::ProviderId.eq(provider_id))
        .filter(Column::EndedAt.is_null())
        .all(db)
        .await
}

async fn end(write: &Write<'_>, row: Model) -> Result<Model, DbErr> {
    let ended = Model { ended_at: Some(write.now()), ended_by: Some(write.caller()), ..row };
    whole_row::update(write.txn, ActiveModel::from(ended.clone())).await?;
    Ok(ended)
}

async fn shown(
    db: &impl ConnectionTrait,
    standing: NamingStanding,
    reader: Model,
    now: DateTime<Utc>,
) -> Result<ReaderRow, DbErr> {
    let at = circumstances(db, standing, reader.user_id, reader.provider_id, now).await?;
    let has_effect =
        reader.ended_at.is_none() && at.is_some_and(|at| has_effect(reader.named_at, &at));
    let name = actors::name_of(db, reader.user_id).await?.unwrap_or_default();
    Ok(ReaderRow { reader, name, has_effect })
}

fn refused(err: NamingRefusal) -> CallError<NamingChangeRefusal> {
    CallError::Refused(err.into())
}

async fn announce(write: &Write<'_>, row: &Model, kind: &'static str) -> Result<(), DbErr> {
    let &Write { txn, call, .. } = write;
    let subject = Subject::one("student", row.student_id.0).with([row.id.0, row.user_id.0]);
    audit::record(txn, audit::allowed(call.grant, subject, call.now)).await?;
    let event = Event {
        kind,
        subject_id: row.id.0,
        version: row.version(),
        provider_id: Some(row.provider_id),
        school_id: None,
    };
    events::record(txn, event, call.now).await
}

impl Model {
    /// A naming changes once.
    pub fn version(&self) -> i32 {
        if self.ended_at.is_none() { 1 } else { 2 }
    }
}
