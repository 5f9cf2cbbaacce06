//! A row of `attendance_case`.

use ascms_domain::ids::{CaseId, EntryId, UserId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance_case")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CaseId,
    pub last_entry_id: Option<EntryId>,
    pub last_entry_by: Option<UserId>,
    pub last_entry_number: i32,
}

impl ActiveModelBehavior for ActiveModel {}
