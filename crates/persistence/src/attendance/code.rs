//! What the attendance codes mean, and when.

use ascms_domain::attendance::{AttendanceCode, HalfDay};
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance_code")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub valid_from: NaiveDate,
    /// The last day.
    pub valid_to: Option<NaiveDate>,
    pub half_day: HalfDay,
    /// The Ministry's truancy category: `P`, `J`, `U`, or `-` where none is known.
    pub category: String,
    pub meaning: String,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// `None` for a code of other than one character, which the schema keeps out.
    pub(super) fn to_domain(&self) -> Option<AttendanceCode> {
        let mut chars = self.code.chars();
        let (code, None) = (chars.next()?, chars.next()) else { return None };
        let Self { valid_from, valid_to, half_day, .. } = *self;
        Some(AttendanceCode { code, valid_from: Some(valid_from), valid_to, half_day })
    }
}
