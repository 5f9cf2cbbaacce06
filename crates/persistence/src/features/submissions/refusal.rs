//! Why nothing came of a change of a submission.

use ascms_domain::documents::DocumentRefusal;
use ascms_domain::registers::StepRefusal;
use ascms_domain::submissions::ContentRefusal;

use crate::store::call::CallError;

/// Why a submission was not begun, changed, or did not take a step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmissionChangeRefusal {
    #[error(transparent)]
    Content(#[from] ContentRefusal),
    #[error(transparent)]
    Step(#[from] StepRefusal),
    #[error(transparent)]
    Document(#[from] DocumentRefusal),
    #[error("the contract has ended")]
    ContractEnded,
    #[error("the contract is not in force, or does not run in the year")]
    OutsideContract,
    #[error("names no template that is published")]
    UnknownTemplate,
    #[error("the contract has a plan for the year: change that one")]
    PlanExists,
    #[error("the contract has a submission of this kind for the period: change that one")]
    ReportExists,
    #[error("no milestone of the accepted plan has this key")]
    UnknownMilestone,
    #[error("lies in the future")]
    InTheFuture,
    #[error("names a document that the submission does not have")]
    UnknownEvidence,
}

pub(super) type RefusedSubmission = CallError<SubmissionChangeRefusal>;

pub(super) fn refused(err: impl Into<SubmissionChangeRefusal>) -> RefusedSubmission {
    CallError::Refused(err.into())
}
