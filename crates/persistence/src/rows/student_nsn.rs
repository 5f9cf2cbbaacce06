//! A row of `student_nsn`.

use ascms_domain::ids::StudentId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "student_nsn")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub nsn: String,
    pub student_id: StudentId,
}

impl ActiveModelBehavior for ActiveModel {}
