//! Why a change of a contract is refused.

use ascms_domain::contracts::ContractRefusal;

use crate::store::call::CallError;

/// Why a contract was not added, changed, activated or ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContractChangeRefusal {
    #[error(transparent)]
    Contract(#[from] ContractRefusal),
    #[error("names no organisation that provides the service")]
    UnknownOrganisation,
    #[error("names a catchment that does not exist")]
    UnknownCatchment,
    #[error("names no school")]
    UnknownSchool,
    #[error("another contract has this number")]
    NumberTaken,
}

pub(super) type RefusedChange = CallError<ContractChangeRefusal>;

pub(super) fn refused(err: impl Into<ContractChangeRefusal>) -> RefusedChange {
    CallError::Refused(err.into())
}
