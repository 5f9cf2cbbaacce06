//! What the school is told of a case: which entries were taken back from it, and what those that it
//! sees tell of a record.

use std::collections::{HashMap, HashSet};

use ascms_domain::ids::{CaseId, EntryId};
use ascms_domain::timeline::{EntryKind, Visibility};
use chrono::{DateTime, Utc};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use crate::rows::case_entry::{Column, Entity};

/// What the school sees of how often a record changed, and when it last did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SchoolVersion {
    /// One for each entry.
    pub version: i32,
    pub at: DateTime<Utc>,
}

/// What the school was told of the records of one kind, by their ids.
pub(crate) async fn told_to_school(
    db: &impl ConnectionTrait,
    case_id: CaseId,
    kind: EntryKind,
) -> Result<HashMap<Uuid, SchoolVersion>, DbErr> {
    let query = Entity::find()
        .select_only()
        .columns([Column::SubjectId, Column::RecordedAt])
        .filter(Column::CaseId.eq(case_id))
        .filter(Column::Kind.eq(kind))
        .filter(Column::Visibility.eq(Visibility::Shared))
        .filter(Column::SubjectId.is_not_null());
    let mut told = HashMap::new();
    for (id, at) in query.into_tuple::<(Uuid, DateTime<Utc>)>().all(db).await? {
        let one = told.entry(id).or_insert(SchoolVersion { version: 0, at });
        *one = SchoolVersion { version: one.version + 1, at: Ord::max(one.at, at) };
    }
    Ok(told)
}

/// The entries that a private correction took back from the school: the one that it puts right, and
/// all that this one had put right itself.
pub(super) async fn taken_back(
    db: &impl ConnectionTrait,
    case_id: CaseId,
) -> Result<HashSet<EntryId>, DbErr> {
    let corrections = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Corrects, Column::Visibility])
        .filter(Column::CaseId.eq(case_id))
        .filter(Column::Corrects.is_not_null());
    let rows = corrections.into_tuple::<(EntryId, EntryId, Visibility)>().all(db).await?;
    // An entry puts one other right, and is put right by one: each chain is followed from where it
    // became private, in whatever order the ids were made.
    let puts_right: HashMap<EntryId, EntryId> =
        rows.iter().map(|(id, corrects, _)| (*id, *corrects)).collect();
    let mut taken = HashSet::new();
    for (_, corrects, _) in rows.iter().filter(|(.., seen)| *seen == Visibility::Private) {
        let mut next = Some(*corrects);
        while let Some(entry) = next.filter(|entry| taken.insert(*entry)) {
            next = puts_right.get(&entry).copied();
        }
    }
    Ok(taken)
}
