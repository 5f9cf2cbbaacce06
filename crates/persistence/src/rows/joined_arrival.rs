//! A row of `joined_arrival`.

use ascms_domain::ids::StudentId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "joined_arrival")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_id: Uuid,
    pub record_id: StudentId,
}

impl ActiveModelBehavior for ActiveModel {}
