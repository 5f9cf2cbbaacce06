//! A row of `holiday`.

use ascms_domain::calendar::Region;
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
