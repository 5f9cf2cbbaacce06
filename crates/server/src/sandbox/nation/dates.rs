//! The first days of the nation and of its service.

use chrono::NaiveDate;

/// Before the first term on record: nothing of the nation is older.
pub(super) const BEGINNING: NaiveDate = ymd(2024, 1, 1);

/// The first day of the service in its present form.
pub(super) const SERVICE_START: NaiveDate = ymd(2026, 1, 5);

pub(super) const fn ymd(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => NaiveDate::MIN,
    }
}
