//! Refusals about performance reviews and the withholding payment.

use ascms_domain::performance_reviews::WithholdingRefusal;
use ascms_persistence::performance_reviews::ReviewRefusal;

use super::ProblemKind::{self, Listed, Member, Plain};
use super::Reason;
use crate::problem::{Code, Fault};

impl Reason for ReviewRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Step(step) => step.problem(),
            Self::Withholding(rule) => rule.problem(),
            Self::Job(job) => job.problem(),
            Self::Document(document) => document.problem(),
            Self::ReviewExists => Plain(Code::ReviewExists),
            Self::TermNotOver => Plain(Code::TermNotOver),
            Self::OutsideContract => Plain(Code::OutsideContract),
            Self::InTheFuture => Member("/heldAt", "in_the_future"),
            Self::FindingsOpen(_) => Plain(Code::FindingsOpen),
            Self::UnknownFinding => Member("/findingId", "unknown"),
            Self::ReasonRequired => Plain(Code::ReasonRequired),
        }
    }
}

impl Reason for WithholdingRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::NotConcluded => Plain(Code::NotConcluded),
            Self::NothingWithheld => Plain(Code::NothingWithheld),
            Self::AlreadyDecided => Plain(Code::AlreadyDecided),
            Self::ReasonRequired => Plain(Code::ReasonRequired),
            Self::NothingUnmet => Plain(Code::NothingUnmet),
            Self::NotUnmet(at) => {
                let place = format!("/acceptedDespite/{at}/requirement");
                let fault = Fault::at(place, "not_one_of", self.to_string());
                Listed(Code::InvalidBody, vec![fault])
            }
            Self::NeedsSecond => Plain(Code::RequirementUnmetNeedsSecond),
            Self::Step(step) => step.problem(),
        }
    }
}
