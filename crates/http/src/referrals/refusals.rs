//! What the store and the rules refuse of referrals, as problems.

use actix_web::HttpRequest;
use ascms_domain::access::Grant;
use ascms_domain::eligibility::{Circumstance, ImpossibleClaim, TermAttendance};
use ascms_domain::referrals::{ReferralRefusal, SupportRequest};
use ascms_domain::rules::EligibilityRules;
use ascms_domain::students::{SentStudent, age_on};
use ascms_persistence::reference_data::UnknownCode;
use ascms_persistence::referrals::{DecisionRefusal, Ineligible, SubmissionRefusal};
use ascms_persistence::{CallError, Store};
use chrono::{DateTime, NaiveDate, Utc};

use crate::auth;
use crate::auth::ReadReferrals;
use crate::problem::{Code, Fault, Refusal};
use crate::students::birth_fault;

/// A refusal of a body with these faults.
pub(super) fn invalid(faults: Vec<Fault>) -> Refusal {
    Refusal::faulty(Code::InvalidBody, faults)
}

fn unknown_codes(found: Vec<UnknownCode>) -> Refusal {
    let fault = |code: UnknownCode| Fault::unknown_code(code.place, code.set);
    invalid(found.into_iter().map(fault).collect())
}

/// A refusal because of a referral that is there, with where that is for who may read it.
pub(super) async fn in_the_way(
    (req, store): (&HttpRequest, &Store),
    grant: &Grant,
    err: CallError<SubmissionRefusal>,
    now: DateTime<Utc>,
) -> Refusal {
    let CallError::Refused(
        SubmissionRefusal::AlreadyReferred(id) | SubmissionRefusal::ReferenceTaken(id),
    ) = err
    else {
        return err.into();
    };
    let refusal = Refusal::from(err);
    let reader = auth::also::<ReadReferrals>(req);
    match store.referral_in_the_way(grant, reader.as_ref(), id, now).await {
        Ok(true) => refusal.with_location(format!("/v1/referrals/{id}")),
        Ok(false) => refusal,
        Err(err) => err.into(),
    }
}

/// Why a student may not be referred: each circumstance with its figures and where they stand.
pub(crate) fn ineligible(why: &Ineligible) -> Vec<Fault> {
    why.assessment.circumstances.iter().map(|one| speaks_against(*one, why)).collect()
}

fn speaks_against(circumstance: Circumstance, why: &Ineligible) -> Fault {
    let Ineligible { assessment, facts, rules, baseline_at } = why;
    let version = &assessment.rule_version;
    let terms = "/supportRequest/attendance";
    let (place, detail) = match circumstance {
        Circumstance::NotChronicallyAbsent => {
            let place = baseline_at.map_or_else(|| terms.to_owned(), |at| format!("{terms}/{at}"));
            (place, assessment.baseline.map_or_else(String::new, |term| attended(&term, rules)))
        }
        Circumstance::NoBaseline => {
            let enough = rules.minimum_record_percent;
            let detail = format!(
                "no term that can be the baseline is there with {enough} % of its half-days or more"
            );
            (terms.to_owned(), detail)
        }
        Circumstance::OutsideAgeRange => {
            let age = age_on(facts.birth_date, facts.referral_date);
            let EligibilityRules { minimum_age, maximum_age, .. } = rules;
            let EligibilityRules { minimum_year_level, maximum_year_level, .. } = rules;
            let detail = format!(
                "is {age} years old; the service is for ages {minimum_age} to {maximum_age}, or for \
                 years {minimum_year_level} to {maximum_year_level} at school"
            );
            ("/student/birthDate".to_owned(), detail)
        }
        Circumstance::InternationalWithoutVisa => {
            let detail = "the visa does not allow school".to_owned();
            ("/supportRequest/visaStatus".to_owned(), detail)
        }
        Circumstance::AlreadyInOpenCase
        | Circumstance::ContinuingSupport
        | Circumstance::NotEnrolled
        | Circumstance::ChronicallyAbsent
        | Circumstance::AttendedHalfOrLess
        | Circumstance::SafetyAlert
        | Circumstance::WhanauNotTold
        | Circumstance::NothingTriedBySchool => {
            (String::new(), "speaks against the service".to_owned())
        }
    };
    Fault::at(place, circumstance.as_str(), format!("{detail} (rule {version})"))
}

/// `attended 50 of 60 half-days of 2026-1, 83.33 %: chronic absence is 70 % or less`.
fn attended(term: &TermAttendance, rules: &EligibilityRules) -> String {
    let TermAttendance { term: key, possible_half_days, present_half_days } = term;
    let rate = term.rate_ten_thousandths().unwrap_or(0);
    let (whole, rest) = (rate / 100, rate % 100);
    let threshold = rules.chronic_percent;
    format!(
        "attended {present_half_days} of {possible_half_days} half-days of {key}, \
         {whole}.{rest:02} %: chronic absence is {threshold} % or less"
    )
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

impl From<SubmissionRefusal> for Refusal {
    fn from(err: SubmissionRefusal) -> Self {
        let detail = err.to_string();
        match err {
            SubmissionRefusal::UnknownSchool => {
                Self::invalid(Fault::at("/schoolNumber", "unknown", detail))
            }
            SubmissionRefusal::SchoolOutOfReach => Self::new(Code::SchoolOutOfReach, detail),
            SubmissionRefusal::UnknownCodes(places) => unknown_codes(places),
            SubmissionRefusal::UnknownPrimaryContact => {
                Self::invalid(Fault::at("/primaryContactId", "unknown", detail))
            }
            SubmissionRefusal::ReferenceTaken(_) => Self::new(Code::SourceReferenceTaken, detail),
            SubmissionRefusal::AlreadyReferred(_) => Self::new(Code::AlreadyReferred, detail),
            SubmissionRefusal::ImpossibleAttendance(claims) => impossible(&claims),
            SubmissionRefusal::NotEligible(why) => {
                Self::new(Code::NotEligible, detail).with_errors(ineligible(&why))
            }
        }
    }
}

impl From<DecisionRefusal> for Refusal {
    fn from(err: DecisionRefusal) -> Self {
        let detail = err.to_string();
        match err {
            DecisionRefusal::Rule(err) => err.into(),
            DecisionRefusal::UnknownProvider => {
                Self::invalid(Fault::at("/providerId", "unknown", detail))
            }
            DecisionRefusal::TeamOfAnotherSchool => Self::new(Code::TeamOfAnotherSchool, detail),
            DecisionRefusal::UnknownReason(set) => {
                Self::invalid(Fault::unknown_code("/reasonCode", set))
            }
            DecisionRefusal::UnknownCodes(places) => unknown_codes(places),
            DecisionRefusal::ImpossibleAttendance(claims) => impossible(&claims),
        }
    }
}

impl From<ReferralRefusal> for Refusal {
    fn from(err: ReferralRefusal) -> Self {
        let code = match err {
            ReferralRefusal::AlreadyDecided(_) => Code::ReferralAlreadyDecided,
            ReferralRefusal::NoProvider => Code::ReferralNotRouted,
            ReferralRefusal::AlreadyWithProvider => Code::AlreadyWithProvider,
            ReferralRefusal::NotReturned(_) => Code::ReferralNotReturned,
            // Nobody asks for it: an enrolment resolves what it can.
            ReferralRefusal::NotResolvable(_)
            | ReferralRefusal::NotResolved(_)
            | ReferralRefusal::NotAccepted(_) => Code::ReferralAlreadyDecided,
            ReferralRefusal::NotWithdrawable(_) => Code::ReferralNotWithdrawable,
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
