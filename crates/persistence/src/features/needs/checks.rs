//! Why a step of a need is refused: each rule once, for the step itself and for the list of what is allowed.

use ascms_domain::access::Grant;
use ascms_domain::cases::CaseRefusal;
use ascms_domain::funds::FundRefusal;
use ascms_domain::ids::UserId;
use ascms_domain::needs::{Beyond, NeedRefusal, may_decide};
use ascms_domain::second_person::{Approval, Approver};
use chrono::NaiveDate;

use crate::gate::case_state::to_domain;
use crate::reach::rows::attendance_case;
use crate::rows::need::Model;
use crate::rows::{contract, fund};
use crate::store::call::CallError;

/// Why a need was not asked for, or a step of it not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NeedChangeRefusal {
    #[error(transparent)]
    Case(#[from] CaseRefusal),
    #[error(transparent)]
    Need(#[from] NeedRefusal),
    #[error(transparent)]
    Fund(#[from] FundRefusal),
    #[error("no contract of the provider is in force for this case")]
    OutsideContract,
    #[error("is no code of the set `need-categories`")]
    UnknownCategory,
    #[error("is no barrier of the case")]
    UnknownBarrier,
    #[error("names a case that is not there")]
    UnknownCase,
    #[error("names a document that the case does not have")]
    UnknownDocument,
    #[error("is no document of the case")]
    UnknownReceipt,
}

pub(super) type RefusedNeed = CallError<NeedChangeRefusal>;

pub(super) fn refused(err: NeedRefusal) -> RefusedNeed {
    CallError::Refused(err.into())
}

pub(super) fn fund_refused(err: FundRefusal) -> RefusedNeed {
    CallError::Refused(err.into())
}

/// Who decides is the contract's approval policy; what follows from an approval by the holder of this grant.
pub(super) fn follows_approval(
    grant: &Grant,
    contract: &contract::Model,
    need: &Model,
) -> Result<Approval, RefusedNeed> {
    let of_ministry = grant.reaches_the_nation();
    let approver = Approver { id: UserId(grant.caller().id()), of_ministry };
    may_decide(contract.approval_policy, approver, need.asked_by).map_err(refused)
}

/// Whether somebody may spend more on a need than was approved.
pub(super) fn beyond(grant: &Grant, contract: &contract::Model, need: &Model) -> Beyond {
    let approver = Approver { id: UserId(grant.caller().id()), of_ministry: false };
    let decides = may_decide(contract.approval_policy, approver, need.asked_by).is_ok();
    if decides && grant.leads(need.provider_id) { Beyond::Allowed } else { Beyond::Refused }
}

/// Whether the case takes something new: it is open, and with the provider that asked.
pub(super) fn takes_more(case: &attendance_case::Model, row: &Model) -> Result<(), RefusedNeed> {
    to_domain(case)?.must_be_open().map_err(|err| CallError::Refused(err.into()))?;
    if case.provider_id == row.provider_id {
        Ok(())
    } else {
        Err(CallError::Refused(NeedChangeRefusal::OutsideContract))
    }
}

/// Whether the contract pays for what is approved on a day.
pub(super) fn in_force(contract: &contract::Model, today: NaiveDate) -> Result<(), RefusedNeed> {
    if contract.status.is_active() && contract.term().includes(today) {
        Ok(())
    } else {
        Err(CallError::Refused(NeedChangeRefusal::OutsideContract))
    }
}

/// The fund, while its ledger takes entries for needs.
pub(super) fn takes_entries(fund: Option<&fund::Model>) -> Result<&fund::Model, RefusedNeed> {
    let fund = fund.ok_or_else(|| fund_refused(FundRefusal::NoFund))?;
    fund.status.spendable().map_err(fund_refused)?;
    Ok(fund)
}
