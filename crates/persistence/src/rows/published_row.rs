//! A row of `published_row`.

use ascms_domain::ids::PublicationId;
use ascms_domain::measures::{Breakdown, Level};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "published_row")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub publication_id: PublicationId,
    /// From 0, in the order of places and categories.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub level: Level,
    pub key: String,
    pub name: Option<String>,
    /// `None`: everybody.
    pub classification: Option<Breakdown>,
    pub category: Option<String>,
    pub within_days: Option<i32>,
    /// Each rounded; `None` is hidden.
    pub met: Option<i32>,
    pub missed: Option<i32>,
    pub denominator: Option<i32>,
}

impl ActiveModelBehavior for ActiveModel {}
