//! Why a student may not be referred, told with the figures that decided.

use ascms_domain::eligibility::{Circumstance, TermAttendance};
use ascms_domain::rules::EligibilityRules;
use ascms_domain::students::age_on;
use ascms_persistence::referrals::Ineligible;

use crate::problem::Fault;

/// Why a student may not be referred: each circumstance with its figures and where they stand.
pub fn ineligible(why: &Ineligible) -> Vec<Fault> {
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
