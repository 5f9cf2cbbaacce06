//! A machine that calls the API.

use ascms_domain::ids::{ClientId, ProviderId};
use ascms_domain::organisations::AccountStatus;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "api_client")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClientId,
    pub issuer: String,
    pub subject: String,
    pub name: String,
    pub organisation_id: ProviderId,
    pub status: AccountStatus,
}

impl ActiveModelBehavior for ActiveModel {}
