use chrono::NaiveDate;

use super::due_on;
use crate::attendance::OpenDays;
use crate::calendar::{Calendar, CalendarName, Region};
use crate::terms::{Term, TermKey, Terms};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn terms() -> Terms {
    let term = |key: &str, starts_on, ends_on| Term {
        key: key.parse::<TermKey>().expect("a term"),
        starts_on: day(starts_on),
        ends_on: day(ends_on),
    };
    Terms::new(vec![
        term("2026-1", "2026-01-26", "2026-04-02"),
        term("2026-2", "2026-04-20", "2026-07-03"),
    ])
    .expect("terms")
}

/// The day, if it has come by `today`, at a school in Auckland.
fn due(since: &str, today: &str) -> Option<String> {
    let calendar = Calendar::new(CalendarName::Contract2026, Vec::new());
    let terms = terms();
    let open = OpenDays { terms: &terms, calendar: &calendar, region: Some(Region::Auckland) };
    due_on(day(since), day(today), &open).map(|day| day.to_string())
}

#[test]
fn on_the_nineteenth_the_twentieth_and_the_twenty_first_school_day() {
    // From Monday the 9th of February four whole weeks.
    assert_eq!(due("2026-02-09", "2026-03-05"), None);
    assert_eq!(due("2026-02-09", "2026-03-06").as_deref(), Some("2026-03-06"));
    assert_eq!(due("2026-02-09", "2026-03-09").as_deref(), Some("2026-03-06"));
}

#[test]
fn a_weekend_does_not_count() {
    assert_eq!(due("2026-02-07", "2026-03-06").as_deref(), Some("2026-03-06"));
    assert_eq!(due("2026-02-10", "2026-03-08"), None);
    assert_eq!(due("2026-02-10", "2026-03-09").as_deref(), Some("2026-03-09"));
}

#[test]
fn a_public_holiday_and_an_anniversary_day_do_not_count() {
    // Auckland's anniversary on the 26th of January, Waitangi Day on the 6th of February.
    assert_eq!(due("2026-01-26", "2026-02-23"), None);
    assert_eq!(due("2026-01-26", "2026-02-24").as_deref(), Some("2026-02-24"));
}

#[test]
fn the_holidays_between_two_terms_do_not_count() {
    // Ten school days to the 2nd of April, the others from the 20th; Anzac Day is kept on Monday.
    assert_eq!(due("2026-03-20", "2026-05-01"), None);
    assert_eq!(due("2026-03-20", "2026-05-04").as_deref(), Some("2026-05-04"));
}
