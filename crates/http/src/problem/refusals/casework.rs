//! Refusals about the work on a case: tasks, barriers, plans, contacts, documents, the timeline.

use ascms_domain::barriers::BarrierRefusal;
use ascms_domain::contacts::ContactRefusal;
use ascms_domain::documents::DocumentRefusal;
use ascms_domain::plans::PlanRefusal;
use ascms_domain::tasks::TaskRefusal;
use ascms_domain::timeline::EntryRefusal;
use ascms_persistence::barriers::BarrierChangeRefusal;
use ascms_persistence::contacts::ContactCorrectionRefusal;
use ascms_persistence::documents::correction::DocumentCorrectionRefusal;
use ascms_persistence::plans::PlanChangeRefusal;
use ascms_persistence::tasks::TaskChangeRefusal;
use ascms_persistence::timeline::RecordingRefusal;

use super::ProblemKind::{self, Member, Plain, UnknownCode};
use super::Reason;
use crate::problem::Code;

impl Reason for TaskChangeRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Case(case) => case.problem(),
            Self::Task(rule) => rule.problem(),
            Self::UnknownPerson => Member("/assigneeId", "unknown"),
        }
    }
}

impl Reason for TaskRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::AlreadyFinished => Plain(Code::TaskAlreadyFinished),
            Self::DueInThePast => Member("/dueOn", "in_the_past"),
            Self::Uncounted(_) => Plain(Code::OutsideCalendar),
        }
    }
}

impl Reason for BarrierChangeRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Case(case) => case.problem(),
            Self::Barrier(rule) => rule.problem(),
            Self::UnknownCode => UnknownCode("/code", "barriers"),
        }
    }
}

impl Reason for BarrierRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::AlreadyThere => Plain(Code::BarrierAlreadyThere),
            Self::NoComment => Member("/comment", "required"),
            Self::IdentifiedInFuture => Member("/identifiedOn", "in_the_future"),
        }
    }
}

impl Reason for PlanChangeRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Case(case) => case.problem(),
            Self::Plan(rule) => rule.problem(),
        }
    }
}

impl Reason for PlanRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Exists => Plain(Code::PlanExists),
            Self::AgreedInFuture => Member("/agreedOn", "in_the_future"),
            Self::ReviewNotAhead => Member("/nextReviewOn", "too_early"),
        }
    }
}

impl Reason for RecordingRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Case(case) => case.problem(),
            Self::Entry(rule) => rule.problem(),
            Self::UnknownEntry => Member("/corrects", "unknown"),
        }
    }
}

impl Reason for EntryRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::InTheFuture => Plain(Code::OccurredInFuture),
            Self::BeforeReferral => Plain(Code::OccurredBeforeReferral),
            Self::OtherKind => Member("/corrects", "other_kind"),
            Self::AlreadyCorrected => Plain(Code::AlreadyCorrected),
            Self::NotTheAuthor => Plain(Code::NotTheAuthor),
        }
    }
}

impl Reason for ContactCorrectionRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Contact(rule) => rule.problem(),
            Self::Entry(rule) => rule.problem(),
        }
    }
}

impl Reason for ContactRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::InTheFuture => Plain(Code::ContactInFuture),
            Self::BeforeReferral => Plain(Code::ContactBeforeReferral),
            Self::NoRiskAssessment => Plain(Code::RiskAssessmentRequired),
            Self::Case(case) => case.problem(),
        }
    }
}

impl Reason for DocumentCorrectionRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Document(rule) => rule.problem(),
            Self::Entry(rule) => rule.problem(),
        }
    }
}

impl Reason for DocumentRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::NameHasPath => Plain(Code::FileNameHasPath),
            Self::TypeNotAllowed => Plain(Code::DocumentTypeNotAllowed),
            Self::Suspicious => Plain(Code::DocumentSuspicious),
            Self::Case(case) => case.problem(),
            Self::OnlyShared => Plain(Code::OnlyShared),
            Self::Quarantined => Plain(Code::DocumentQuarantined),
            Self::Refused => Plain(Code::DocumentRefused),
            Self::TooMany => Plain(Code::TooManyDocuments),
            Self::NotClean => Plain(Code::DocumentNotClean),
        }
    }
}
