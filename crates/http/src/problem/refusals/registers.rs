//! Refusals about entries of registers, and about what registers share.

use ascms_domain::bulletins::BulletinRefusal;
use ascms_domain::registers::StepRefusal;
use ascms_domain::second_person::ApprovalRefusal;
use ascms_persistence::bulletins::{AudienceRefusal, BulletinChangeRefusal};

use super::ProblemKind::{self, Member, Plain};
use super::Reason;
use crate::problem::Code;

impl Reason for StepRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Frozen => Plain(Code::Frozen),
            Self::NotInThisState => Plain(Code::NotInThisState),
        }
    }
}

impl Reason for ApprovalRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::OwnDecision => Plain(Code::OwnDecision),
            Self::MinistryNeeded => Plain(Code::SecondPersonNeeded),
        }
    }
}

impl Reason for AudienceRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::UnknownCatchment => Member("/audience/catchments", "unknown"),
            Self::UnknownRegion => Member("/audience/educationRegions", "unknown"),
        }
    }
}

impl Reason for BulletinRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::NoDate => Member("/date", "required"),
            Self::DateOfOther => Member("/date", "other_kind"),
            Self::EndsBeforeItBegins => Member("/validTo", "too_small"),
            Self::HasHtml => Member("/body", "has_html"),
            Self::LinkNotAllowed => Member("/body", "link_not_allowed"),
        }
    }
}

impl Reason for BulletinChangeRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Bulletin(rule) => rule.problem(),
            Self::Step(step) => step.problem(),
            Self::Approval(approval) => approval.problem(),
            Self::Audience(audience) => audience.problem(),
            Self::Document(document) => document.problem(),
            Self::UnknownReplaced => Member("/replaces", "unknown"),
        }
    }
}
