//! A row of `document`.

use ascms_domain::documents::{DocumentState, MediaType};
use ascms_domain::ids::{CaseId, DocumentId, RegisterEntryId, UserId};
use ascms_domain::timeline::Visibility;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "document")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DocumentId,
    /// The case that it belongs to, if it is not an entry of a register.
    pub case_id: Option<CaseId>,
    pub register_entry_id: Option<RegisterEntryId>,
    pub name: String,
    pub media_type: MediaType,
    /// In bytes.
    pub size: i64,
    /// Of the content, in hexadecimal.
    pub sha256: String,
    pub visibility: Visibility,
    pub state: DocumentState,
    pub uploaded_by: UserId,
    pub uploaded_at: DateTime<Utc>,
    pub scanned_at: Option<DateTime<Utc>>,
    /// Where the content is in the object store.
    pub object_key: String,
    /// Why it was last corrected.
    pub correction_reason: Option<String>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
