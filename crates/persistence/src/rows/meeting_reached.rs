//! A row of `meeting_reached`.

use ascms_domain::contacts::ContactParty;
use ascms_domain::ids::{CaseId, EntryId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting_reached")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: EntryId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub party: ContactParty,
    pub case_id: CaseId,
    /// When the meeting was.
    pub occurred_at: DateTime<Utc>,
    /// When it was said that the entry is wrong; it stands while nobody did.
    pub corrected_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
