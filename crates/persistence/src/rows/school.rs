//! A row of `school`.

use ascms_domain::calendar::Region;
use ascms_domain::ids::SchoolId;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "school")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SchoolId,
    /// The Ministry's number, by which everybody knows the school.
    #[sea_orm(unique)]
    pub number: i32,
    pub name: String,
    /// The name as it is searched: [`fold`](ascms_domain::text::fold).
    pub folded_name: String,
    pub kind: String,
    pub authority: String,
    pub regional_council: Option<String>,
    pub education_region: Option<String>,
    pub territorial_authority: Option<String>,
    /// Whose anniversary day the school keeps; unknown for the two that teach the whole nation.
    pub holiday_region: Option<Region>,
    pub latitude: Option<f64>,
    /// Negative on the Chatham Islands, beyond the 180th meridian.
    pub longitude: Option<f64>,
    pub roll: i32,
    pub roll_date: Option<NaiveDate>,
    /// The directory's text: a number, or words that say why there is none.
    pub equity_index: Option<String>,
    pub status: String,
    /// For a proposed school the day on which it is to open.
    pub opened_on: Option<NaiveDate>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
