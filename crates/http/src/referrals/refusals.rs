//! What the store and the rules refuse of referrals, as problems.

use ascms_domain::eligibility::ImpossibleClaim;
use ascms_domain::referrals::{ReferralError, SupportRequest};
use ascms_domain::students::SentStudent;
use ascms_persistence::referrals::{DecideError, SubmitError};
use chrono::NaiveDate;

use crate::problem::{Code, Fault, Refusal};
use crate::students::birth_fault;

/// A refusal of a body with these faults.
pub(super) fn invalid(faults: Vec<Fault>) -> Refusal {
    Refusal::faulty(Code::InvalidBody, faults)
}

fn unknown_codes(places: Vec<String>) -> Refusal {
    let fault = |place| Fault::at(place, "unknown_code", "is no code of its code set");
    invalid(places.into_iter().map(fault).collect())
}

/// Attendance that can not be, with the figures.
pub(crate) fn impossible(claims: &[ImpossibleClaim]) -> Refusal {
    let fault = |claim: &ImpossibleClaim| {
        let ImpossibleClaim { place, term, claimed, at_most, until } = claim;
        let detail = format!(
            "term {term} has had {at_most} school half-days until {until}, and {claimed} were sent"
        );
        let place = format!("/supportRequest/attendance/{place}/possibleHalfDays");
        Fault::at(place, "too_large", detail)
    };
    invalid(claims.iter().map(fault).collect())
}

impl From<SubmitError> for Refusal {
    fn from(err: SubmitError) -> Self {
        let detail = err.to_string();
        match err {
            SubmitError::UnknownSchool => {
                Self::invalid(Fault::at("/schoolNumber", "unknown", detail))
            }
            SubmitError::SchoolOutOfReach => Self::new(Code::SchoolOutOfReach, detail),
            SubmitError::UnknownCodes(places) => unknown_codes(places),
            SubmitError::UnknownPrimaryContact => {
                Self::invalid(Fault::at("/primaryContactId", "unknown", detail))
            }
            SubmitError::ReferenceTaken(id) => Self::new(Code::SourceReferenceTaken, detail)
                .with_location(format!("/v1/referrals/{id}")),
            SubmitError::ImpossibleAttendance(claims) => impossible(&claims),
            SubmitError::NotEligible(assessment) => {
                let circumstance = |circumstance: &ascms_domain::eligibility::Circumstance| {
                    let detail = "speaks against the service under the eligibility rules";
                    Fault::at("", circumstance.as_str(), detail)
                };
                let faults = assessment.circumstances.iter().map(circumstance).collect();
                Self::new(Code::NotEligible, detail).with_errors(faults)
            }
        }
    }
}

impl From<DecideError> for Refusal {
    fn from(err: DecideError) -> Self {
        let detail = err.to_string();
        match err {
            DecideError::Rule(err) => err.into(),
            DecideError::UnknownProvider => {
                Self::invalid(Fault::at("/providerId", "unknown", detail))
            }
            DecideError::TeamOfAnotherSchool => Self::new(Code::TeamOfAnotherSchool, detail),
            DecideError::UnknownReason => {
                Self::invalid(Fault::at("/reasonCode", "unknown_code", detail))
            }
            DecideError::UnknownCodes(places) => unknown_codes(places),
            DecideError::ImpossibleAttendance(claims) => impossible(&claims),
        }
    }
}

impl From<ReferralError> for Refusal {
    fn from(err: ReferralError) -> Self {
        let code = match err {
            ReferralError::AlreadyDecided(_) => Code::ReferralAlreadyDecided,
            ReferralError::NoProvider => Code::ReferralNotRouted,
            ReferralError::AlreadyWithProvider => Code::AlreadyWithProvider,
            ReferralError::NotReturned(_) => Code::ReferralNotReturned,
            // Nobody asks for it: an enrolment resolves what it can.
            ReferralError::NotResolvable(_)
            | ReferralError::NotResolved(_)
            | ReferralError::NotAccepted(_) => Code::ReferralAlreadyDecided,
            ReferralError::NotWithdrawable(_) => Code::ReferralNotWithdrawable,
        };
        Self::new(code, err.to_string())
    }
}

/// What of a student and a request contradicts itself, or the calendar.
pub(crate) fn content_faults(
    student: &SentStudent,
    support_request: &SupportRequest,
    today: NaiveDate,
) -> Vec<Fault> {
    let mut faults = request_faults(support_request, today);
    let ahead = student.dates().into_iter().filter(|(_, date)| *date > today);
    faults.extend(ahead.map(|(place, _)| in_the_future(format!("/student{place}"))));
    let born = birth_fault("/student/birthDate", student.birth_date, today);
    let unborn = support_request.dates().into_iter();
    // A date of birth that is wrong itself says nothing about other days.
    let unborn = unborn.filter(|(_, date)| born.is_none() && *date < student.birth_date);
    faults.extend(unborn.map(|(pointer, _)| {
        let place = format!("/supportRequest{pointer}");
        Fault::at(place, "before_birth", "lies before the student's birth")
    }));
    faults.extend(born);
    faults
}

/// What of a request contradicts itself or the calendar.
pub(super) fn request_faults(request: &SupportRequest, today: NaiveDate) -> Vec<Fault> {
    let place = |pointer: &str| format!("/supportRequest{pointer}");
    let contradictions = request.inconsistencies().into_iter();
    let contradictions =
        contradictions.map(|found| Fault::at(place(&found.pointer), found.code, found.detail));
    let ahead = request.dates().into_iter().filter(|(_, date)| *date > today);
    contradictions.chain(ahead.map(|(pointer, _)| in_the_future(place(&pointer)))).collect()
}

fn in_the_future(place: String) -> Fault {
    Fault::at(place, "in_the_future", "lies in the future")
}
