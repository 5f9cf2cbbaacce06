//! A row of `version_ahead`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "version_ahead")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub only_one: i32,
    pub known_from: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
