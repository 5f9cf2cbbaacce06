//! A row of `store_clock`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "store_clock")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub only_one: i32,
    pub latest_at: DateTime<Utc>,
    pub steady_since: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
