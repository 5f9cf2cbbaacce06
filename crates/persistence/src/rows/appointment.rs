//! A role that a person or a machine holds, where, and from when to when.

use ascms_domain::access::Role;
use ascms_domain::ids::{ClientId, ProviderId, SchoolId, UserId};
use chrono::NaiveDate;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "appointment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Option<UserId>,
    pub client_id: Option<ClientId>,
    pub role: Role,
    /// The organisation by which it is held, when it is neither a school nor a provider.
    pub organisation_id: Option<ProviderId>,
    pub school_id: Option<SchoolId>,
    pub provider_id: Option<ProviderId>,
    pub starts_on: NaiveDate,
    /// The last day, included.
    pub ends_on: Option<NaiveDate>,
}

impl ActiveModelBehavior for ActiveModel {}

/// Appointments that are held on this day.
pub(crate) fn in_force(today: NaiveDate) -> Condition {
    Condition::all()
        .add(Column::StartsOn.lte(today))
        .add(Condition::any().add(Column::EndsOn.is_null()).add(Column::EndsOn.gte(today)))
}
