//! Appending to the timeline of a case.

use ascms_domain::access::Grant;
use ascms_domain::ids::{EntryId, UserId};
use ascms_domain::timeline::{Details, NewEntry, Visibility};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::reach::rows::attendance_case;
use crate::rows::case_entry::{ActiveModel, EntryContent, Model};
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;
use crate::trace::case_change;
use crate::trace::case_change::Change;
use crate::trace::newest_entry;

/// What an entry belongs to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Links {
    /// The record that the entry tells of: a contact, a task, a document.
    pub subject_id: Option<Uuid>,
    pub corrects: Option<EntryId>,
}

/// Appends to the timeline, in the transaction of what it tells of. The caller holds the lock of
/// the case.
pub(crate) async fn append(
    txn: &DatabaseTransaction,
    grant: &Grant,
    case: &attendance_case::Model,
    entry: NewEntry,
    links: Links,
    now: DateTime<Utc>,
) -> Result<Model, DbErr> {
    let NewEntry { visibility, occurred_at, details, corrects: _ } = entry;
    let (id, recorded_by) = (EntryId::generate(), UserId(grant.caller().id()));
    let number = newest_entry::becomes(txn, case.id, id, recorded_by).await?;
    let row = Model {
        id,
        case_id: case.id,
        provider_id: case.provider_id,
        kind: details.kind(),
        visibility,
        occurred_at,
        recorded_at: now,
        recorded_by,
        subject_id: links.subject_id,
        corrects: links.corrects,
        number: Some(number),
        details: EntryContent(details),
    };
    whole_row::insert(txn, ActiveModel::from(row.clone())).await?;
    Ok(row)
}

/// Appends what happened to a record of the case, and leaves the trace of the change, for those who
/// see the entry.
pub(crate) async fn record_case_event(
    txn: &DatabaseTransaction,
    grant: &Grant,
    case: &attendance_case::Model,
    entry: NewEntry,
    change: Change,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let change = change.to(entry.visibility.into());
    let links = Links { subject_id: Some(change.subject_id()), corrects: None };
    append(txn, grant, case, entry, links, now).await?;
    case_change::changed(txn, grant, case, change, now).await
}

/// Appends what is happening to the case at this moment.
pub(crate) async fn append_now(
    txn: &DatabaseTransaction,
    grant: &Grant,
    case: &attendance_case::Model,
    visibility: Visibility,
    details: Details,
    now: DateTime<Utc>,
) -> Result<Model, DbErr> {
    let entry = NewEntry::new(visibility, now, details);
    append(txn, grant, case, entry, Links::default(), now).await
}
