//! Why support is asked for, and whom it may be asked of.

crate::closed_list! {
    /// Why support is asked for.
    ReferralKind: "Kind of referral" / "Te momo tono" {
        /// The student attended 70 % or less of a term.
        ChronicAbsence = "chronic_absence": "Chronic absence" / "He ngarohanga nui rawa",
        /// The student is enrolled nowhere.
        NonEnrolment = "non_enrolment": "Non-enrolment" / "Kāore i whakaurua ki tētahi kura",
    }
}

impl ReferralKind {
    /// Whether a school's own team may be asked: it is funded for the chronically absent students on
    /// the school's roll.
    pub fn may_be_in_school(self) -> bool {
        match self {
            Self::ChronicAbsence => true,
            Self::NonEnrolment => false,
        }
    }
}
