//! What a contract pays in a calendar year.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::{ContractKind, ContractRefusal, ContractTerm, YearMember};

crate::closed_list! {
    /// Period of a withholding payment.
    WithholdingPeriod: "Period of the withholding payment" / "Te wā o te utu e puritia ana" {
        Year = "year": "Once a year" / "Kotahi i te tau",
        Term = "term": "Once a term" / "Kotahi i te wāhanga",
    }
}

/// A merge patch (RFC 7396) of a calendar year of a contract: absent keeps. The first one for a year has
/// every member but `withholdingPercent`. Amounts are in New Zealand cents with GST.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetContractYear {
    /// Amount of the contract in the year, in New Zealand cents with GST.
    #[schema(nullable = false, minimum = 1, maximum = 10_000_000_000_i64)]
    pub amount_cents: Option<i64>,
    /// The share of the amount that is withheld until the review, in percent. Where nothing says otherwise
    /// it is 10, or 0 of an in-school team.
    #[schema(nullable = false, minimum = 0, maximum = 100)]
    pub withholding_percent: Option<i32>,
    /// Whether the withheld share is paid once a year or once a term.
    #[schema(nullable = false)]
    pub withholding_per: Option<WithholdingPeriod>,
    /// Budget of the unmet basic needs fund in the year, in New Zealand cents with GST; 0 for none.
    #[schema(nullable = false, minimum = 0, maximum = 100_000_000)]
    pub basic_needs_cents: Option<i64>,
}

/// What a contract pays in a calendar year. Amounts are in New Zealand cents with GST.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractYear {
    pub year: i32,
    pub amount_cents: i64,
    pub withholding_percent: i32,
    pub withholding_per: WithholdingPeriod,
    /// The budget of the unmet basic needs fund.
    pub basic_needs_cents: i64,
}

impl SetContractYear {
    /// The year of a contract of this kind, as the patch leaves it.
    ///
    /// # Errors
    ///
    /// The contract does not run in the year; or the year is set for the first time, and a member lacks.
    pub fn applied(
        &self,
        kind: ContractKind,
        term: ContractTerm,
        (year, before): (i32, Option<ContractYear>),
    ) -> Result<ContractYear, ContractRefusal> {
        if !term.includes_year(year) {
            return Err(ContractRefusal::OutsideContract);
        }
        let needed = |member| ContractRefusal::Missing(member);
        let amount = self.amount_cents.or(before.map(|before| before.amount_cents));
        let per = self.withholding_per.or(before.map(|before| before.withholding_per));
        let basic_needs = self.basic_needs_cents.or(before.map(|before| before.basic_needs_cents));
        let percent = self.withholding_percent.or(before.map(|before| before.withholding_percent));
        Ok(ContractYear {
            year,
            amount_cents: amount.ok_or(needed(YearMember::Amount))?,
            withholding_percent: percent.unwrap_or_else(|| kind.withheld_percent()),
            withholding_per: per.ok_or(needed(YearMember::WithholdingPer))?,
            basic_needs_cents: basic_needs.ok_or(needed(YearMember::BasicNeeds))?,
        })
    }
}
