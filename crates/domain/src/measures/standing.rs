//! How a referral counts for one level of a measure, and why it may not count.

use chrono::NaiveDate;

crate::closed_list! {
    /// How one referral counts for one level of a measure: exactly one of these.
    Standing: "Standing of a referral" / "Te tatau o te tono" {
        Met = "met": "Met" / "I tutuki",
        Missed = "missed": "Missed" / "Kāore i tutuki",
        /// Not reached yet, and the deadline is today or later.
        Pending = "pending": "Pending" / "E tatari ana",
        Excluded = "excluded": "Excluded" / "Kāore e tatauria",
    }
    /// Reason that a referral does not count. The last three apply to one measure each, the others
    /// to all measures.
    Exclusion: "Reason for exclusion" / "Te take kāore e tatauria ai" {
        Declined = "declined": "Declined" / "I whakahēngia",
        Withdrawn = "withdrawn": "Withdrawn" / "I unuhia",
        Redirected = "redirected": "Redirected" / "I tukuna kētia",
        /// The student turned out to be enrolled.
        Resolved = "resolved": "Resolved: the student is enrolled" / "Kua whakatauhia: kua whakaurua te ākonga",
        /// The student already was in an open case, which the referral joined.
        JoinedToOpenCase = "joined_to_open_case": "Joined to an open case" / "I honoa ki tētahi kēhi tuwhera",
        /// No provider is responsible yet: the referral waits in the Ministry's queue.
        NoProvider = "no_provider": "No provider" / "Kāore he kaiwhakarato",
        /// The student died before it was decided.
        Died = "died": "The student has died" / "Kua mate te ākonga",
        /// The student moved overseas before it was decided.
        MovedOverseas = "moved_overseas": "Moved overseas" / "Kua hūnuku ki tāwāhi",
        /// Improved attendance only: there is nothing to compare with.
        NoBaseline = "no_baseline": "No baseline" / "Kāore he pae tīmata",
        /// Improved attendance only: too little of the outcome term is on record.
        TooLittleAttendance = "too_little_attendance": "Too little attendance on record" / "He iti rawa ngā raraunga tae ā-kura",
        /// Enrolled only: nobody confirmed in time how the whānau is reached, and nobody reached
        /// them or the student.
        ContactDetailsNotCurrent = "contact_details_not_current": "Contact details not up to date" / "Kāore ngā taipitopito whakapā i te hou",
    }
}

/// How a referral stands that is not excluded.
pub fn standing(
    days: Option<u16>,
    within_days: u16,
    due_on: NaiveDate,
    today: NaiveDate,
) -> Standing {
    match days {
        Some(days) if days <= within_days => Standing::Met,
        Some(_) => Standing::Missed,
        None if due_on >= today => Standing::Pending,
        None => Standing::Missed,
    }
}
