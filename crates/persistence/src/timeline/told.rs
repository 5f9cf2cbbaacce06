//! What the school is told of the records of a case: the entries that it sees are what tells.

use std::collections::HashMap;

use ascms_domain::ids::CaseId;
use ascms_domain::timeline::{EntryKind, Visibility};
use chrono::{DateTime, Utc};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use super::{Column, Entity};

/// What the school sees of how often a record changed, and when it last did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// One for each entry.
    pub version: i32,
    pub at: DateTime<Utc>,
}

/// What the school was told of the records of one kind, by their ids.
pub(crate) async fn told_to_school(
    db: &impl ConnectionTrait,
    case_id: CaseId,
    kind: EntryKind,
) -> Result<HashMap<Uuid, Told>, DbErr> {
    let query = Entity::find()
        .select_only()
        .columns([Column::SubjectId, Column::RecordedAt])
        .filter(Column::CaseId.eq(case_id))
        .filter(Column::Kind.eq(kind))
        .filter(Column::Visibility.eq(Visibility::Shared))
        .filter(Column::SubjectId.is_not_null());
    let mut told = HashMap::new();
    for (id, at) in query.into_tuple::<(Uuid, DateTime<Utc>)>().all(db).await? {
        let one = told.entry(id).or_insert(Told { version: 0, at });
        *one = Told { version: one.version + 1, at: Ord::max(one.at, at) };
    }
    Ok(told)
}
