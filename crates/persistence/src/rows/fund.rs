//! A row of `fund`: the unmet basic needs fund of a contract's year, with its balance in New Zealand cents.

use ascms_domain::funds::{BudgetProposal, FundBalance, FundStatus};
use ascms_domain::ids::{ContractId, FundId, ProviderId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "fund")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FundId,
    pub contract_id: ContractId,
    /// Who provides the service of the contract.
    pub provider_id: ProviderId,
    pub year: i32,
    pub status: FundStatus,
    pub budget_cents: i64,
    pub overrides_cents: i64,
    pub committed_cents: i64,
    pub spent_cents: i64,
    /// People without a case for whose needs something was spent.
    pub others_supported: i64,
    /// What is to be added to the budget, once a second person confirms it.
    pub proposed_cents: Option<i64>,
    pub proposed_reason: Option<String>,
    pub proposed_by: Option<UserId>,
    pub proposed_at: Option<DateTime<Utc>>,
    pub opened_by: UserId,
    pub opened_at: DateTime<Utc>,
    pub closed_by: Option<UserId>,
    pub closed_at: Option<DateTime<Utc>>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// What the fund stands at.
    #[must_use]
    pub fn balance(&self) -> FundBalance {
        FundBalance {
            budget_cents: self.budget_cents,
            overrides_cents: self.overrides_cents,
            committed_cents: self.committed_cents,
            spent_cents: self.spent_cents,
        }
    }

    pub(crate) fn set_balance(&mut self, balance: FundBalance) {
        let FundBalance { budget_cents, overrides_cents, committed_cents, spent_cents } = balance;
        self.budget_cents = budget_cents;
        self.overrides_cents = overrides_cents;
        self.committed_cents = committed_cents;
        self.spent_cents = spent_cents;
    }

    /// The budget that waits for a second person.
    pub(crate) fn proposal(&self) -> Option<BudgetProposal> {
        let (cents, proposed_by) = self.proposed_cents.zip(self.proposed_by)?;
        Some(BudgetProposal { cents, proposed_by })
    }
}
