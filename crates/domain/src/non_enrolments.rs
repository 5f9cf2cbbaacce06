//! Non-enrolment notices: the national enrolment register tells of a student who has been enrolled
//! nowhere for twenty school days.

use chrono::NaiveDate;

use crate::attendance::OpenDays;

/// So many school days without an enrolment make a notice.
pub const SCHOOL_DAYS: u32 = 20;

/// The day on which a student who is enrolled nowhere since a day, that day included, is so for the
/// twentieth school day of the last school; `None` when that is after `today`.
///
/// School days are those on which the last school is open: the business days of its region within
/// its terms. The contract does not say whose count; this is ours.
pub fn due_on(since: NaiveDate, today: NaiveDate, open: &OpenDays<'_>) -> Option<NaiveDate> {
    let days = since.iter_days().take_while(|day| *day <= today);
    let mut left = SCHOOL_DAYS;
    for day in days {
        if open.term_on(day).is_some() {
            left -= 1;
            if left == 0 {
                return Some(day);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests;
