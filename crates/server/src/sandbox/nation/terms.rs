//! Term dates of 2024 to 2027, nationwide: from the first day on which a school may begin to the
//! last on which one may end. Those of 2027 are the least certain.

use ascms_persistence::rows::term::Model;
use chrono::{DateTime, Utc};

use super::dates::ymd;
use super::known_ids::known_id;

const TERM: u16 = 8;

/// First and last day, as month and day.
type TermDays = ((u32, u32), (u32, u32));

const YEARS: [(i32, [TermDays; 4]); 4] = [
    (2024, [((1, 29), (4, 12)), ((4, 29), (7, 5)), ((7, 22), (9, 27)), ((10, 14), (12, 20))]),
    (2025, [((1, 27), (4, 11)), ((4, 28), (6, 27)), ((7, 14), (9, 19)), ((10, 6), (12, 19))]),
    (2026, [((1, 26), (4, 2)), ((4, 20), (7, 3)), ((7, 20), (9, 25)), ((10, 12), (12, 18))]),
    (2027, [((1, 28), (4, 9)), ((4, 27), (7, 2)), ((7, 19), (9, 24)), ((10, 11), (12, 17))]),
];

pub(super) fn terms() -> Vec<Model> {
    let mut rows = Vec::new();
    for (year, terms) in YEARS {
        for (term, (first, last)) in (1..).zip(terms) {
            rows.push(Model {
                id: known_id(TERM, rows.len()),
                year,
                term,
                school_id: None,
                starts_on: ymd(year, first.0, first.1),
                ends_on: ymd(year, last.0, last.1),
                // Set by the import.
                known_from: DateTime::<Utc>::UNIX_EPOCH,
            });
        }
    }
    rows
}
