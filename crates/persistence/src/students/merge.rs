//! Two records that mean one student: joined so that every old id still leads to the file, and
//! parted again to the letter, since what moved is written down.

use std::collections::HashMap;

use ascms_domain::access::Grant;
use ascms_domain::ids::{
    CaseId, EnrolmentId, ReferralId, StudentId, StudentMergeId, UserId, WhanauContactId,
};
use ascms_domain::merges::{MergeError, Particulars};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Func, SelectStatement, SimpleExpr, SubQueryStatement, UnionType};
use sea_orm::{
    ActiveValue::Set, ExprTrait, FromJsonQueryResult, QueryOrder, QuerySelect, QueryTrait,
};
use serde::{Deserialize, Serialize};

use super::record;
use crate::audit::{self, Subject};
use crate::call::About;
use crate::events::{self, Event};
use crate::idempotency::Answer;
use crate::turns::Topic;
use crate::{Call, CallError, DatabaseTransaction, Store, StoreError, bulk};

pub(crate) mod arrival;
mod hold;
mod join;
mod known;
mod part;
mod ties;

pub(super) use hold::hold;
pub(crate) use hold::{hold_both, keep_apart};
pub(crate) use join::join;
pub(crate) use known::{known_as, last_survivor};
pub(super) use ties::records;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "student_merge")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StudentMergeId,
    pub from_student_id: StudentId,
    pub into_student_id: StudentId,
    /// Where the old id leads now: the end of the chain.
    pub survivor_id: StudentId,
    pub reason: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub moved: Moved,
    /// The survivor's own particulars before its first edit since. Until then its row is as it
    /// was, and the file is read through both rows; an edit writes what the file shows.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub own_before: Option<Own>,
    pub merged_at: DateTime<Utc>,
    pub merged_by: UserId,
    pub undone_at: Option<DateTime<Utc>>,
    pub undone_by: Option<UserId>,
    pub undo_reason: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

/// What hung on the record and hangs on the survivor now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Moved {
    pub referrals: Vec<ReferralId>,
    pub cases: Vec<CaseId>,
    pub whanau_contacts: Vec<WhanauContactId>,
    /// As they were before.
    pub enrolments: Vec<Stay>,
    /// The survivor's own enrolment that the other record's later word ended.
    pub ended: Option<Stay>,
}

/// The end of a time at a school; open while the student is enrolled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stay {
    pub id: EnrolmentId,
    pub left_on: Option<NaiveDate>,
    pub leaving_reason: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Own(pub Particulars);

/// Why two students were not joined or parted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeRefusal {
    #[error(transparent)]
    Rule(#[from] MergeError),
    #[error("nobody within reach has this id")]
    UnknownStudent,
}

impl Store {
    /// Joins one student's record to another's.
    pub async fn merge_students(
        &self,
        call: &Call<'_>,
        from: StudentId,
        into: StudentId,
        reason: &str,
        render: impl FnOnce(&Model) -> Answer,
    ) -> Result<Answer, CallError<MergeRefusal>> {
        let almanac = self.almanac().await?;
        self.carry_out_on(Topic::Joining, (call, About::Students(from, into)), async |txn| {
            let (from, into) = hold_both(txn, (from, into)).await?;
            super::visible(txn, call.grant, from).await?;
            let survivor = super::seen(txn, call.grant, into).await?;
            survivor.ok_or(CallError::Refused(MergeRefusal::UnknownStudent))?;
            let merge = join(txn, call, (from, into), reason, &almanac).await?;
            Ok(render(&merge))
        })
        .await
    }

    /// Parts a record again from the one that it was joined to.
    pub async fn undo_student_merge(
        &self,
        call: &Call<'_>,
        from: StudentId,
        reason: &str,
        render: impl FnOnce(&Model) -> Answer,
    ) -> Result<Answer, CallError<MergeRefusal>> {
        let almanac = self.almanac().await?;
        self.carry_out_on(Topic::Joining, (call, About::Parted(from)), async |txn| {
            let Call { grant, now, .. } = *call;
            hold::nobody_else(txn).await?;
            let survivor = super::visible(txn, grant, from).await?.id;
            hold::lock(txn, &[from, survivor]).await?;
            let merge = active().filter(Column::FromStudentId.eq(from)).one(txn).await?;
            let merge = merge.ok_or(CallError::Refused(MergeError::NotMerged.into()))?;
            let undone = part::part(txn, call, merge, reason, &almanac).await?;
            announce(txn, grant, &undone, "student.unmerged", now).await?;
            Ok(render(&undone))
        })
        .await
    }

