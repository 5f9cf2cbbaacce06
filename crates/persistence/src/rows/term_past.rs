//! A row of `term_past`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "term_past")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    #[sea_orm(primary_key, auto_increment = false)]
    pub known_from: DateTime<Utc>,
    pub known_until: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
