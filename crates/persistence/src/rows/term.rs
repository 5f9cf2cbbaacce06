//! A row of `term`.

use ascms_domain::ids::SchoolId;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "term")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub year: i32,
    /// 1 to 4.
    pub term: i32,
    /// `None` for the nation's default.
    pub school_id: Option<SchoolId>,
    pub starts_on: NaiveDate,
    /// The last day.
    pub ends_on: NaiveDate,
    /// Since when these dates are known; those before are in `term_past`.
    pub known_from: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
