//! A row of `enrolment`.

use ascms_domain::attendance::EnrolmentPeriod;
use ascms_domain::ids::{EnrolmentId, SchoolId, StudentId};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "enrolment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EnrolmentId,
    pub student_id: StudentId,
    pub school_id: SchoolId,
    pub enrolled_on: Option<NaiveDate>,
    /// The last day, included; open while the student is enrolled.
    pub left_on: Option<NaiveDate>,
    pub leaving_reason: Option<String>,
    /// When somebody's word that the student is enrolled came in.
    pub recorded_at: DateTime<Utc>,
    pub year_level: Option<i32>,
    /// Where the student went, as the school says it.
    pub destination: Option<String>,
    /// When that word was sent, by the sender's clock; unknown of what was on record before.
    pub sent_at: Option<DateTime<Utc>>,
    /// The same of the word that ended it.
    pub left_sent_at: Option<DateTime<Utc>>,
    pub left_recorded_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// As the rules of attendance see it.
    pub(crate) fn period(&self) -> EnrolmentPeriod {
        let Self { school_id: school, enrolled_on: first_day, left_on: last_day, .. } = *self;
        EnrolmentPeriod { school, first_day, last_day }
    }
}
