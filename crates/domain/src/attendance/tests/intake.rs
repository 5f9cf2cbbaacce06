//! Every day that can not be taken, and the day beside it that can.

use super::{book, counts, date, enrolled};
use crate::attendance::{
    DayFault, HalfDayCounts, IntakeFacts, IntakeFault, NamedPeriods, OverTwoHalfDays, SentDay,
    TermSoFar,
};

fn take(day: &str, sent: &SentDay<'_>, named: &mut NamedPeriods) -> Result<(), IntakeFault> {
    let enrolments = [enrolled(1, Some("2026-02-03"), Some("2026-03-20"))];
    let facts = IntakeFacts {
        birth_date: date("2014-05-06"),
        enrolments: &enrolments,
        today: date("2026-03-10"),
        book: &book(),
    };
    facts.take_day(date(day), sent, None, named).map(drop)
}

fn present() -> SentDay<'static> {
    SentDay { counts: Some(counts(2, 0, 0, 0)), ..SentDay::default() }
}

#[test]
fn a_day_is_taken_from_the_first_day_at_the_school_to_today() {
    let mut named = NamedPeriods::default();
    let mut take = |day| take(day, &present(), &mut named);
    assert_eq!(take("2026-02-03"), Ok(()));
    assert_eq!(take("2026-03-10"), Ok(()));
    assert_eq!(take("2026-03-11"), Err(IntakeFault::InTheFuture));
    assert_eq!(take("2014-05-05"), Err(IntakeFault::BeforeBirth));
}

#[test]
fn days_after_a_leaver_left_are_taken_and_told() {
    let enrolments = [enrolled(1, None, Some("2026-03-05"))];
    let facts = IntakeFacts {
        birth_date: date("2014-05-06"),
        enrolments: &enrolments,
        today: date("2026-03-10"),
        book: &book(),
    };
    let mut named = NamedPeriods::default();
    for (day, there) in [("2026-03-05", true), ("2026-03-06", false)] {
        let taken = facts.take_day(date(day), &present(), None, &mut named).map(drop);
        assert_eq!((taken, facts.is_enrolled(date(day), date(day))), (Ok(()), there));
    }
}

#[test]
fn of_a_day_named_twice_the_first_is_taken() {
    let mut named = NamedPeriods::default();
    assert_eq!(take("2026-03-05", &present(), &mut named), Ok(()));
    assert_eq!(take("2026-03-05", &present(), &mut named), Err(IntakeFault::Repeated));
    assert_eq!(take("2026-03-06", &present(), &mut named), Ok(()));
}

#[test]
fn what_a_day_says_wrongly_is_told() {
    let three = SentDay { counts: Some(counts(2, 1, 0, 0)), ..SentDay::default() };
    let over = IntakeFault::Day(DayFault::OverTwoHalfDays(OverTwoHalfDays));
    assert_eq!(take("2026-03-05", &three, &mut NamedPeriods::default()), Err(over));
    let nothing = take("2026-03-05", &SentDay::default(), &mut NamedPeriods::default());
    assert_eq!(nothing, Err(IntakeFault::Day(DayFault::NothingSent)));
}

#[test]
fn half_days_add_up_to_the_possible_ones() {
    let enrolments = [enrolled(1, None, None)];
    let facts = IntakeFacts {
        birth_date: date("2014-05-06"),
        enrolments: &enrolments,
        today: date("2026-03-10"),
        book: &book(),
    };
    let take = |sent: HalfDayCounts, possible| {
        let sent = SentDay { counts: Some(sent), ..SentDay::default() };
        let day = date("2026-03-05");
        facts.take_day(day, &sent, Some(possible), &mut NamedPeriods::default()).map(drop)
    };
    assert_eq!(take(counts(1, 1, 0, 0), 2), Ok(()));
    assert_eq!(take(counts(1, 0, 0, 1), 1), Ok(()));
    assert_eq!(take(counts(1, 1, 0, 0), 1), Err(IntakeFault::DoesNotAddUp));
}

#[test]
fn a_terms_totals_are_those_of_a_term_that_has_begun() {
    let enrolments = [enrolled(1, Some("2026-04-01"), None)];
    let facts = IntakeFacts {
        birth_date: date("2014-05-06"),
        enrolments: &enrolments,
        today: date("2026-05-01"),
        book: &book(),
    };
    let take = |key: &str, days: Option<(&str, &str)>, present| {
        let days = days.map(|(first, last)| (date(first), date(last)));
        let totals = counts(present, 0, 0, 0);
        facts.take_term(
            key.parse().unwrap(),
            TermSoFar { days, half_days_so_far: 90 },
            totals,
            None,
            &mut NamedPeriods::default(),
        )
    };
    // Enrolled on its last day but one, and before its first.
    assert_eq!(take("2026-1", Some(("2026-02-02", "2026-04-02")), 4), Ok(()));
    let before = Some(("2025-10-06", "2025-12-19"));
    assert_eq!(take("2025-4", before, 4), Ok(()));
    assert_eq!(take("2026-2", Some(("2026-05-01", "2026-07-03")), 4), Ok(()));
    let ahead = Some(("2026-05-02", "2026-07-03"));
    assert_eq!(take("2026-2", ahead, 4), Err(IntakeFault::InTheFuture));
    assert_eq!(take("2026-3", None, 4), Err(IntakeFault::UnknownTerm));
    let long = Some(("2026-02-02", "2026-04-02"));
    assert_eq!(take("2026-1", long, 90), Ok(()));
    assert_eq!(take("2026-1", long, 91), Err(IntakeFault::TooManyHalfDays(90)));
}
