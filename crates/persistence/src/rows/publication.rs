//! A row of `publication`.

use ascms_domain::ids::{PublicationId, UserId};
use ascms_domain::measures::Measure;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "publication")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PublicationId,
    pub term: String,
    pub measure: Measure,
    /// What was known at this instant was counted, judged by its day.
    pub as_of: DateTime<Utc>,
    pub published_at: DateTime<Utc>,
    pub published_by: UserId,
    /// Counts under this are hidden.
    pub threshold: i32,
    /// Counts are rounded to multiples of this.
    pub base: i32,
    pub rule_version: String,
    pub calendar_version: String,
}

impl ActiveModelBehavior for ActiveModel {}
