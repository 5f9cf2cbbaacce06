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
    pub(super) id: DocumentId,
    pub(super) case_id: CaseId,
    /// As it was sent, with an ending that fits the content.
    #[schema(max_length = 205)]
    name: String,
    media_type: MediaType,
    /// In bytes.
    #[schema(minimum = 1)]
    size: i64,
    /// SHA-256 of the content, in hexadecimal.
    #[schema(max_length = 64, pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    visibility: Visibility,
    /// Only a `clean` document can be downloaded.
    state: DocumentState,
    uploaded_by: UserId,
    #[schema(max_length = 200)]
    uploaded_by_name: Option<String>,
    uploaded_at: DateTime<Utc>,
    /// When the scanner gave its verdict.
    scanned_at: Option<DateTime<Utc>>,
    /// Why it was last corrected; null for the school.
    correction_reason: Option<String>,
    #[schema(minimum = 1)]
    pub(super) version: i32,
}

impl DocumentView {
    pub(super) fn of(row: DocumentRow, grant: &Grant) -> Self {
        let DocumentRow { document, uploaded_by_name, provider_id, case_manager_id } = row;
        let own_casework = grant.works_on(Some(provider_id), case_manager_id);
        let ascms_persistence::scoped_rows::document::Model {
            id,
            case_id,
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
