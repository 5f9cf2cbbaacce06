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
    /// Id of the entry.
    id: EntryId,
    /// The case that the entry belongs to.
    case_id: CaseId,
    /// The kind of event.
    kind: EntryKind,
    /// Whether the school sees the entry (`shared`) or the provider alone (`private`).
    visibility: Visibility,
    /// When the event happened.
    occurred_at: DateTime<Utc>,
    /// When the event was recorded.
    recorded_at: DateTime<Utc>,
    /// The user who recorded the event.
    recorded_by: UserId,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    recorded_by_name: Option<String>,
    /// Id of the record that the entry is about; null when the entry is the only record.
    subject_id: Option<uuid::Uuid>,
    /// The entry that this one corrects; null when it corrects none.
    corrects: Option<EntryId>,
    /// The entry that corrects this one; null when none does.
    corrected_by: Option<EntryId>,
    /// The facts, in the form of the entry's kind.
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
