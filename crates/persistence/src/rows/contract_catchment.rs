//! A row of `contract_catchment`: a catchment that a contract covers.

use ascms_domain::ids::{CatchmentId, ContractId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_catchment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub contract_id: ContractId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub catchment_id: CatchmentId,
}

impl ActiveModelBehavior for ActiveModel {}
