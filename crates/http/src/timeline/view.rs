//! An entry of the timeline as its reader sees it.

use ascms_domain::ids::{CaseId, EntryId, UserId};
use ascms_domain::timeline::{Details, EntryKind, Visibility};
use ascms_persistence::timeline::EntryRow;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// Something that happened on a case.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EntryView {
    id: EntryId,
    case_id: CaseId,
    kind: EntryKind,
    visibility: Visibility,
    /// When it happened.
    occurred_at: DateTime<Utc>,
    /// When it was written down.
    recorded_at: DateTime<Utc>,
    recorded_by: UserId,
    #[schema(max_length = 200)]
    recorded_by_name: Option<String>,
    /// The record that the entry tells of, where it has one of its own.
    subject_id: Option<uuid::Uuid>,
    /// The entry that this one puts right.
    corrects: Option<EntryId>,
    /// The entry that puts this one right.
    corrected_by: Option<EntryId>,
    details: Details,
}

impl EntryView {
    pub(crate) fn of(row: &EntryRow) -> Self {
        let EntryRow { entry, recorded_by_name, corrected_by } = row.clone();
        Self {
            id: entry.id,
            case_id: entry.case_id,
            kind: entry.kind,
            visibility: entry.visibility,
            occurred_at: entry.occurred_at,
            recorded_at: entry.recorded_at,
            recorded_by: entry.recorded_by,
            recorded_by_name,
            subject_id: entry.subject_id,
            corrects: entry.corrects,
            corrected_by,
            details: entry.details.0,
        }
    }
}
