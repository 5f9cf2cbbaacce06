//! A document as it is shown.

use ascms_domain::access::{Grant, Visibility};
use ascms_domain::documents::{DocumentState, MediaType};
use ascms_domain::ids::{CaseId, DocumentId, UserId};
use ascms_persistence::documents::DocumentRow;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// What is known of a document.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DocumentView {
    /// Id of the document.
    pub(super) id: DocumentId,
    /// The case that the document belongs to.
    pub(super) case_id: CaseId,
    /// File name as it was sent, with an ending that fits the content. Personal data.
    #[schema(max_length = 205)]
    name: String,
    /// The media type found in the content, whatever the name says.
    media_type: MediaType,
    /// Size of the content, in bytes.
    #[schema(minimum = 1)]
    size: i64,
    /// SHA-256 of the content, in hexadecimal.
    #[schema(max_length = 64, pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    /// Whether the school sees the document (`shared`) or the provider alone (`private`).
    visibility: Visibility,
    /// Only a `clean` document can be downloaded.
    state: DocumentState,
    /// The user who uploaded the document.
    uploaded_by: UserId,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    uploaded_by_name: Option<String>,
    /// When the document was received whole.
    uploaded_at: DateTime<Utc>,
    /// When the scanner gave its verdict; null until then.
    scanned_at: Option<DateTime<Utc>>,
    /// Why the document was last corrected; null for the school. Personal data.
    correction_reason: Option<String>,
    /// Version of the document.
    #[schema(minimum = 1)]
    pub(super) version: i32,
}

impl DocumentView {
    pub(super) fn of(row: DocumentRow, grant: &Grant) -> Self {
        let DocumentRow { document, case_id, uploaded_by_name, provider_id, case_manager_id } = row;
        let own_casework = grant.works_on(Some(provider_id), case_manager_id);
        let ascms_persistence::scoped_rows::document::Model {
            id,
            case_id: _,
            register_entry_id: _,
            name,
            media_type,
            size,
            sha256,
            visibility,
            state,
            uploaded_by,
            uploaded_at,
            scanned_at,
            object_key: _,
            correction_reason,
            version,
        } = document;
        Self {
            id,
            case_id,
            name,
            media_type,
            size,
            sha256,
            visibility,
            state,
            uploaded_by,
            uploaded_by_name,
            uploaded_at,
            scanned_at,
            correction_reason: correction_reason.filter(|_| own_casework),
            version,
        }
    }
}
