//! The contract's numbers, contact and outcome alike: one list for whoever counts or shows them.

use super::contact::{ContactMeasure, Target, targets};
use crate::referrals::ReferralKind;
use crate::rules::{OutcomeRules, ServiceLevelRules};

crate::closed_list! {
    /// A measure of the contract.
    Measure: "Measure of the contract" / "Te ine o te kirimana" {
        /// First contact that reached the (last known) school.
        SchoolContact = "school_contact": "Contact with the school" / "Te whakapā ki te kura",
        /// First contact that reached the student or the whānau.
        WhanauContact = "whanau_contact": "Contact with student and whānau" / "Te whakapā ki te ākonga me te whānau",
        /// Attendance in the term after the term following the referral.
        ImprovedAttendance = "improved_attendance": "Improved attendance" / "Te pikinga o te tae ā-kura",
        /// Enrolled at a school or in a suitable alternative.
        Enrolled = "enrolled": "Enrolled" / "Te whakaurunga ki te kura",
    }
}

impl Measure {
    /// Whether referrals of that kind are members of the measure. The others are not excluded from
    /// it, they are none of its business.
    pub fn is_of(self, kind: ReferralKind) -> bool {
        match self {
            Self::SchoolContact | Self::WhanauContact => true,
            Self::ImprovedAttendance => kind == ReferralKind::ChronicAbsence,
            Self::Enrolled => kind == ReferralKind::NonEnrolment,
        }
    }

    /// The measures that are counted of the same referrals, this one included: what is told of one
    /// tells something of the others.
    pub const fn counted_together(self) -> &'static [Self] {
        match self {
            Self::SchoolContact | Self::WhanauContact => {
                &[Self::SchoolContact, Self::WhanauContact]
            }
            Self::ImprovedAttendance => &[Self::ImprovedAttendance],
            Self::Enrolled => &[Self::Enrolled],
        }
    }
}

impl From<ContactMeasure> for Measure {
    fn from(measure: ContactMeasure) -> Self {
        match measure {
            ContactMeasure::SchoolContact => Self::SchoolContact,
            ContactMeasure::WhanauContact => Self::WhanauContact,
        }
    }
}

/// One number of the contract: a measure, its limit where it has one, and the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    pub measure: Measure,
    /// Business days from the referral; improved attendance has its term instead.
    pub within_days: Option<u16>,
    pub target_percent: u32,
}

impl From<Target> for Number {
    fn from(Target { measure, level }: Target) -> Self {
        Self {
            measure: measure.into(),
            within_days: Some(level.within_days),
            target_percent: level.target_percent,
        }
    }
}

/// Every number of the contract, in its order: four of contact, two of outcome.
pub fn numbers(contact: &ServiceLevelRules, outcomes: &OutcomeRules) -> [Number; 6] {
    let [school_first, school_second, whanau_first, whanau_second] =
        targets(contact).map(Number::from);
    let improved_attendance = Number {
        measure: Measure::ImprovedAttendance,
        within_days: None,
        target_percent: outcomes.improved_attendance.target_percent,
    };
    let enrolled = Number {
        measure: Measure::Enrolled,
        within_days: Some(outcomes.enrolled.within_days),
        target_percent: outcomes.enrolled.target_percent,
    };
    [school_first, school_second, whanau_first, whanau_second, improved_attendance, enrolled]
}
