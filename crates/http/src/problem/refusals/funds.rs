//! Refusals about unmet basic needs and the funds that pay for them.

use ascms_domain::funds::{FundRefusal, LedgerRefusal};
use ascms_domain::needs::NeedRefusal;
use ascms_persistence::funds::FundChangeRefusal;
use ascms_persistence::needs::NeedChangeRefusal;

use super::ProblemKind::{self, Member, Plain, UnknownCode};
use super::Reason;
use crate::problem::Code;

impl Reason for LedgerRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::OverBudget => Plain(Code::OverBudget),
            Self::RefundExceedsSpend => Plain(Code::RefundExceedsSpend),
        }
    }
}

impl Reason for FundRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::NoFund => Plain(Code::NoFund),
            Self::Closed => Plain(Code::FundClosed),
            Self::ProposalWaits => Plain(Code::BudgetProposed),
            Self::NoProposal => Plain(Code::NoBudgetProposed),
            Self::OpenCommitments => Plain(Code::OpenCommitments),
            Self::OutsideYear => Plain(Code::OutsideYear),
            Self::InTheFuture => Plain(Code::InTheFuture),
            Self::Ledger(ledger) => ledger.problem(),
            Self::Approval(approval) => approval.problem(),
        }
    }
}

impl Reason for FundChangeRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Fund(rule) => rule.problem(),
            Self::AlreadyOpened => Plain(Code::FundExists),
            Self::NoYear => Plain(Code::NoContractYear),
            Self::UnknownContract => Member("/contractId", "unknown"),
        }
    }
}

impl Reason for NeedRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::NotInThisState | Self::NoReview => Plain(Code::NotInThisState),
            Self::OwnRequest => Plain(Code::OwnRequest),
            Self::MinistryDecides => Plain(Code::SecondPersonNeeded),
            Self::ProviderDecides => Plain(Code::ProviderDecides),
            Self::OverCommitment => Plain(Code::OverCommitment),
            Self::RefundExceedsSpend => Plain(Code::RefundExceedsSpend),
        }
    }
}

impl Reason for NeedChangeRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Case(case) => case.problem(),
            Self::Need(need) => need.problem(),
            Self::Fund(fund) => fund.problem(),
            Self::OutsideContract => Plain(Code::OutsideContract),
            Self::UnknownCategory => UnknownCode("/category", "need-categories"),
            Self::UnknownBarrier => Member("/barrierId", "unknown"),
            Self::UnknownCase => Member("/furtherCaseIds", "unknown"),
            Self::UnknownDocument => Member("/documentIds", "unknown"),
            Self::UnknownReceipt => Member("/receiptId", "unknown"),
        }
    }
}
