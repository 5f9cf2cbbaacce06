//! A row of `attendance_code`.

use ascms_domain::attendance::HalfDay;
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
    pub label_mi: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
