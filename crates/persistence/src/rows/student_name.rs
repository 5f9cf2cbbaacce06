//! A row of `student_name`.

use ascms_domain::ids::StudentId;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "student_name")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub student_id: StudentId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub match_key: String,
    pub given_folded: String,
    pub family_folded: String,
    pub birth_date: NaiveDate,
}

impl ActiveModelBehavior for ActiveModel {}
