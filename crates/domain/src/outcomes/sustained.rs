//! Attendance after support ended: whether it is over 70 % in the two full terms that follow.

use chrono::NaiveDate;

use super::OutcomeTerm;
use super::improvement::{is_enough, is_over};
use crate::rules::ImprovedAttendanceRule;
use crate::terms::{TermKey, Terms};

/// How a student attended a full term after their case was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SustainedAttendance {
    /// The term is not over, or its dates are not known.
    Pending,
    /// Too little of the term is on record to say.
    TooLittleAttendance,
    Over,
    NotOver,
}

/// The two full terms after a day: the first that begins later, and the one after it. Empty while
/// nobody has published the first one's dates.
pub fn terms_after(closed_on: NaiveDate, terms: &Terms) -> [Option<TermKey>; 2] {
    let first = terms.iter().find(|term| term.starts_on > closed_on).map(|term| term.key);
    [first, first.map(TermKey::next)]
}

impl OutcomeTerm {
    /// How the student attended the term, by the limit and the least record of improved attendance.
    pub fn sustained(
        &self,
        rule: &ImprovedAttendanceRule,
        today: NaiveDate,
    ) -> SustainedAttendance {
        match self.known.filter(|term| term.ends_on < today) {
            None => SustainedAttendance::Pending,
            Some(term) if !is_enough(&self.attended, term.half_days, rule) => {
                SustainedAttendance::TooLittleAttendance
            }
            Some(_) if is_over(&self.attended, rule) => SustainedAttendance::Over,
            Some(_) => SustainedAttendance::NotOver,
        }
    }
}
