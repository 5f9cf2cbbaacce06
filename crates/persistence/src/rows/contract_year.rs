//! A row of `contract_year`: what a contract pays in a calendar year, in New Zealand cents with GST.

use ascms_domain::contracts::WithholdingPeriod;
use ascms_domain::ids::{ContractId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_year")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub contract_id: ContractId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    pub amount_cents: i64,
    pub withholding_percent: i32,
    pub withholding_per: WithholdingPeriod,
    /// The budget of the unmet basic needs fund.
    pub basic_needs_cents: i64,
    /// Nobody where the operator imported it.
    pub set_by: Option<UserId>,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
