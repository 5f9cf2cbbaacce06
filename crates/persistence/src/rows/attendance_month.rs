//! A row of `attendance_month`.

use ascms_domain::ids::{SchoolId, StudentId};
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance_month")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub student_id: StudentId,
    /// The first of the month.
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: NaiveDate,
    #[sea_orm(primary_key, auto_increment = false)]
    pub school_id: SchoolId,
    /// Written as [`MonthDays`](ascms_domain::attendance::MonthDays) writes a month.
    pub days: String,
}

impl ActiveModelBehavior for ActiveModel {}