    /// The records that are joined to a student's now, the first one first.
    pub async fn student_merges(
        &self,
        grant: &Grant,
        id: StudentId,
        now: DateTime<Utc>,
    ) -> Result<Vec<Model>, StoreError> {
        let student = super::visible(&self.read, grant, id).await?;
        let merges = into(&self.read, student.id).await?;
        let further = merges.iter().map(|merge| merge.from_student_id.0);
        let subject = Subject::one("student", student.id.0).with(further);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(merges)
    }
}

fn active() -> Select<Entity> {
    Entity::find().filter(Column::UndoneAt.is_null())
}

/// A student's own record and those that were joined to it.
pub(crate) async fn records_of(
    db: &impl ConnectionTrait,
    student: StudentId,
) -> Result<Vec<StudentId>, DbErr> {
    let joined = into(db, student).await?.into_iter().map(|merge| merge.from_student_id);
    Ok([student].into_iter().chain(joined).collect())
}

/// Students, each with their own record and those that were joined to it.
pub(crate) async fn records_of_each(
    db: &impl ConnectionTrait,
    students: &[StudentId],
) -> Result<Vec<(StudentId, Vec<StudentId>)>, DbErr> {
    let joined = joined_into(db, students).await?;
    let of = |student: StudentId| {
        let others = joined.iter().filter(move |(_, survivor)| **survivor == student);
        [student].into_iter().chain(others.map(|(from, _)| *from)).collect()
    };
    Ok(students.iter().map(|student| (*student, of(*student))).collect())
}

/// Where those of the ids lead that were joined to another record.
pub(crate) async fn survivors_of(
    db: &impl ConnectionTrait,
    ids: &[StudentId],
) -> Result<HashMap<StudentId, StudentId>, DbErr> {
    let asked = bulk::padded(ids.iter().copied());
    let rows = active().filter(Column::FromStudentId.is_in(asked)).all(db).await?;
    Ok(rows.into_iter().map(|merge| (merge.from_student_id, merge.survivor_id)).collect())
}

/// The records that are joined to any of these students, and to whom.
pub(super) async fn joined_into(
    db: &impl ConnectionTrait,
    survivors: &[StudentId],
) -> Result<HashMap<StudentId, StudentId>, DbErr> {
    let rows = into_each(db, survivors).await?;
    Ok(rows.into_iter().map(|merge| (merge.from_student_id, merge.survivor_id)).collect())
}

/// The records that are joined to this one, the first one first.
pub(crate) async fn into(
    db: &impl ConnectionTrait,
    survivor: StudentId,
) -> Result<Vec<Model>, DbErr> {
    into_each(db, &[survivor]).await
}

async fn into_each(
    db: &impl ConnectionTrait,
    survivors: &[StudentId],
) -> Result<Vec<Model>, DbErr> {
    active()
        .filter(Column::SurvivorId.is_in(bulk::padded(survivors.iter().copied())))
        .order_by_asc(Column::MergedAt)
        .order_by_asc(Column::Id)
        .all(db)
        .await
}

/// The id that a student is known by now.
pub(crate) async fn current(
    db: &impl ConnectionTrait,
    id: StudentId,
) -> Result<StudentId, StoreError> {
    let merge = active().filter(Column::FromStudentId.eq(id)).one(db).await?;
    Ok(merge.map_or(id, |merge| merge.survivor_id))
}

/// The id that the student of a column is known by now, as an expression.
pub(crate) fn leads_to(student_id: SimpleExpr) -> SimpleExpr {
    let survivor = active()
        .select_only()
        .column(Column::SurvivorId)
        .filter(Expr::col((Entity, Column::FromStudentId)).eq(student_id.clone()))
        .into_query();
    let survivor = SimpleExpr::from(SubQueryStatement::from(survivor));
    Func::coalesce([survivor, student_id]).into()
}

/// The merge that holds by which one of two records, or both, lead to one file.
pub(super) async fn between(
    db: &impl ConnectionTrait,
    ids: (StudentId, StudentId),
) -> Result<Option<StudentMergeId>, DbErr> {
    let merges = active().filter(Column::FromStudentId.is_in([ids.0, ids.1])).all(db).await?;
    let of = |id| merges.iter().find(|merge| merge.from_student_id == id);
    Ok(of(ids.0).or_else(|| of(ids.1)).map(|merge| merge.id))
}

/// Whether the student at hand stands for themselves: a record that was joined to another one is
/// shown through that one alone.
pub(super) fn stands() -> SimpleExpr {
    let joined = active()
        .select_only()
        .column(Column::Id)
        .filter(
            Expr::col((Entity, Column::FromStudentId)).equals((record::Entity, record::Column::Id)),
        )
        .into_query();
    Expr::exists(joined).not()
}

