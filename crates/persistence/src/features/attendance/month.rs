//! The days of a student's month at a school as they stand.

use ascms_domain::attendance::MonthDays;
use ascms_domain::ids::StudentId;

use crate::store::error::StoreError;

/// A month as it was kept.
pub(super) fn read(days: &str, student: StudentId) -> Result<MonthDays, StoreError> {
    days.parse().or(Err(StoreError::Corrupt(student.0)))
}
