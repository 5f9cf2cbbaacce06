//! Edits that were made on an older version: who changed what since, and what of it collides.

use std::collections::BTreeMap;

use ascms_domain::access::Grant;
use chrono::{DateTime, Utc};
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use serde_json::Map;

use super::{Author, ChangeRow, Recorded, beside};
use crate::audit::{self, Subject};
use crate::{DatabaseTransaction, Store, StoreError};

/// What every edit has in common: who may, when, on which version it was made, and what it sets.
#[derive(Clone, Copy, Debug)]
pub struct Edit<'a> {
    pub grant: &'a Grant,
    pub now: DateTime<Utc>,
    /// `If-Match`; none accepts any version.
    pub version: Option<i32>,
    /// The merge patch as it was sent.
    pub members: &'a Map<String, Json>,
}

/// The row has moved on since the caller read it.
#[derive(Clone, Debug)]
pub struct Stale {
    /// The version it is at now.
    pub now: i32,
    /// What changed since, a field each; none where the version asked for never was one.
    pub changes: Vec<ChangedSince>,
    /// Whose file is read by whoever is told of them.
    pub(crate) subject: Subject,
}

/// A field that changed since the version that an edit was made on.
#[derive(Clone, Debug)]
pub struct ChangedSince {
    pub field: String,
    /// What the edit sets it to; none where the edit leaves the field alone.
    pub yours: Option<Json>,
    /// What it is now; none where that is not for this caller.
    pub theirs: Option<Json>,
    /// Who changed it last.
    pub by: Author,
    pub at: DateTime<Utc>,
    pub version: i32,
}

impl Store {
    /// Hands the transaction back when the row still is at the version that the edit was made on.
    /// Else ends it and tells what changed since, `withheld` fields without their values; what is
    /// told is traced as a read of the `subject`.
    pub(crate) async fn unless_stale<R: Recorded>(
        &self,
        txn: DatabaseTransaction,
        edit: &Edit<'_>,
        row: &R,
        subject: Subject,
        withheld: &[&str],
    ) -> Result<DatabaseTransaction, StoreError> {
        let Err(stale) = require_version(&txn, edit, row, subject, withheld).await else {
            return Ok(txn);
        };
        txn.rollback().await;
        self.trace_of_stale(edit.grant, &stale, edit.now).await?;
        Err(stale)
    }

    /// Traces what is told of a change, once the transaction is over that found it.
    pub(crate) async fn trace_of_stale(
        &self,
        grant: &Grant,
        err: &StoreError,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let StoreError::Stale(stale) = err else { return Ok(()) };
        if stale.changes.is_empty() {
            return Ok(());
        }
        self.read_log.record(audit::allowed(grant, stale.subject.clone(), now)).await
    }
}

/// Refuses an edit of a row that is at another version than the edit was made on, and tells what
/// changed since, `withheld` fields without their values.
pub(crate) async fn require_version<R: Recorded>(
    txn: &DatabaseTransaction,
    edit: &Edit<'_>,
    row: &R,
    subject: Subject,
    withheld: &[&str],
) -> Result<(), StoreError> {
    let (id, now) = row.stamp();
    let Some(read) = edit.version.filter(|version| *version != now) else { return Ok(()) };
    let mut changes = Vec::new();
    if (1..now).contains(&read) {
        let latest = latest_since(txn, id, read).await?;
        changes = row
            .fields()
            .into_iter()
            .filter_map(|(field, value)| {
                let ChangeRow { change, changed_by_name } = latest.get(field)?.clone();
                let theirs = (!withheld.contains(&field)).then_some(value);
                Some(ChangedSince {
                    field: field.to_owned(),
                    yours: sent(edit.members, field),
                    theirs,
                    by: Author::of(&change, changed_by_name),
                    at: change.at,
                    version: change.version,
                })
            })
            .collect();
    }
    Err(StoreError::Stale(Box::new(Stale { now, changes, subject })))
}

/// The last change of each field since a version.
async fn latest_since(
    db: &impl ConnectionTrait,
    id: Uuid,
    version: i32,
) -> Result<BTreeMap<String, ChangeRow>, DbErr> {
    let since = super::Entity::find()
        .filter(super::Column::SubjectId.eq(id))
        .filter(super::Column::Version.gt(version))
        .order_by_asc(super::Column::Version);
    let rows = beside(since).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.change.field.clone(), row)).collect())
}

/// What a merge patch sets a field to: `outer.inner` is a member within a member.
fn sent(members: &Map<String, Json>, field: &str) -> Option<Json> {
    let mut names = field.split('.');
    let outer = members.get(names.next()?)?;
    names.try_fold(outer, |value, name| value.get(name)).cloned()
}
