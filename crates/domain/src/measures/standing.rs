//! How a referral counts for one level of a measure, and why it may not count.

use chrono::NaiveDate;

crate::closed_list! {
    /// How one referral counts for one level of a measure: exactly one of these.
    Standing {
        Met = "met",
        Missed = "missed",
        /// Not reached yet, and the deadline is today or later.
        Pending = "pending",
        Excluded = "excluded",
    }
    /// Why a referral does not count, as answers say it. The first six are of the whole referral
    /// ([`ReferralExclusion`](super::ReferralExclusion)), the next two of what was still undecided on a day ([`Departure`](super::Departure)),
    /// the others of one measure only.
    Exclusion {
        Declined = "declined",
        Withdrawn = "withdrawn",
        Redirected = "redirected",
        /// The student turned out to be enrolled.
        Resolved = "resolved",
        /// The student already was in an open case, which the referral joined.
        JoinedToOpenCase = "joined_to_open_case",
        /// No provider is responsible yet: the referral waits in the Ministry's queue.
        NoProvider = "no_provider",
        /// The student died before it was decided.
        Died = "died",
        /// The student moved overseas before it was decided.
        MovedOverseas = "moved_overseas",
        /// Improved attendance only: there is nothing to compare with.
        NoBaseline = "no_baseline",
        /// Improved attendance only: too little of the outcome term is on record.
        TooLittleAttendance = "too_little_attendance",
        /// Enrolled only: nobody confirmed in time how the whānau is reached, and nobody reached
        /// them or the student.
        ContactDetailsNotCurrent = "contact_details_not_current",
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
