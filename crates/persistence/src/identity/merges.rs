//! Where the record of a student leads, when it was joined to another one.

use ascms_domain::ids::{StudentId, StudentMergeId};
use ascms_domain::merges::Particulars;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{QueryOrder, QuerySelect, QueryTrait};
use std::collections::HashMap;

use crate::identity::ties::{self};
use crate::reach::joined::active;
use crate::reach::rows::student;
use crate::rows::student_merge::{Column, Model};
use crate::store::bulk;
use crate::store::error::StoreError;

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
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let asked = bulk::padded(ids.iter().copied());
    let rows = active().filter(Column::FromStudentId.is_in(asked)).all(db).await?;
    Ok(rows.into_iter().map(|merge| (merge.from_student_id, merge.survivor_id)).collect())
}

/// The records that are joined to any of these students, and to whom.
pub(crate) async fn joined_into(
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

pub(crate) async fn into_each(
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

/// The merge that holds by which one of two records, or both, lead to one file.
pub(crate) async fn between(
    db: &impl ConnectionTrait,
    ids: (StudentId, StudentId),
) -> Result<Option<StudentMergeId>, DbErr> {
    let merges = active().filter(Column::FromStudentId.is_in([ids.0, ids.1])).all(db).await?;
    let of = |id| merges.iter().find(|merge| merge.from_student_id == id);
    Ok(of(ids.0).or_else(|| of(ids.1)).map(|merge| merge.id))
}

/// The records that are joined to any of these students.
pub(crate) fn joined(students: &[StudentId]) -> SelectStatement {
    active()
        .select_only()
        .column(Column::FromStudentId)
        .filter(Column::SurvivorId.is_in(students.iter().copied()))
        .into_query()
}

/// A record that was joined, with its merge.
pub(crate) type Joined = (Model, student::Model);

/// The records that an id meant at an instant, the one that it led to first. A merge that was
/// taken back since is as if it had never been: who is another again is nobody else's reading.
pub(crate) fn meant_at(id: StudentId, joined: &[Joined], instant: DateTime<Utc>) -> Vec<StudentId> {
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
pub(crate) async fn joined_to(
    db: &impl ConnectionTrait,
    survivor: StudentId,
) -> Result<Vec<Joined>, DbErr> {
    Ok(joined_to_each(db, &[survivor]).await?.remove(&survivor).unwrap_or_default())
}

/// The same of several survivors; those whom nobody was joined to are left out.
pub(crate) async fn joined_to_each(
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

/// The survivor's row as its file shows it.
pub(crate) fn folded(mut own: student::Model, joined: &[Joined]) -> student::Model {
    let unwritten = joined.iter().filter(|(merge, _)| merge.own_before.is_none());
    let others: Vec<Particulars> = unwritten.map(|(_, row)| row.particulars()).collect();
    let shown = own.particulars().with(&others);
    own.take_particulars(shown);
    own
}

/// Students as their files show them, by their ids.
pub(crate) async fn shown(
    db: &impl ConnectionTrait,
    ids: &[StudentId],
) -> Result<HashMap<StudentId, student::Model>, DbErr> {
    let own = ties::records(db, ids.iter().copied()).await?;
    let joined = joined_to_each(db, ids).await?;
    let of = |id: StudentId| joined.get(&id).map_or(&[][..], Vec::as_slice);
    Ok(own.into_iter().map(|row| (row.id, folded(row.clone(), of(row.id)))).collect())
}
