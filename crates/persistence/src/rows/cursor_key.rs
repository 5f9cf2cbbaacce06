//! A row of `cursor_key`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cursor_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i16,
    pub fingerprint: String,
    pub changed_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
