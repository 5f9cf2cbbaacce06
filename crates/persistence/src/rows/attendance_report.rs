//! What one call said of one student's days in one month. Append-only: it is what every number

use ascms_domain::ids::{SchoolId, StudentId};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance_report")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub student_id: StudentId,
    pub school_id: SchoolId,
    /// The first of the month.
    pub month: NaiveDate,
    /// Written as [`ascms_domain::attendance::MonthDays`] writes a month.
    pub days: String,
    pub received_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
