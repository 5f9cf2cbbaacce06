//! Refusals about referrals, and the faults of notices that would have become one.

use ascms_domain::code_locations::CodeLocation;
use ascms_domain::eligibility::ImpossibleClaim;
use ascms_domain::referrals::ReferralRefusal;
use ascms_persistence::non_enrolments::NoticeFault;
use ascms_persistence::referrals::{DecisionRefusal, SubmissionRefusal};

use super::ProblemKind::{self, Explained, Listed, Member, Plain, UnknownCode};
use super::{Reason, ineligible};
use crate::problem::{Code, Fault};

impl Reason for SubmissionRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::UnknownSchool => Member("/schoolNumber", "unknown"),
            Self::SchoolOutOfReach => Plain(Code::SchoolOutOfReach),
            Self::UnknownCodes(found) => Listed(Code::InvalidBody, unknown_codes(found)),
            Self::UnknownPrimaryContact => Member("/primaryContactId", "unknown"),
            Self::ReferenceTaken(_) => Plain(Code::SourceReferenceTaken),
            Self::AlreadyReferred(_) => Plain(Code::AlreadyReferred),
            Self::ImpossibleAttendance(claims) => Listed(Code::InvalidBody, impossible(claims)),
            Self::NotEligible(why) => Explained(Code::NotEligible, ineligible(why)),
        }
    }
}

impl Reason for DecisionRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Rule(rule) => rule.problem(),
            Self::UnknownProvider => Member("/providerId", "unknown"),
            Self::TeamOfAnotherSchool => Plain(Code::TeamOfAnotherSchool),
            Self::UnknownReason(set) => UnknownCode("/reasonCode", set),
            Self::UnknownCodes(found) => Listed(Code::InvalidBody, unknown_codes(found)),
            Self::ImpossibleAttendance(claims) => Listed(Code::InvalidBody, impossible(claims)),
        }
    }
}

impl Reason for ReferralRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::AlreadyDecided(_) => Plain(Code::ReferralAlreadyDecided),
            Self::NoProvider => Plain(Code::ReferralNotRouted),
            Self::AlreadyWithProvider => Plain(Code::AlreadyWithProvider),
            Self::NotReturned(_) => Plain(Code::ReferralNotReturned),
            Self::NotWithdrawable(_) => Plain(Code::ReferralNotWithdrawable),
            // No operation asks for these steps: an enrolment resolves what it can.
            Self::NotResolvable(_) | Self::NotResolved(_) | Self::NotAccepted(_) => {
                Plain(Code::ReferralAlreadyDecided)
            }
        }
    }
}

impl Reason for NoticeFault {
    /// Faults of a notice are listed beside the notices that were taken; none refuses the call.
    fn problem(&self) -> ProblemKind {
        Explained(Code::InvalidBody, notice_faults(self))
    }
}

/// The faults of one notice, each at its place in the referral that the notice stands for.
pub fn notice_faults(fault: &NoticeFault) -> Vec<Fault> {
    let words = fault.to_string();
    let one = |pointer: &str, kind: &str| vec![Fault::at(pointer, kind, words.clone())];
    match fault {
        NoticeFault::TooEarly => one("/notEnrolledSince", "too_early"),
        NoticeFault::EnrolledNow => one("", "enrolled_now"),
        NoticeFault::AlreadyReferred => one("", "already_referred"),
        NoticeFault::Referral(refusal) => match refusal {
            SubmissionRefusal::UnknownSchool => one("/schoolNumber", "unknown_school"),
            SubmissionRefusal::SchoolOutOfReach => one("/schoolNumber", "school_out_of_reach"),
            SubmissionRefusal::UnknownPrimaryContact => one("", "unknown"),
            SubmissionRefusal::ReferenceTaken(_) => {
                one("/sourceReference", "source_reference_taken")
            }
            SubmissionRefusal::AlreadyReferred(_) => one("", "already_referred"),
            SubmissionRefusal::ImpossibleAttendance(_) => one("", "too_large"),
            SubmissionRefusal::UnknownCodes(found) => unknown_codes(found),
            SubmissionRefusal::NotEligible(why) => ineligible(why),
        },
    }
}

/// The faults of codes that their code sets do not have.
fn unknown_codes(found: &[CodeLocation]) -> Vec<Fault> {
    let fault = |at: &CodeLocation| Fault::unknown_code(pointer(*at), at.set());
    found.iter().map(fault).collect()
}

/// Where in a body that carries a referral a code is named.
fn pointer(location: CodeLocation) -> String {
    match location {
        CodeLocation::Barrier(index) => format!("/supportRequest/barriers/{index}"),
        CodeLocation::StarStep(index) => {
            format!("/supportRequest/schoolResponse/starSteps/{index}")
        }
        CodeLocation::Agency(index) => format!("/supportRequest/agencies/{index}"),
        CodeLocation::SafetyAlert(index) => format!("/supportRequest/safetyAlerts/{index}"),
        CodeLocation::VisaStatus => "/supportRequest/visaStatus".to_owned(),
        CodeLocation::LeavingReason => "/supportRequest/nonEnrolment/leavingReason".to_owned(),
        CodeLocation::Gender => "/student/gender".to_owned(),
        CodeLocation::WhanauRelationship(index) => {
            format!("/student/whanauContacts/{index}/relationship")
        }
    }
}

/// Attendance that cannot be, with the figures.
fn impossible(claims: &[ImpossibleClaim]) -> Vec<Fault> {
    let fault = |claim: &ImpossibleClaim| {
        let ImpossibleClaim { place, term, claimed, at_most, until } = claim;
        let detail = format!(
            "term {term} has had {at_most} school half-days until {until}, and {claimed} were sent"
        );
        let pointer = format!("/supportRequest/attendance/{place}/possibleHalfDays");
        Fault::at(pointer, "too_large", detail)
    };
    claims.iter().map(fault).collect()
}
