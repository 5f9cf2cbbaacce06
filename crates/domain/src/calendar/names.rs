//! The calendars there are, and what each of them leaves out.

crate::closed_list! {
    /// The calendar by which a deadline is counted.
    ///
    /// The contract's own definition of a business day is not public: `contract-2026` is this
    /// system's reading. The other two follow the "working day" of their Acts.
    CalendarName: "Calendar" / "Te maramataka" {
        /// Monday to Friday without national holidays and the region's anniversary day.
        Contract2026 = "contract-2026": "Contract 2026" / "Te kirimana 2026",
        /// Monday to Friday without the holidays that the Act names and 25 December to 15 January.
        Privacy = "privacy": "Privacy Act 2020" / "Te Ture Tūmataiti 2020",
        /// Monday to Friday without the holidays that the Act names and 25 December to 15 January.
        Oia = "oia": "Official Information Act 1982" / "Te Ture Pārongo Ōkawa 1982",
    }
    /// Reason that a day is no business day.
    ClosedBecause: "Reason that no business is done" / "Te take kāore he mahi" {
        Weekend = "weekend": "Weekend" / "Te mutunga wiki",
        Holiday = "holiday": "Public holiday or anniversary day" / "He hararei tūmatanui, he rā huritau rānei",
        /// 25 December to 15 January, by the Acts' definition of a working day.
        SummerClosedown = "summer_closedown": "Summer closedown" / "Te katinga raumati",
    }
}

impl CalendarName {
    /// Whether the Ministry adds holidays to it. The Acts name the holidays of the other two: those
    /// come by a version of the rule `statutory_holidays`, and by nothing else.
    pub fn takes_holidays(self) -> bool {
        match self {
            Self::Contract2026 => true,
            Self::Privacy | Self::Oia => false,
        }
    }

    /// The definitions of "working day" in the Privacy Act 2020 and the Official Information Act
    /// 1982 name the national holidays one by one; anniversary days are not among them.
    pub(super) fn observes_anniversaries(self) -> bool {
        match self {
            Self::Contract2026 => true,
            Self::Privacy | Self::Oia => false,
        }
    }

    pub(super) fn closes_in_summer(self) -> bool {
        match self {
            Self::Contract2026 => false,
            Self::Privacy | Self::Oia => true,
        }
    }
}