/// The students of a subquery, and those that they are joined to.
pub(super) fn or_survivors(students: SelectStatement) -> SelectStatement {
    let mut survivors = active()
        .select_only()
        .column(Column::SurvivorId)
        .filter(Column::FromStudentId.in_subquery(students.clone()))
        .into_query();
    // A union, and not a condition with OR: for that PostgreSQL would read every student.
    survivors.union(UnionType::Distinct, students).take()
}

/// The records that are joined to any of these students.
pub(super) fn joined(students: &[StudentId]) -> SelectStatement {
    active()
        .select_only()
        .column(Column::FromStudentId)
        .filter(Column::SurvivorId.is_in(students.iter().copied()))
        .into_query()
}

/// A record that was joined, with its merge.
pub(super) type Joined = (Model, record::Model);

/// The records that an id meant at an instant, the one that it led to first. A merge that was
/// taken back since is as if it had never been: who is another again is nobody else's reading.
pub(super) fn meant_at(id: StudentId, joined: &[Joined], instant: DateTime<Utc>) -> Vec<StudentId> {
    let by_then: Vec<&Model> =
        joined.iter().map(|(merge, _)| merge).filter(|merge| merge.merged_at <= instant).collect();
    let mut own = id;
    while let Some(merge) = by_then.iter().find(|merge| merge.from_student_id == own) {
        own = merge.into_student_id;
    }
    let mut records = vec![own];
    let mut looked_at = 0;
    while let Some(into) = records.get(looked_at).copied() {
        let others = by_then.iter().filter(|merge| merge.into_student_id == into);
        records.extend(others.map(|merge| merge.from_student_id));
        looked_at += 1;
    }
    records
}

/// The records whose particulars the survivor's file is read through.
pub(super) async fn joined_to(
    db: &impl ConnectionTrait,
    survivor: StudentId,
) -> Result<Vec<Joined>, DbErr> {
    Ok(joined_to_each(db, &[survivor]).await?.remove(&survivor).unwrap_or_default())
}

/// The same of several survivors; those whom nobody was joined to are left out.
pub(super) async fn joined_to_each(
    db: &impl ConnectionTrait,
    survivors: &[StudentId],
) -> Result<HashMap<StudentId, Vec<Joined>>, DbErr> {
    let merges = into_each(db, survivors).await?;
    if merges.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = ties::records(db, merges.iter().map(|merge| merge.from_student_id)).await?;
    let row_of = |merge: &Model| rows.iter().find(|row| row.id == merge.from_student_id).cloned();
    let mut joined: HashMap<StudentId, Vec<Joined>> = HashMap::new();
    for merge in merges {
        if let Some(row) = row_of(&merge) {
            joined.entry(merge.survivor_id).or_default().push((merge, row));
        }
    }
    Ok(joined)
}

/// Students as their files show them, by their ids.
pub(crate) async fn shown(
    db: &impl ConnectionTrait,
    ids: &[StudentId],
) -> Result<HashMap<StudentId, record::Model>, DbErr> {
    let own = ties::records(db, ids.iter().copied()).await?;
    let joined = joined_to_each(db, ids).await?;
    let of = |id: StudentId| joined.get(&id).map_or(&[][..], Vec::as_slice);
    Ok(own.into_iter().map(|row| (row.id, folded(row.clone(), of(row.id)))).collect())
}

/// The survivor's row as its file shows it.
pub(super) fn folded(mut own: record::Model, joined: &[Joined]) -> record::Model {
    let unwritten = joined.iter().filter(|(merge, _)| merge.own_before.is_none());
    let others: Vec<Particulars> = unwritten.map(|(_, row)| row.particulars()).collect();
    let shown = own.particulars().with(&others);
    own.take_particulars(shown);
    own
}

/// The survivor's row is about to be written as its file shows it: keeps what it was before.
pub(super) async fn keep_own(
    txn: &DatabaseTransaction,
    own: &record::Model,
    joined: &[Joined],
) -> Result<(), DbErr> {
    for (merge, _) in joined.iter().filter(|(merge, _)| merge.own_before.is_none()) {
        let mut change = ActiveModel { id: Set(merge.id), ..Default::default() };
        change.own_before = Set(Some(Own(own.particulars())));
        Entity::update(change).exec_without_returning(txn).await?;
    }
    Ok(())
}

/// The entry and the event of a merge, or of its end: under the old id, since a follower who reads
/// that again finds out where it leads.
async fn announce(
    txn: &DatabaseTransaction,
    grant: &Grant,
    merge: &Model,
    kind: &'static str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let (from, survivor) = (merge.from_student_id.0, merge.survivor_id.0);
    let subject = Subject::one("student", from).with([survivor, merge.id.0]);
    audit::record(txn, audit::allowed(grant, subject, now)).await?;
    let provider_id = grant.appointment().provider;
    let event = Event { kind, subject_id: from, version: 1, provider_id, school_id: None };
    events::record(txn, event, now).await
}
