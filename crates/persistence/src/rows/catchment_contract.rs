//! Which provider is contracted for a catchment, from when to when.

use ascms_domain::ids::{CatchmentId, ProviderId};
use chrono::NaiveDate;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use sea_orm::ExprTrait;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "catchment_contract")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub catchment_id: CatchmentId,
    pub provider_id: ProviderId,
    pub starts_on: NaiveDate,
    /// The last day.
    pub ends_on: Option<NaiveDate>,
}

impl ActiveModelBehavior for ActiveModel {}

/// In force on that day.
pub(crate) fn on(day: NaiveDate) -> Condition {
    Condition::all()
        .add(Column::StartsOn.lte(day))
        .add(Column::EndsOn.is_null().or(Column::EndsOn.gte(day)))
}
