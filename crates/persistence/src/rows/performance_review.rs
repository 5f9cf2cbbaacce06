//! A row of `performance_review`: what a review was opened with, written once.

use ascms_domain::ids::{ContractId, RegisterEntryId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "performance_review")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: RegisterEntryId,
    pub contract_id: ContractId,
    pub term: String,
    /// Figures and requirements, as the digest was made of them.
    #[sea_orm(column_type = "JsonBinary")]
    pub frozen: Json,
    pub form: i32,
    pub sha256: String,
}

impl ActiveModelBehavior for ActiveModel {}
