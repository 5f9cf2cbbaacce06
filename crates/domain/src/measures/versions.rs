//! What a clock is told by beside its measures: why it was set as it is, and by what numbers are
//! broken down.

/// Both lists of causes: the events that set a clock, and what else changes how a referral counts.
macro_rules! causes {
    ($($event:tt)*) => {
        crate::closed_list! {
            /// The last event that set the clock of a referral.
            ClockCause: "Cause of a clock's state" / "Te take i pēnei ai te karaka" {
                $($event)*
            }
            /// Reason that a referral counts otherwise than before: the event that set its clock, time, or
            /// a rule.
            ChangeCause: "Cause of a change" / "Te take o te huringa" {
                $($event)*
                /// Nothing happened: a deadline passed, a term ended.
                DaysPassed = "days_passed": "Days passed" / "Kua pahure ngā rā",
                /// Another version of the rule judges.
                Rule = "rule": "Another version of the rule" / "He putanga kē o te ture",
            }
        }
    };
}

causes! {
    /// The referral came in.
    Referral = "referral": "Referral received" / "I tae mai te tono",
    /// It was decided, withdrawn, sent again, or resolved, or its case went to another provider.
    Decision = "decision": "Decision" / "He whakatau",
    /// A contact was logged or corrected.
    Contact = "contact": "Contact" / "He whakapā",
    /// Attendance of the outcome term arrived or was corrected.
    Attendance = "attendance": "Attendance data" / "He raraunga tae ā-kura",
    /// The student was enrolled, or left.
    Enrolment = "enrolment": "Enrolment or leaving" / "He whakaurunga, he wehenga rānei",
    /// Somebody made sure how the whānau is reached.
    WhanauContact = "whanau_contact": "Whānau contact confirmed" / "I whakaūngia te hoapā o te whānau",
    /// The case was closed or opened again.
    Closure = "closure": "Closure or reopening" / "He katinga, he whakatuwheratanga anō rānei",
    /// The student's record was changed, joined or parted.
    Student = "student": "Student's record" / "Te pūkete o te ākonga",
    /// A holiday was added, term dates moved, or everything was counted anew.
    Calendar = "calendar": "Calendar or recalculation" / "Te maramataka, te tatau anō rānei",
}

crate::closed_list! {
    /// The characteristic by which the numbers of a group are split further.
    Breakdown: "Breakdown" / "Te wehewehenga" {
        ReferralKind = "kind": "Kind of referral" / "Te momo tono",
        /// The school's own team, or the provider of the catchment.
        Provision = "provision": "Provision" / "Te whakaratonga",
        YearLevel = "year_level": "Year level" / "Te taumata tau",
        EthnicGroup = "ethnic_group": "Ethnic group" / "Te mātāwaka",
    }
    /// The groups of ethnicity at level 1 of the standard (Stats NZ, ethnicity 2005 v2.1), in the
    /// order in which one of several is taken, so that a student counts once and the groups add up.
    EthnicGroup: "Ethnic group" / "Te mātāwaka" {
        Maori = "maori": "Māori" / "Māori",
        Pacific = "pacific": "Pacific Peoples" / "Ngā iwi o Te Moana-nui-a-Kiwa",
        Asian = "asian": "Asian" / "Āhia",
        /// Middle Eastern, Latin American, African.
        Melaa = "melaa": "Middle Eastern, Latin American, African" / "Nō te Rāwhiti Waenga, Amerika ki te Tonga, Āwherika",
        Other = "other": "Other Ethnicity" / "Tētahi atu mātāwaka",
        European = "european": "European" / "Ūropi",
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
