//! In-school provision at rest: which school has a team of its own, from when to when.

use ascms_domain::ids::{ProviderId, SchoolId};
use chrono::NaiveDate;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use sea_orm::ExprTrait;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "in_school_provision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
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

/// Whether a provider is the own team of a school on that day.
pub(crate) async fn serves(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    school: SchoolId,
    day: NaiveDate,
) -> Result<bool, DbErr> {
    let own = Entity::find()
        .filter(Column::ProviderId.eq(provider))
        .filter(Column::SchoolId.eq(school))
        .filter(on(day));
    Ok(own.one(db).await?.is_some())
}
