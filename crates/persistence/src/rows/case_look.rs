//! A row of `case_look`.

use ascms_domain::ids::{CaseId, EntryId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "case_look")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_id: CaseId,
    pub looked_at: DateTime<Utc>,
    /// The newest entry of the timeline then; nil when there was none.
    pub last_entry_id: EntryId,
    /// Its number; none of looks from before entries were numbered.
    pub last_entry_number: Option<i32>,
}

impl ActiveModelBehavior for ActiveModel {}
