//! The contract's two outcomes: whether a chronically absent student's attendance improved, and
//! whether a student who was enrolled nowhere came to be enrolled.
//!
//! The inputs of an outcome hold everything it is judged on, so that an answer can show them. How a
//! referral counts is computed from them, the rule and the day, and never stored.

use chrono::NaiveDate;

use crate::measures::{Measure, MeasureResult, ReferralInputs};
use crate::rules::OutcomeRules;

mod enrolment;
mod improvement;
mod sustained;

pub use enrolment::{
    Begun, ContactDetails, Enrolled, EnrolledBy, EnrolmentCutOffs, EnrolmentDeadlines,
    EnrolmentInputs, enrolled,
};
pub use improvement::{
    AttendanceInputs, Baseline, KnownTerm, OutcomeTerm, outcome_term, terms_over,
};
pub use sustained::{SustainedAttendance, terms_after};

/// What the outcome of a referral is judged on. Its kind decides which it is: a referral has one
/// outcome, and is no member of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomeInputs {
    /// Of a referral for chronic absence.
    ImprovedAttendance(AttendanceInputs),
    /// Of a referral for non-enrolment.
    Enrolled(EnrolmentInputs),
}

impl OutcomeInputs {
    pub fn measure(&self) -> Measure {
        match self {
            Self::ImprovedAttendance(_) => Measure::ImprovedAttendance,
            Self::Enrolled(_) => Measure::Enrolled,
        }
    }

    /// How the referral counts, as seen on that day.
    pub fn classify(
        &self,
        referral: &ReferralInputs,
        rules: &OutcomeRules,
        today: NaiveDate,
    ) -> MeasureResult {
        match self {
            Self::ImprovedAttendance(inputs) => inputs.classify(referral, rules, today),
            Self::Enrolled(inputs) => inputs.classify(referral, rules, today),
        }
    }
}

#[cfg(test)]
mod tests;
