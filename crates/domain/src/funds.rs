//! Unmet basic needs funds: the money of a contract for one calendar year. A fund is a ledger that only
//! grows; what it stands at is the fold over its entries.

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::body_faults::fault_at;
use crate::ids::{ContractId, UserId};
use crate::second_person::{ApprovalPolicy, ApprovalRefusal, Approver};
use crate::text::LongText;

mod actions;
mod ledger;
mod report;
mod statement;

pub use actions::FundAction;
pub use ledger::{FundBalance, FundEntryKind, FundPart, LedgerRefusal, Posting};
pub use report::{CategoryFigure, FundCell, FundFigure, FundSpending, MonthFigure, SchoolFigure};
pub use statement::{FundStatement, FundStatementLine, LedgerSum, Supported};

crate::closed_list! {
    /// Status of a fund.
    FundStatus: "Status of a fund" / "Te tūnga o te tahua" {
        /// Its budget waits for a second person of the Ministry: nothing is spent of it.
        Proposed = "proposed": "Proposed" / "Kua marohitia",
        Open = "open": "Open" / "Kei te tuwhera",
        /// The Ministry closed it: nothing is added to its ledger.
        Closed = "closed": "Closed" / "Kua kati",
    }
    /// What a second person of the Ministry says of a proposed budget.
    BudgetOutcome: "Outcome of a proposed budget" / "Te hua o te tahua kua marohitia" {
        Confirmed = "confirmed": "Confirmed" / "Kua whakaūngia",
        Rejected = "rejected": "Rejected" / "Kua whakakāhoretia",
    }
}

/// A fund to open: its budget is the contract year's amount for basic needs, and waits for a second person.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenFund {
    /// The contract whose fund it is.
    pub contract_id: ContractId,
    /// The calendar year of the fund.
    #[schema(minimum = 2020, maximum = 2100)]
    pub year: i32,
}

/// A change of a fund's budget, for a second person to decide on.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = "moves_something"))]
pub struct ProposeBudgetChange {
    /// Cents to add to the budget; below 0 to take from it. Not 0.
    #[schema(minimum = -100_000_000, maximum = 100_000_000)]
    pub amount_cents: i64,
    /// Why the budget changes.
    pub reason: LongText,
}

fn moves_something(body: &ProposeBudgetChange) -> Result<(), ValidationError> {
    if body.amount_cents != 0 {
        return Ok(());
    }
    Err(fault_at("/amountCents", "zero", "is not 0"))
}

/// The decision on a proposed budget.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DecideBudget {
    /// Whether the proposal is confirmed or rejected.
    pub outcome: BudgetOutcome,
}

/// Leave to go beyond the budget.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OverrideFund {
    /// Cents, including GST, by which the provider may go beyond the budget.
    #[schema(minimum = 1, maximum = 100_000_000)]
    pub amount_cents: i64,
    /// Why the Ministry allows it.
    pub reason: LongText,
}

/// Why a change of a fund is refused by its rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FundRefusal {
    #[error("the contract has no fund with a budget for this year")]
    NoFund,
    #[error("the Ministry closed the fund")]
    Closed,
    #[error("a proposed budget waits for its decision")]
    ProposalWaits,
    #[error("no proposed budget waits for a decision")]
    NoProposal,
    #[error("money of the fund is promised to needs that are not settled")]
    OpenCommitments,
    #[error("the day is outside the year of the fund")]
    OutsideYear,
    #[error("the day is in the future")]
    InTheFuture,
    #[error(transparent)]
    Ledger(#[from] LedgerRefusal),
    #[error(transparent)]
    Approval(#[from] ApprovalRefusal),
}

impl FundStatus {
    /// Whether the ledger takes entries for needs.
    pub fn spendable(self) -> Result<(), FundRefusal> {
        match self {
            Self::Proposed => Err(FundRefusal::NoFund),
            Self::Open => Ok(()),
            Self::Closed => Err(FundRefusal::Closed),
        }
    }

    /// Whether its budget can change.
    pub fn budgetable(self) -> Result<(), FundRefusal> {
        match self {
            Self::Proposed | Self::Open => Ok(()),
            Self::Closed => Err(FundRefusal::Closed),
        }
    }

    /// How the fund stands once the Ministry closed it. What is promised is settled before.
    pub fn closed(self, balance: &FundBalance) -> Result<Self, FundRefusal> {
        self.budgetable()?;
        if balance.committed_cents > 0 {
            return Err(FundRefusal::OpenCommitments);
        }
        Ok(Self::Closed)
    }

    /// What a decision on a proposed budget makes of the fund: its status, and the entry that the ledger
    /// gets.
    ///
    /// # Errors
    ///
    /// The fund is closed; or who decides made the proposal.
    pub fn budgeted(
        self,
        decision: (BudgetOutcome, Approver),
        proposal: BudgetProposal,
    ) -> Result<(Self, Option<Posting>), FundRefusal> {
        self.budgetable()?;
        let (outcome, approver) = decision;
        ApprovalPolicy::MinistrySecond.approve(approver, &[proposal.proposed_by])?;
        Ok(match outcome {
            BudgetOutcome::Rejected => (self, None),
            BudgetOutcome::Confirmed => (Self::Open, Some(self.first_or_change(proposal.cents))),
        })
    }

    fn first_or_change(self, cents: i64) -> Posting {
        match self {
            Self::Proposed => Posting::of(FundEntryKind::Budget, cents),
            Self::Open | Self::Closed => Posting::of(FundEntryKind::BudgetChange, cents),
        }
    }
}

/// A budget, or a change of it, that waits for a second person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetProposal {
    pub cents: i64,
    pub proposed_by: UserId,
}

/// Whether money may be recorded today as spent, or as come back, on that day.
///
/// # Errors
///
/// The day is in the future, or in another year than the fund's.
pub fn in_year(year: i32, day: NaiveDate, today: NaiveDate) -> Result<(), FundRefusal> {
    if day > today {
        return Err(FundRefusal::InTheFuture);
    }
    if day.year() == year { Ok(()) } else { Err(FundRefusal::OutsideYear) }
}

#[cfg(test)]
mod tests;
