//! A school that a machine may act for.

use ascms_domain::ids::{ClientId, SchoolId};
use sea_orm::entity::prelude::*;

use sea_orm::{QuerySelect, QueryTrait};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "api_client_school")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: ClientId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub school_id: SchoolId,
}

impl ActiveModelBehavior for ActiveModel {}

/// The schools that a machine may act for, as a subquery.
pub(crate) fn schools_of(client: ClientId) -> sea_orm::sea_query::SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::SchoolId)
        .filter(Column::ClientId.eq(client))
        .into_query()
}
