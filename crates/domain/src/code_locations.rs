//! Where a referral names codes: in which member, and at which place of a list.

/// A member of a referral that names a code. Places in lists are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeLocation {
    Barrier(usize),
    StarStep(usize),
    Agency(usize),
    SafetyAlert(usize),
    VisaStatus,
    LeavingReason,
    /// Of the student.
    Gender,
    /// Of the student's whānau contact at this place.
    WhanauRelationship(usize),
}

impl CodeLocation {
    /// The code set that has the codes of this member.
    pub const fn set(self) -> &'static str {
        match self {
            Self::Barrier(_) => "barriers",
            Self::StarStep(_) => "star-steps",
            Self::Agency(_) => "agencies",
            Self::SafetyAlert(_) => "safety-alerts",
            Self::VisaStatus => "visa-statuses",
            Self::LeavingReason => "leaving-reasons",
            Self::Gender => "genders",
            Self::WhanauRelationship(_) => "whanau-relationships",
        }
    }
}
