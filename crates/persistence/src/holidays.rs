//! Holidays beyond the calendar's rules, as the Ministry has added them.

use ascms_domain::calendar::{ExtraHoliday, Region};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "holiday")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub on_date: NaiveDate,
    /// `None` for the whole nation.
    pub region: Option<Region>,
    pub name_en: String,
    pub name_mi: String,
    pub added_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for ExtraHoliday {
    fn from(row: Model) -> Self {
        let Model { id: _, on_date, region, name_en, name_mi, added_at: _ } = row;
        Self { date: on_date, region, name_en, name_mi }
    }
}
