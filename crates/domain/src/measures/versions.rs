//! What a clock is told by beside its measures: why it was set as it is, and by what numbers are
//! broken down.

crate::closed_list! {
    /// What set a clock as it is: the last of the things that happened to it.
    ClockCause {
        /// The referral came in.
        Referral = "referral",
        /// It was decided, withdrawn, sent again, or resolved, or its case went to another provider.
        Decision = "decision",
        /// A contact was logged or corrected.
        Contact = "contact",
        /// Attendance of the outcome term arrived or was corrected.
        Attendance = "attendance",
        /// The student was enrolled, or left.
        Enrolment = "enrolment",
        /// Somebody made sure how the whānau is reached.
        WhanauContact = "whanau_contact",
        /// The case was closed or opened again.
        Closure = "closure",
        /// The student's record was changed, joined or parted.
        Student = "student",
        /// A holiday was added, term dates moved, or everything was counted anew.
        Calendar = "calendar",
    }
    /// Why a referral counts otherwise than before: what set its clock, or what of time and rules.
    ChangeCause {
        Referral = "referral",
        Decision = "decision",
        Contact = "contact",
        Attendance = "attendance",
        Enrolment = "enrolment",
        WhanauContact = "whanau_contact",
        Closure = "closure",
        Student = "student",
        /// A holiday was added, term dates moved, or everything was counted anew.
        Calendar = "calendar",
        /// Nothing happened: a deadline passed, a term ended.
        DaysPassed = "days_passed",
        /// Another version of the rule judges.
        Rule = "rule",
    }
    /// Into what a group's numbers are broken down further.
    Breakdown {
        ReferralKind = "kind",
        /// The school's own team, or the provider of the catchment.
        Provision = "provision",
        YearLevel = "year_level",
        EthnicGroup = "ethnic_group",
    }
    /// The groups of ethnicity at level 1 of the standard (Stats NZ, ethnicity 2005 v2.1), in the
    /// order in which one of several is taken, so that a student counts once and the groups add up.
    EthnicGroup {
        Maori = "maori",
        Pacific = "pacific",
        Asian = "asian",
        /// Middle Eastern, Latin American, African.
        Melaa = "melaa",
        Other = "other",
        European = "european",
    }
}

impl From<ClockCause> for ChangeCause {
    fn from(cause: ClockCause) -> Self {
        match cause {
            ClockCause::Referral => Self::Referral,
            ClockCause::Decision => Self::Decision,
            ClockCause::Contact => Self::Contact,
            ClockCause::Attendance => Self::Attendance,
            ClockCause::Enrolment => Self::Enrolment,
            ClockCause::WhanauContact => Self::WhanauContact,
            ClockCause::Closure => Self::Closure,
            ClockCause::Student => Self::Student,
            ClockCause::Calendar => Self::Calendar,
        }
    }
}

impl EthnicGroup {
    /// The group of a code of any level: its first digit tells. Codes that say "not stated" or the
    /// like belong to none.
    fn of_code(code: &str) -> Option<Self> {
        match code.chars().next()? {
            '1' => Some(Self::European),
            '2' => Some(Self::Maori),
            '3' => Some(Self::Pacific),
            '4' => Some(Self::Asian),
            '5' => Some(Self::Melaa),
            '6' => Some(Self::Other),
            _ => None,
        }
    }

    /// The one group by which a student is counted, of all that they named.
    pub fn first_of<'a>(codes: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let named: Vec<Self> = codes.into_iter().filter_map(Self::of_code).collect();
        Self::ALL.iter().copied().find(|group| named.contains(group))
    }
}
