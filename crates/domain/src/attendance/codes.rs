//! Attendance codes: reference data with dates, since the Ministry changes the set.

use chrono::NaiveDate;

use super::half_days::HalfDay;

/// What a code means between two days, both included; without a day it has no such end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttendanceCode {
    pub code: char,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub half_day: HalfDay,
}

impl AttendanceCode {
    fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|first| first <= day)
            && self.valid_to.is_none_or(|last| day <= last)
    }
}

/// The list leaves open what a code means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeBookError {
    #[error("code {0} ends before it begins")]
    Backwards(char),
    #[error("code {0} has two meanings on one day")]
    Overlap(char),
}

/// All codes that ever were in force, each meaning one thing on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeBook(Vec<AttendanceCode>);

impl CodeBook {
    pub fn new(mut codes: Vec<AttendanceCode>) -> Result<Self, CodeBookError> {
        let first = |code: &AttendanceCode| code.valid_from.unwrap_or(NaiveDate::MIN);
        let last = |code: &AttendanceCode| code.valid_to.unwrap_or(NaiveDate::MAX);
        if let Some(code) = codes.iter().find(|code| last(code) < first(code)) {
            return Err(CodeBookError::Backwards(code.code));
        }
        codes.sort_by_key(|code| (code.code, first(code)));
        for (earlier, later) in codes.iter().zip(codes.iter().skip(1)) {
            if earlier.code == later.code && first(later) <= last(earlier) {
                return Err(CodeBookError::Overlap(later.code));
            }
        }
        Ok(Self(codes))
    }

    /// How the code counts on that day; `None` when the set in force does not know it.
    pub fn on(&self, day: NaiveDate, code: char) -> Option<HalfDay> {
        let at = self.0.partition_point(|known| known.code < code);
        let same = self.0.iter().skip(at).take_while(|known| known.code == code);
        same.into_iter().find(|known| known.is_valid_on(day)).map(|known| known.half_day)
    }
}
