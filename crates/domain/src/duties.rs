//! Duties: what is due by a day. A duty arises in the transaction of what makes it due, and ends in the
//! transaction of what ends it.

use chrono::NaiveDate;

crate::closed_list! {
    /// What is due.
    DutyKind {
        /// A date that a bulletin of the Ministry names.
        KeyDate = "key_date",
    }
    /// How a duty ended.
    DutyOutcome {
        Done = "done",
        /// The Ministry waived it.
        Waived = "waived",
        /// Its cause went away.
        Lapsed = "lapsed",
    }
}

/// A duty that arises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDuty {
    pub kind: DutyKind,
    /// What it is due for, such as a contract year or a term. One entry has one duty of a kind and
    /// a period.
    pub period: String,
    /// The first day on which it can be done.
    pub opens_on: NaiveDate,
    /// The last day on which it is done in time.
    pub due_on: NaiveDate,
}
