//! A row of `catchment`.

use ascms_domain::ids::CatchmentId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "catchment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CatchmentId,
    /// Unique and stable: how files and people name it.
    #[sea_orm(unique)]
    pub code: String,
    pub name: String,
    pub education_region: Option<String>,
    /// Counts every change of the catchment, its schools and its contracts.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
