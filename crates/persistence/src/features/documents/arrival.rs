//! A document that comes in, of a case or of an entry of a register.

use ascms_domain::documents::{DocumentHolder, DocumentState, MediaType, Verdict};
use ascms_domain::ids::{DocumentId, UserId};
use ascms_domain::timeline::Visibility;
use chrono::{DateTime, Utc};

use crate::reach::rows::document::Model;
use crate::store::events::Event;

/// A document whose content is in the object store already.
#[derive(Clone, Debug)]
pub struct NewDocument {
    pub name: String,
    pub media_type: MediaType,
    pub size: i64,
    pub sha256: String,
    pub visibility: Visibility,
    /// What the scanner said, where it could be asked.
    pub verdict: Option<Verdict>,
    pub object_key: String,
}

/// Its row.
pub(crate) fn row(
    new: NewDocument,
    holder: DocumentHolder,
    uploaded_by: UserId,
    now: DateTime<Utc>,
) -> Model {
    let NewDocument { name, media_type, size, sha256, visibility, verdict, object_key } = new;
    let (case_id, register_entry_id) = match holder {
        DocumentHolder::Case(id) => (Some(id), None),
        DocumentHolder::Entry(id) => (None, Some(id)),
    };
    Model {
        id: DocumentId::generate(),
        case_id,
        register_entry_id,
        name,
        media_type,
        size,
        sha256,
        visibility,
        state: DocumentState::on_arrival(verdict),
        uploaded_by,
        uploaded_at: now,
        scanned_at: verdict.map(|_| now),
        object_key,
        correction_reason: None,
        version: 1,
    }
}

/// What happened to a document that is of no provider's and no school's.
pub(crate) fn event(kind: &'static str, row: &Model) -> Event {
    let (subject_id, version) = (row.id.0, row.version);
    Event { kind, subject_id, version, provider_id: None, school_id: None }
}
