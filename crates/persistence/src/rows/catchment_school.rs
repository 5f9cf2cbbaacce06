//! Which catchment a school belongs to, from when to when.

use ascms_domain::ids::{CatchmentId, SchoolId};
use chrono::NaiveDate;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use sea_orm::ExprTrait;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "catchment_school")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub catchment_id: CatchmentId,
    pub school_id: SchoolId,
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
