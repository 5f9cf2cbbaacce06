//! A row of `installation`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "installation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub only_one: i32,
    pub id: Uuid,
    pub made_at: DateTime<Utc>,
    /// Since when a store of documents carries the id.
    pub documents_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
