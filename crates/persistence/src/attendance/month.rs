//! The days of a student's month at a school as they stand.

use ascms_domain::attendance::MonthDays;
use ascms_domain::ids::{SchoolId, StudentId};
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use crate::StoreError;

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
    /// Written as [`MonthDays`] writes a month.
    pub days: String,
}

impl ActiveModelBehavior for ActiveModel {}

/// A month as it was kept.
pub(super) fn read(days: &str, student: StudentId) -> Result<MonthDays, StoreError> {
    days.parse().or(Err(StoreError::Corrupt(student.0)))
}
