//! A row of `enrolment_report`.

use ascms_domain::enrolments::EnrolmentStatement;
use ascms_domain::ids::{SchoolId, StudentId};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "enrolment_report")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub student_id: StudentId,
    pub school_id: SchoolId,
    pub said: EnrolmentStatement,
    pub first_day: Option<NaiveDate>,
    /// Of who left.
    pub last_day: Option<NaiveDate>,
    pub leaving_reason: Option<String>,
    pub destination: Option<String>,
    pub year_level: Option<i32>,
    pub sent_at: DateTime<Utc>,
    pub received_at: DateTime<Utc>,
    /// The first day had not come when it was received.
    pub ahead: bool,
}

impl ActiveModelBehavior for ActiveModel {}
