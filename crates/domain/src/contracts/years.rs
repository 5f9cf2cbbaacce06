//! What a contract pays in a calendar year.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::{ContractKind, ContractRefusal, ContractTerm};

crate::closed_list! {
    /// Period of a withholding payment.
    WithholdingPeriod: "Period of the withholding payment" / "Te wā o te utu e puritia ana" {
        Year = "year": "Once a year" / "Kotahi i te tau",
        Term = "term": "Once a term" / "Kotahi i te wāhanga",
    }
}

/// A calendar year of a contract, as the Ministry sets it. Amounts are in New Zealand cents with GST.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetContractYear {
    /// Amount of the contract in the year, in New Zealand cents with GST.
    #[schema(minimum = 1, maximum = 10_000_000_000_i64)]
    pub amount_cents: i64,
    /// The share of the amount that is withheld until the review, in percent. When left out 10, or 0 of an
    /// in-school team.
    #[schema(minimum = 0, maximum = 100)]
    pub withholding_percent: Option<u8>,
    /// Whether the withheld share is paid once a year or once a term.
    pub withholding_per: WithholdingPeriod,
    /// Budget of the unmet basic needs fund in the year, in New Zealand cents with GST; 0 for none.
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub basic_needs_cents: i64,
}

/// What a contract pays in a calendar year. Amounts are in New Zealand cents with GST.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContractYear {
    pub year: i32,
    pub amount_cents: i64,
    pub withholding_percent: u8,
    pub withholding_per: WithholdingPeriod,
    /// The budget of the unmet basic needs fund.
    pub basic_needs_cents: i64,
}

impl SetContractYear {
    /// The year of a contract of this kind that runs like this.
    ///
    /// # Errors
    ///
    /// The contract does not run in the year.
    pub fn of(
        &self,
        kind: ContractKind,
        term: ContractTerm,
        year: i32,
    ) -> Result<ContractYear, ContractRefusal> {
        if !term.includes_year(year) {
            return Err(ContractRefusal::OutsideContract);
        }
        Ok(ContractYear {
            year,
            amount_cents: self.amount_cents,
            withholding_percent: self
                .withholding_percent
                .unwrap_or_else(|| kind.withheld_percent()),
            withholding_per: self.withholding_per,
            basic_needs_cents: self.basic_needs_cents,
        })
    }
}
