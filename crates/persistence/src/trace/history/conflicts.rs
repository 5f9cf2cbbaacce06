//! Edits that were made on an older version: who changed what since, and what of it collides.

use std::collections::BTreeMap;

use ascms_domain::access::Grant;
use chrono::{DateTime, Utc};
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use serde_json::Map;

use crate::Store;
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::store::stale::{Author, ChangedSince, Stale};
use crate::store::transaction::DatabaseTransaction;
use crate::trace::history::{ChangeRow, Recorded, select_with_authors};

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

/// How an edit stands to the row that it was made on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The row is at the version that the edit names: the edit may be made.
    Open,
    /// The row has moved on, and all that the edit sets is so already, as after a first call whose
    /// answer was lost: there is nothing to do (RFC 9110, section 13.1.1).
    Done,
}

impl Store {
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

/// A row as it is, and as an edit would leave it.
pub(crate) struct EditedRow<'a, R> {
    pub row: &'a R,
    /// None where a rule refuses what it would be.
    pub edited: Option<&'a R>,
}

/// Refuses an edit of a row that is at another version than the edit was made on, unless all that
/// it sets is so already. Tells what changed since and is not what the edit sets, `withheld` fields
/// without their values. A read of the row as it is, in place of the edit, leaves its trace.
pub(crate) async fn require_version<R: Recorded>(
    txn: &DatabaseTransaction,
    edit: &Edit<'_>,
    EditedRow { row, edited }: EditedRow<'_, R>,
    subject: Subject,
    withheld: &[&str],
) -> Result<Standing, StoreError> {
    let (id, now) = row.stamp();
    let Some(read) = edit.version.filter(|version| *version != now) else {
        return Ok(Standing::Open);
    };
    let mut changes = Vec::new();
    if (1..now).contains(&read) {
        let latest = latest_since(txn, id, read).await?;
        // What the caller set last is no secret to them, also where its present value may be.
        let own = |field: &&str| {
            let last = latest.get(*field).and_then(|row| row.change.changed_by_id);
            last == Some(edit.grant.caller().id())
        };
        let secret: Vec<&str> = withheld.iter().copied().filter(|field| !own(field)).collect();
        let agreed = agreed(edit, row, edited, &secret);
        if agreed.all {
            audit::record(txn, audit::allowed(edit.grant, subject, edit.now)).await?;
            return Ok(Standing::Done);
        }
        changes = row
            .fields()
            .into_iter()
            .filter(|(field, _)| !agreed.fields.contains(field))
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

/// The fields that an edit sets to what they are already.
struct Agreed {
    fields: Vec<&'static str>,
    /// It sets some, and no others.
    all: bool,
}

/// A field whose value is a secret to the caller never agrees: that it does would tell the value.
fn agreed<R: Recorded>(edit: &Edit<'_>, row: &R, edited: Option<&R>, secret: &[&str]) -> Agreed {
    let Some(edited) = edited else { return Agreed { fields: Vec::new(), all: false } };
    let (before, after) = (row.fields(), edited.fields());
    let pairs = before.iter().zip(&after);
    let sets = |field: &str| sent(edit.members, field).is_some();
    let fields: Vec<&'static str> = pairs
        .clone()
        .filter(|((field, from), (_, to))| same(from, to) && sets(field))
        .map(|((field, _), _)| *field)
        .filter(|field| !secret.contains(field))
        .collect();
    let nothing_else = pairs.into_iter().all(|((_, from), (_, to))| same(from, to));
    let nothing_secret = !secret.iter().any(|field| sets(field));
    let all = !edit.members.is_empty() && nothing_else && nothing_secret;
    Agreed { fields, all }
}

/// Whether two values of a field mean the same. The order of a list of words means nothing.
fn same(one: &Json, other: &Json) -> bool {
    match (words(one), words(other)) {
        (Some(mut one), Some(mut other)) => {
            one.sort_unstable();
            other.sort_unstable();
            one == other
        }
        _ => one == other,
    }
}

fn words(value: &Json) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Json::as_str).collect()
}

/// The last change of each field since a version.
async fn latest_since(
    db: &impl ConnectionTrait,
    id: Uuid,
    version: i32,
) -> Result<BTreeMap<String, ChangeRow>, DbErr> {
    let since = crate::rows::field_change::Entity::find()
        .filter(crate::rows::field_change::Column::SubjectId.eq(id))
        .filter(crate::rows::field_change::Column::Version.gt(version))
        .order_by_asc(crate::rows::field_change::Column::Version);
    let rows = select_with_authors(since).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.change.current_field().to_owned(), row)).collect())
}

/// What a merge patch sets a field to: `outer.inner` is a member within a member.
fn sent(members: &Map<String, Json>, field: &str) -> Option<Json> {
    let mut names = field.split('.');
    let outer = members.get(names.next()?)?;
    names.try_fold(outer, |value, name| value.get(name)).cloned()
}
