//! Students of one family. A sibling is shown as far as the caller's reach goes: beyond it there
//! is nobody.

use std::convert::Infallible;

use ascms_domain::access::Grant;
use ascms_domain::ids::StudentId;
use ascms_domain::siblings::{Pair, SiblingRefusal, may_declare};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder};

use crate::gate::write::Write;
use crate::reach::rows::student;
use crate::rows::sibling::{ActiveModel, Column, Entity, Model};
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;
use crate::{Store, identity};

/// The ids of one student and of their sibling.
type SiblingIds = (StudentId, StudentId);

/// A sibling of a student, and how that is known.
#[derive(Clone, Debug)]
pub struct Sibling {
    pub student: student::Model,
    pub declared: Model,
}

/// A sibling as somebody declared them, and where the ids of the two lead.
#[derive(Clone, Debug)]
pub struct DeclaredSibling {
    pub ids: SiblingIds,
    pub sibling: Sibling,
}

/// Why two students were not declared siblings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeclarationRefusal {
    #[error(transparent)]
    Rule(#[from] SiblingRefusal),
    #[error("nobody within reach has this id")]
    UnknownStudent,
}

impl Store {
    /// The siblings of a student who are within reach too, first declared first.
    pub async fn siblings(
        &self,
        grant: &Grant,
        id: StudentId,
        now: DateTime<Utc>,
    ) -> Result<Vec<Sibling>, StoreError> {
        let student = identity::students::visible(&self.read, grant, id).await?;
        let siblings = of_student(&self.read, grant, student.id).await?;
        let further = siblings.iter().map(|sibling| sibling.student.id.0);
        let subject = Subject::one("student", student.id.0).with(further);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(siblings)
    }

    /// One sibling of a student.
    pub async fn sibling(
        &self,
        grant: &Grant,
        (id, sibling_id): SiblingIds,
        now: DateTime<Utc>,
    ) -> Result<Sibling, StoreError> {
        let student = identity::students::visible(&self.read, grant, id).await?;
        let sibling = identity::students::visible(&self.read, grant, sibling_id).await?;
        let found = of_student(&self.read, grant, student.id).await?;
        let found = found.into_iter().find(|one| one.student.id == sibling.id);
        let found = found.ok_or(StoreError::NotFound)?;
        let subject = Subject::one("student", student.id.0).with([sibling.id.0]);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(found)
    }
}

impl Write<'_> {
    /// Declares two students siblings, both within the caller's reach.
    pub async fn declare_sibling(
        &self,
        ids: SiblingIds,
    ) -> Result<DeclaredSibling, CallError<DeclarationRefusal>> {
        let (txn, grant, now) = (self.txn, self.grant(), self.now());
        let (one, other) = identity::locks::hold_both(txn, ids).await?;
        identity::students::visible(txn, grant, one).await?;
        let student = identity::students::seen(txn, grant, other).await?;
        let student = student.ok_or(CallError::Refused(DeclarationRefusal::UnknownStudent))?;
        let records = (
            identity::merges::records_of(txn, one).await?,
            identity::merges::records_of(txn, other).await?,
        );
        let rows = (running(txn, &records.0).await?, running(txn, &records.1).await?);
        let pairs = (pairs(&rows.0), pairs(&rows.1));
        may_declare(&records.0, &records.1, (&pairs.0, &pairs.1)).map_err(refused)?;
        let Pair { first, second } = Pair::of(one, other).map_err(refused)?;
        let declared = Model {
            id: Uuid::now_v7(),
            first_student_id: first,
            second_student_id: second,
            declared_at: now,
            declared_by: self.caller(),
            ended_at: None,
            ended_by: None,
        };
        whole_row::insert(txn, ActiveModel::from(declared.clone())).await?;
        announce(txn, grant, (one, other), &declared, now).await?;
        Ok(DeclaredSibling { ids: (one, other), sibling: Sibling { student, declared } })
    }

    /// Two students are no siblings after all.
    pub async fn end_sibling(&self, ids: SiblingIds) -> Result<Sibling, CallError<Infallible>> {
        let (txn, grant, now) = (self.txn, self.grant(), self.now());
        let (one, other) = identity::locks::hold_both(txn, ids).await?;
        identity::students::visible(txn, grant, one).await?;
        let student = identity::students::visible(txn, grant, other).await?;
        let records = (
            identity::merges::records_of(txn, one).await?,
            identity::merges::records_of(txn, other).await?,
        );
        // Declared of more than one of the joined records, it ends of each.
        let mut ended = None;
        for row in running(txn, &records.0).await? {
            let sibling = row.pair().sibling_of(&records.0);
            if !sibling.is_some_and(|sibling| records.1.contains(&sibling)) {
                continue;
            }
            let row = Model { ended_at: Some(now), ended_by: Some(self.caller()), ..row };
            whole_row::update(txn, ActiveModel::from(row.clone())).await?;
            ended = ended.or(Some(row));
        }
        let declared = ended.ok_or(StoreError::NotFound)?;
        announce(txn, grant, (one, other), &declared, now).await?;
        Ok(Sibling { student, declared })
    }
}

impl Model {
    fn pair(&self) -> Pair {
        Pair { first: self.first_student_id, second: self.second_student_id }
    }
}

fn pairs(rows: &[Model]) -> Vec<Pair> {
    rows.iter().map(Model::pair).collect()
}

fn refused(err: SiblingRefusal) -> CallError<DeclarationRefusal> {
    CallError::Refused(err.into())
}

/// The siblings of a student as a caller may know of them, each once.
async fn of_student(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: StudentId,
) -> Result<Vec<Sibling>, StoreError> {
    let records = identity::merges::records_of(db, id).await?;
    let declared = running(db, &records).await?;
    let of = |declared: &Model| declared.pair().sibling_of(&records);
    let ids: Vec<StudentId> = declared.iter().filter_map(of).collect();
    let seen = identity::students::seen_of(db, grant, &ids).await?;
    let mut siblings: Vec<Sibling> = Vec::new();
    for declared in declared {
        let student = of(&declared).and_then(|id| seen.get(&id)).cloned();
        let Some(student) = student else { continue };
        if !siblings.iter().any(|known| known.student.id == student.id) {
            siblings.push(Sibling { student, declared });
        }
    }
    Ok(siblings)
}

/// The pairs of these records that nobody ended, first declared first.
async fn running(db: &impl ConnectionTrait, records: &[StudentId]) -> Result<Vec<Model>, DbErr> {
    let either = Condition::any()
        .add(Column::FirstStudentId.is_in(records.iter().copied()))
        .add(Column::SecondStudentId.is_in(records.iter().copied()));
    Entity::find()
        .filter(either)
        .filter(Column::EndedAt.is_null())
        .order_by_asc(Column::DeclaredAt)
        .order_by_asc(Column::Id)
        .all(db)
        .await
}

async fn announce(
    txn: &DatabaseTransaction,
    grant: &Grant,
    (one, other): SiblingIds,
    row: &Model,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let subject = Subject::one("student", one.0).with([other.0]);
    audit::record(txn, audit::allowed(grant, subject, now)).await?;
    let (kind, version) =
        if row.ended_at.is_none() { ("sibling.declared", 1) } else { ("sibling.ended", 2) };
    let event = Event {
        kind,
        subject_id: row.id,
        version,
        provider_id: grant.appointment().provider,
        school_id: None,
    };
    events::record(txn, event, now).await
}
