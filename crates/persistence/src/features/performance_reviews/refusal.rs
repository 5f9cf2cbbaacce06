//! Why nothing came of a change of a performance review.

use ascms_domain::documents::DocumentRefusal;
use ascms_domain::performance_reviews::WithholdingRefusal;
use ascms_domain::registers::StepRefusal;

use crate::features::jobs::JobRefusal;
use crate::store::call::CallError;

/// Why a performance review was not opened, changed, or decided on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReviewRefusal {
    #[error(transparent)]
    Step(#[from] StepRefusal),
    #[error(transparent)]
    Withholding(#[from] WithholdingRefusal),
    #[error(transparent)]
    Job(#[from] JobRefusal),
    #[error(transparent)]
    Document(#[from] DocumentRefusal),
    #[error("the contract has a review of the term")]
    ReviewExists,
    #[error("the term is not over, or its dates are not known")]
    TermNotOver,
    #[error("the contract does not run in the term")]
    OutsideContract,
    #[error("lies in the future")]
    InTheFuture,
    #[error("{0} findings have no agreed action")]
    FindingsOpen(usize),
    #[error("is no finding of this review")]
    UnknownFinding,
    #[error("a reason is needed")]
    ReasonRequired,
}

pub(super) type RefusedReview = CallError<ReviewRefusal>;

pub(super) fn refused(err: impl Into<ReviewRefusal>) -> RefusedReview {
    CallError::Refused(err.into())
}
