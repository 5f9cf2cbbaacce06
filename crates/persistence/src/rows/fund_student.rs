//! A row of `fund_student`: a student for whom a fund paid.

use ascms_domain::ids::{FundId, StudentId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "fund_student")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub fund_id: FundId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub student_id: StudentId,
    /// Needs of the student for which something is spent; 0 once all of it came back.
    pub needs: i32,
}

impl ActiveModelBehavior for ActiveModel {}
