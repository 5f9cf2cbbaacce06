use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;

use super::{
    AttendanceCode, CodeBook, DayRecord, DayReport, EnrolmentPeriod, HalfDay, HalfDayCounts,
    HalfDays, NotHalfDays, OverTwoHalfDays, ReportedAt, SlotCodes,
};
use crate::ids::SchoolId;

mod codes;
mod concerns;
mod counted_days;
mod intake;
mod known_days;
mod month;
mod sent_day;
mod validator;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn school(number: u128) -> SchoolId {
    SchoolId(uuid::Uuid::from_u128(number))
}

fn counts(present: u32, justified: u32, unjustified: u32, unclassified: u32) -> HalfDayCounts {
    HalfDayCounts { present, justified, unjustified, unclassified }
}

fn half_days(text: &str) -> HalfDays {
    text.parse().unwrap()
}

/// So many seconds after an instant of no meaning.
fn instant(seconds: i64) -> DateTime<Utc> {
    "2026-03-03T04:15:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::seconds(seconds)
}

fn record(text: &str, sent: i64, received: i64) -> DayRecord {
    let reported = ReportedAt::new(instant(sent), instant(received));
    DayRecord { reported, half_days: half_days(text), codes: SlotCodes::default() }
}

fn report(school_number: u128, day: &str, record: DayRecord) -> DayReport {
    DayReport { date: date(day), school: school(school_number), record }
}

fn enrolled(school_number: u128, first: Option<&str>, last: Option<&str>) -> EnrolmentPeriod {
    EnrolmentPeriod {
        school: school(school_number),
        first_day: first.map(date),
        last_day: last.map(date),
    }
}

/// An invented book. `H` was present and is no code since 2025, `N` is new, `Z` is known and
/// without a category.
fn book() -> CodeBook {
    let code = |code, valid_from: Option<&str>, valid_to: Option<&str>, half_day| AttendanceCode {
        code,
        valid_from: valid_from.map(date),
        valid_to: valid_to.map(date),
        half_day,
    };
    CodeBook::new(vec![
        code('P', None, None, HalfDay::Present),
        code('M', None, None, HalfDay::Justified),
        code('?', None, None, HalfDay::Unjustified),
        code('H', None, Some("2025-01-26"), HalfDay::Present),
        code('N', Some("2025-01-27"), None, HalfDay::Justified),
        code('C', None, Some("2025-01-26"), HalfDay::Present),
        code('C', Some("2025-01-27"), None, HalfDay::Unjustified),
        code('Z', None, None, HalfDay::Unclassified),
    ])
    .unwrap()
}

/// Every day there can be.
fn every_day() -> Vec<HalfDays> {
    let up_to_two = || 0..=2;
    let mut days = Vec::new();
    for present in up_to_two() {
        for justified in up_to_two() {
            for unjustified in up_to_two() {
                for unclassified in up_to_two() {
                    let counts = counts(present, justified, unjustified, unclassified);
                    days.extend(HalfDays::new(counts));
                }
            }
        }
    }
    days
}

fn any_day() -> impl Strategy<Value = HalfDays> {
    prop::sample::select(every_day())
}

fn any_codes() -> impl Strategy<Value = SlotCodes> {
    "[A-Za-z0-9?.]{0,10}".prop_map(|text| SlotCodes::new(&text).unwrap())
}

#[test]
fn a_day_has_two_half_days_at_most() {
    assert_eq!(every_day().len(), 15);
    for (three, two) in [
        (counts(3, 0, 0, 0), counts(2, 0, 0, 0)),
        (counts(2, 1, 0, 0), counts(1, 1, 0, 0)),
        (counts(0, 1, 1, 1), counts(0, 0, 1, 1)),
        (counts(0, 0, 0, 3), counts(0, 0, 0, 2)),
    ] {
        assert_eq!(HalfDays::new(three), Err(OverTwoHalfDays));
        assert_eq!(HalfDays::new(two).map(HalfDays::counts), Ok(two));
    }
    let many = counts(u32::MAX, u32::MAX, u32::MAX, u32::MAX);
    assert_eq!(HalfDays::new(many), Err(OverTwoHalfDays));
}

#[test]
fn what_is_not_classified_was_not_possible() {
    let day = counts(1, 0, 0, 1);
    assert_eq!((day.possible(), day.absent(), day.total()), (1, 0, 2));
    let term = counts(60, 10, 5, 3);
    assert_eq!((term.possible(), term.absent(), term.total()), (75, 15, 78));
}

#[test]
fn a_day_is_written_with_a_letter_for_each_half() {
    let written: Vec<String> = every_day().iter().map(HalfDays::to_string).collect();
    let mut expected = vec!["-"];
    expected.extend(["p", "j", "u", "x", "pp", "jj", "uu", "xx"]);
    expected.extend(["pj", "pu", "px", "ju", "jx", "ux"]);
    assert_eq!(sorted(written.clone()), sorted(expected.iter().map(ToString::to_string).collect()));
    for (day, text) in every_day().into_iter().zip(written) {
        assert_eq!(text.parse(), Ok(day));
    }
    for wrong in ["", "up", "ppp", "P", "p-", "--", "é", "jp", "x u"] {
        assert_eq!(wrong.parse::<HalfDays>(), Err(NotHalfDays), "{wrong:?}");
    }
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}
