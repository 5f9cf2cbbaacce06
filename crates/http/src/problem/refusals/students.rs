//! Refusals about a student's record: merges, siblings, readers of the address, whānau contacts,
//! the school.

use ascms_domain::address_readers::NamingRefusal;
use ascms_domain::enrolment_claims::ClaimRefusal;
use ascms_domain::match_reviews::MatchReviewRefusal;
use ascms_domain::merges::MergeRefusal;
use ascms_domain::siblings::SiblingRefusal;
use ascms_persistence::students::address_reader::NamingChangeRefusal;
use ascms_persistence::students::match_review::SettlementRefusal;
use ascms_persistence::students::merge::MergeChangeRefusal;
use ascms_persistence::students::school_change::SchoolChangeRefusal;
use ascms_persistence::students::sibling::DeclarationRefusal;
use ascms_persistence::students::whanau_contact::{RELATIONSHIPS, WhanauContactRefusal};

use super::ProblemKind::{self, Member, Plain, UnknownCode};
use super::Reason;
use crate::problem::Code;

impl Reason for SettlementRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Review(rule) => rule.problem(),
            Self::Merge(merge) => merge.problem(),
        }
    }
}

impl Reason for MatchReviewRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::AlreadySettled => Plain(Code::ReviewAlreadySettled),
            Self::UnknownCandidate => Member("/candidate", "unknown"),
        }
    }
}

impl Reason for MergeChangeRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Rule(rule) => rule.problem(),
            Self::UnknownStudent => Member("/intoStudentId", "unknown"),
        }
    }
}

impl Reason for MergeRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::SameStudent => Plain(Code::SameStudent),
            Self::BothHaveOpenCases => Plain(Code::BothHaveOpenCases),
            Self::NotMerged => Plain(Code::NotMerged),
        }
    }
}

impl Reason for DeclarationRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Rule(rule) => rule.problem(),
            Self::UnknownStudent => Member("/siblingId", "unknown"),
        }
    }
}

impl Reason for SiblingRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::SameStudent => Plain(Code::SameStudent),
            Self::AlreadySiblings => Plain(Code::AlreadySiblings),
            Self::TooMany => Plain(Code::TooManySiblings),
        }
    }
}

impl Reason for NamingChangeRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Rule(rule) => rule.problem(),
            Self::UnknownPerson => Member("/userId", "unknown"),
        }
    }
}

impl Reason for NamingRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::NoOpenCaseHere => Plain(Code::NoOpenCaseHere),
            Self::Person(case) => case.problem(),
            Self::AlreadyNamed => Plain(Code::ReaderAlreadyNamed),
            Self::AlreadyEnded => Plain(Code::ReaderAlreadyEnded),
        }
    }
}

impl Reason for WhanauContactRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::TooMany => Plain(Code::TooManyContacts),
            Self::UnknownRelationship => UnknownCode("/relationship", RELATIONSHIPS),
        }
    }
}

impl Reason for SchoolChangeRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::UnknownSchool => Member("/schoolNumber", "unknown"),
            Self::AlreadyThere => Plain(Code::AlreadyEnrolledThere),
        }
    }
}

impl Reason for ClaimRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Settled(_) => Plain(Code::ClaimSettled),
            Self::AlreadyOpposed => Plain(Code::ClaimAlreadyOpposed),
            Self::Opposed => Plain(Code::ClaimOpposed),
            Self::NotYours => Plain(Code::ClaimNotYours),
        }
    }
}
