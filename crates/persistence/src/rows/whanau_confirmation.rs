//! A row of `whanau_confirmation`.

use ascms_domain::ids::WhanauContactId;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "whanau_confirmation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub contact_id: WhanauContactId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub confirmed_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
    /// When it turned out that there was none.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
