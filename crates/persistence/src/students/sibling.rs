//! Students of one family. A sibling is shown as far as the caller's reach goes: beyond it there
//! is nobody.

use ascms_domain::access::Grant;
use ascms_domain::ids::{StudentId, UserId};
use ascms_domain::siblings::{Pair, SiblingError, may_declare};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder};

use super::{merge, record};
use crate::audit::{self, Subject};
use crate::call::About;
use crate::events::{self, Event};
use crate::idempotency::Answer;
use crate::turns::Topic;
use crate::{Call, CallError, DatabaseTransaction, Store, StoreError};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sibling")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub first_student_id: StudentId,
    pub second_student_id: StudentId,
    pub declared_at: DateTime<Utc>,
    pub declared_by: UserId,
    pub ended_at: Option<DateTime<Utc>>,
    pub ended_by: Option<UserId>,
}

impl ActiveModelBehavior for ActiveModel {}

/// A sibling of a student, and how that is known.
#[derive(Clone, Debug)]
pub struct Sibling {
    pub student: record::Model,
    pub declared: Model,
}

/// Why two students were not declared siblings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeclareRefusal {
    #[error(transparent)]
    Rule(#[from] SiblingError),
    #[error("nobody within reach has this id")]
    UnknownStudent,
}

/// One student and their sibling, as a caller names them.
type Two = (StudentId, StudentId);

impl Store {
    /// The siblings of a student who are within reach too, first declared first.
    pub async fn siblings(
        &self,
        grant: &Grant,
        id: StudentId,
        now: DateTime<Utc>,
    ) -> Result<Vec<Sibling>, StoreError> {
        let student = super::visible(&self.read, grant, id).await?;
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
        (id, sibling_id): Two,
        now: DateTime<Utc>,
    ) -> Result<Sibling, StoreError> {
        let student = super::visible(&self.read, grant, id).await?;
        let sibling = super::visible(&self.read, grant, sibling_id).await?;
        let found = of_student(&self.read, grant, student.id).await?;
        let found = found.into_iter().find(|one| one.student.id == sibling.id);
        let found = found.ok_or(StoreError::NotFound)?;
        let subject = Subject::one("student", student.id.0).with([sibling.id.0]);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(found)
    }

    /// Declares two students siblings, both within the caller's reach.
    pub async fn declare_sibling(
        &self,
        call: &Call<'_>,
        ids: Two,
        render: impl FnOnce(Two, Sibling) -> Answer,
    ) -> Result<Answer, CallError<DeclareRefusal>> {
        self.carry_out_on(Topic::Joining, (call, About::Students(ids.0, ids.1)), async |txn| {
            let Call { grant, now, .. } = *call;
            let (one, other) = merge::hold_both(txn, ids).await?;
            super::visible(txn, grant, one).await?;
            let sibling = super::seen(txn, grant, other).await?;
            let sibling = sibling.ok_or(CallError::Refused(DeclareRefusal::UnknownStudent))?;
            let records =
                (merge::records_of(txn, one).await?, merge::records_of(txn, other).await?);
            let rows = (running(txn, &records.0).await?, running(txn, &records.1).await?);
            let pairs = (pairs(&rows.0), pairs(&rows.1));
            may_declare(&records.0, &records.1, (&pairs.0, &pairs.1)).map_err(refused)?;
            let Pair { first, second } = Pair::of(one, other).map_err(refused)?;
            let row = Model {
                id: Uuid::now_v7(),
                first_student_id: first,
                second_student_id: second,
                declared_at: now,
                declared_by: UserId(grant.caller().id()),
                ended_at: None,
                ended_by: None,
            };
            Entity::insert(ActiveModel::from(row.clone()).reset_all())
                .exec_without_returning(txn)
                .await?;
            announce(txn, grant, (one, other), &row, now).await?;
            Ok(render((one, other), Sibling { student: sibling, declared: row }))
        })
        .await
    }

    /// Two students are no siblings after all.
    pub async fn end_sibling(
        &self,
        call: &Call<'_>,
        ids: Two,
        render: impl FnOnce(Sibling) -> Answer,
    ) -> Result<Answer, CallError<std::convert::Infallible>> {
        self.carry_out_on(Topic::Joining, (call, About::Students(ids.0, ids.1)), async |txn| {
            let Call { grant, now, .. } = *call;
            let (one, other) = merge::hold_both(txn, ids).await?;
            super::visible(txn, grant, one).await?;
            let student = super::visible(txn, grant, other).await?;
            let records =
                (merge::records_of(txn, one).await?, merge::records_of(txn, other).await?);
            // Declared of more than one of the joined records, it ends of each.
            let mut ended = None;
            for row in running(txn, &records.0).await? {
                let sibling = row.pair().sibling_of(&records.0);
                if !sibling.is_some_and(|sibling| records.1.contains(&sibling)) {
                    continue;
                }
                let by = UserId(grant.caller().id());
                let row = Model { ended_at: Some(now), ended_by: Some(by), ..row };
                Entity::update(ActiveModel::from(row.clone()).reset_all())
                    .exec_without_returning(txn)
                    .await?;
                ended = ended.or(Some(row));
            }
            let declared = ended.ok_or(StoreError::NotFound)?;
            announce(txn, grant, (one, other), &declared, now).await?;
            Ok(render(Sibling { student, declared }))
        })
        .await
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

fn refused(err: SiblingError) -> CallError<DeclareRefusal> {
    CallError::Refused(err.into())
}

/// The siblings of a student as a caller may know of them, each once.
async fn of_student(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: StudentId,
) -> Result<Vec<Sibling>, StoreError> {
    let records = merge::records_of(db, id).await?;
    let declared = running(db, &records).await?;
    let of = |declared: &Model| declared.pair().sibling_of(&records);
    let ids: Vec<StudentId> = declared.iter().filter_map(of).collect();
    let seen = super::seen_of(db, grant, &ids).await?;
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
    (one, other): Two,
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
