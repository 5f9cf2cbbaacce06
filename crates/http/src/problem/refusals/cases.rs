//! Refusals about a case as a whole: its steps, its closure, its transfer.

use ascms_domain::cases::{CaseRefusal, ChecklistPoint};
use ascms_domain::transfers::{DeclineNeedsComment, TransferRefusal};
use ascms_persistence::cases::lifecycle::{CaseStepRefusal, PathwayRefusal};
use ascms_persistence::closure_reviews::ClosureReviewRefusal;
use ascms_persistence::transfers::TransferChangeRefusal;

use super::ProblemKind::{self, Listed, Member, Plain, UnknownCode};
use super::Reason;
use crate::problem::{Code, Fault};

impl Reason for CaseRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Closed => Plain(Code::CaseClosed),
            Self::Unassigned => Plain(Code::CaseUnassigned),
            Self::AlreadyPaused => Plain(Code::AlreadyPaused),
            Self::NotPaused => Plain(Code::NotPaused),
            Self::ReviewNotAhead => Member("/reviewBy", "too_early"),
            Self::ClosureAlreadyProposed => Plain(Code::ClosureAlreadyProposed),
            Self::NoClosureProposed => Plain(Code::NoClosureProposed),
            Self::OwnClosure => Plain(Code::OwnClosure),
            Self::OpenTasks => Plain(Code::OpenTasks),
            Self::UnexplainedBarrier => Plain(Code::UnexplainedBarriers),
            Self::TooManyBarriers => Plain(Code::TooManyBarriers),
            Self::TransferAlreadyRequested => Plain(Code::TransferAlreadyRequested),
            Self::NotClosed => Plain(Code::CaseNotClosed),
            Self::ReopeningTooLate => Plain(Code::ReopeningTooLate),
            Self::AnotherCaseOpen => Plain(Code::AnotherCaseOpen),
            Self::AssigneeNotHere => Plain(Code::AssigneeNotHere),
            Self::AssigneeDisabled => Plain(Code::AssigneeDisabled),
            Self::AssigneeUntrained => Plain(Code::AssigneeUntrained),
            Self::AlreadyAssigned => Plain(Code::AlreadyAssigned),
        }
    }
}

impl Reason for CaseStepRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Rule(rule) => rule.problem(),
            Self::UnknownPerson => Member("/caseManagerId", "unknown"),
            Self::ContactNotAtSchool => Plain(Code::ContactNotAtSchool),
            Self::UnknownReason(set) => UnknownCode("/reasonCode", set),
            Self::Unconfirmed(points) => {
                let fault = |point: &ChecklistPoint| {
                    Fault::at(pointer(*point), "unconfirmed", "is to be confirmed first")
                };
                Listed(Code::ChecklistUnconfirmed, points.iter().map(fault).collect())
            }
            Self::Pathway(pathway) => pathway.problem(),
        }
    }
}

/// Where in the body of a proposal a point of the checklist is.
fn pointer(point: ChecklistPoint) -> &'static str {
    match point {
        ChecklistPoint::Barriers => "/checklist/barriers",
        ChecklistPoint::PlanReviewed => "/checklist/planReviewed",
        ChecklistPoint::OutsideChecked => "/checklist/outsideMaterial/checked",
        ChecklistPoint::OutsideCopiedIn => "/checklist/outsideMaterial/copiedIn",
        ChecklistPoint::OutsideDestroyed => "/checklist/outsideMaterial/destroyed",
    }
}

impl Reason for PathwayRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Missing => Member("/pathway", "required"),
            Self::Unknown(set) => UnknownCode("/pathway/kind", set),
            Self::TooFarAhead => Member("/pathway/firstDay", "too_far_ahead"),
            Self::BeforeReferral => Member("/pathway/firstDay", "before_referral"),
        }
    }
}

impl Reason for ClosureReviewRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::AlreadyConcluded => Plain(Code::ClosureReviewConcluded),
        }
    }
}

impl Reason for TransferChangeRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Case(case) => case.problem(),
            Self::Transfer(rule) => rule.problem(),
        }
    }
}

impl Reason for DeclineNeedsComment {
    fn problem(&self) -> ProblemKind {
        Member("/comment", "required")
    }
}

impl Reason for TransferRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::UnknownProvider => Member("/toProviderId", "unknown"),
            Self::AlreadyThere => Plain(Code::TransferToSameProvider),
            Self::TeamOfAnotherSchool => Plain(Code::TeamOfAnotherSchool),
            Self::AlreadyDecided => Plain(Code::TransferAlreadyDecided),
            Self::NotTheReceiver => Plain(Code::NotTheReceiver),
            Self::NotTheGiver => Plain(Code::NotTheGiver),
        }
    }
}
