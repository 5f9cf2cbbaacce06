//! A row of `rule_version`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "rule_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub rule: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: String,
    pub valid_from: NaiveDate,
    /// Those that every release has known since m0033: one that is older refuses others.
    pub parameters: String,
    /// All of them, where there are more.
    pub whole: Option<String>,
    /// Since when this version is known.
    pub added_at: DateTime<Utc>,
    /// By which it was announced; none for those that came with a release.
    pub id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
