//! A row of `case_assignment`.

use ascms_domain::ids::{CaseId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "case_assignment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub case_id: CaseId,
    pub case_manager_id: UserId,
    pub assigned_by: UserId,
    pub assigned_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// The newest entry of the case then, by its number.
    pub after_entry: Option<i32>,
}

impl ActiveModelBehavior for ActiveModel {}
