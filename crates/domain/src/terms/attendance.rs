//! A student's half-days of a term.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::TermKey;
use crate::shares::ten_thousandths;

/// A term's half-days of a student, as the school counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TermAttendance {
    /// The school term, such as `2026-1`.
    pub term: TermKey,
    /// Half-days on which the school was open and the student enrolled, so far in the term.
    #[schema(minimum = 0, maximum = 250)]
    pub possible_half_days: u32,
    /// Half-days that the student attended, never more than were possible.
    #[schema(minimum = 0, maximum = 250)]
    pub present_half_days: u32,
}

impl TermAttendance {
    /// The share attended in ten-thousandths, rounded half up; `None` of nothing.
    pub fn rate_ten_thousandths(&self) -> Option<u64> {
        ten_thousandths(self.present_half_days.into(), self.possible_half_days.into())
    }

    /// Attended so many percent or less. Integers, so that exactly 70 % is no rounding's matter.
    pub fn at_most_percent(&self, percent: u32) -> bool {
        self.present_half_days * 100 <= self.possible_half_days * percent
    }
}
