//! A row of `job_part`.

use ascms_domain::ids::JobId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job_part")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub job_id: JobId,
    /// From 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub body: String,
}

impl ActiveModelBehavior for ActiveModel {}
