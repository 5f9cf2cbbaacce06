use chrono::NaiveDate;
use proptest::prelude::*;

use super::{NotATerm, PartOfYear, Term, TermKey, Terms, TermsError, school_half_days};
use crate::calendar::{Calendar, CalendarName, Region};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn key(text: &str) -> TermKey {
    text.parse().unwrap()
}

fn term(name: &str, starts_on: &str, ends_on: &str) -> Term {
    Term { key: key(name), starts_on: date(starts_on), ends_on: date(ends_on) }
}

fn year_2024() -> Vec<Term> {
    vec![
        term("2024-1", "2024-01-29", "2024-04-12"),
        term("2024-2", "2024-04-29", "2024-07-05"),
        term("2024-3", "2024-07-22", "2024-09-27"),
        term("2024-4", "2024-10-14", "2024-12-20"),
    ]
}

fn terms() -> Terms {
    Terms::new(year_2024()).unwrap()
}

fn name(term: Option<&Term>) -> Option<String> {
    term.map(|term| term.key.to_string())
}

#[test]
fn an_outcome_is_measured_in_the_term_after_the_term_following() {
    assert_eq!(key("2026-1").outcome_term(), key("2026-3"));
    assert_eq!(key("2026-2").outcome_term(), key("2026-4"));
    assert_eq!(key("2026-3").outcome_term(), key("2027-1"));
    assert_eq!(key("2026-4").outcome_term(), key("2027-2"));
}

#[test]
fn after_term_four_comes_term_one() {
    assert_eq!(key("2026-3").next(), key("2026-4"));
    assert_eq!(key("2026-4").next(), key("2027-1"));
    assert_eq!(key("2026-2").plus(0), key("2026-2"));
    assert_eq!(key("2026-2").plus(11), key("2029-1"));
}

#[test]
fn only_a_year_and_one_of_four_terms_make_a_key() {
    let wrong = [
        "", "2026", "2026-", "-1", "2026-0", "2026-5", "2026-01", "26-1", "+2026-1", "2026-+1",
        "2026-1 ", "2026 -1", "2026-1-1", "02026-1", "99999-1", "2026-256", "2026-T", "2026-T0",
        "2026-T5", "2026-t1", "2026-TT1", "2026-T01", "T1",
    ];
    for text in wrong {
        assert_eq!(text.parse::<TermKey>(), Err(NotATerm), "{text:?}");
    }
    assert_eq!(TermKey::new(2026, 0), Err(NotATerm));
    assert_eq!(TermKey::new(2026, 5), Err(NotATerm));
    assert_eq!(TermKey::new(-1, 1), Err(NotATerm));
}

#[test]
fn a_term_has_a_key_that_no_spreadsheet_takes_for_a_month() {
    for number in 1..=4 {
        let term = TermKey::new(2026, number).unwrap();
        assert_eq!(term.table_key(), format!("2026-T{number}"));
        assert_eq!((key(&term.table_key()), key(&term.to_string())), (term, term));
    }
    let part = |text: &str| text.parse::<PartOfYear>().map(PartOfYear::table_key);
    assert_eq!(part("2026-2"), Ok("2026-T2".to_owned()));
    assert_eq!(part("2026-T2"), Ok("2026-T2".to_owned()));
    assert_eq!(part("2026-holidays"), Ok("2026-holidays".to_owned()));
    assert_eq!(part("2026-Tholidays"), Err(NotATerm));
}

#[test]
fn a_date_in_a_term_is_on_it_from_the_first_day_to_the_last() {
    let terms = terms();
    assert_eq!(name(terms.on(date("2024-04-28"))), None);
    assert_eq!(name(terms.on(date("2024-04-29"))), Some("2024-2".into()));
    assert_eq!(name(terms.on(date("2024-07-05"))), Some("2024-2".into()));
    assert_eq!(name(terms.on(date("2024-07-06"))), None);
    assert_eq!(name(terms.on(date("2023-01-01"))), None);
    assert_eq!(name(terms.on(date("2025-01-01"))), None);
}

#[test]
fn the_latest_term_before_a_date_had_ended_by_then() {
    let terms = terms();
    assert_eq!(name(terms.latest_before(date("2024-04-12"))), None);
    assert_eq!(name(terms.latest_before(date("2024-04-13"))), Some("2024-1".into()));
    assert_eq!(name(terms.latest_before(date("2024-07-05"))), Some("2024-1".into()));
    assert_eq!(name(terms.latest_before(date("2026-01-01"))), Some("2024-4".into()));
}

#[test]
fn a_holiday_referral_belongs_to_the_term_that_starts_next() {
    let terms = terms();
    assert_eq!(name(terms.term_of_referral(date("2024-01-03"))), Some("2024-1".into()));
    assert_eq!(name(terms.term_of_referral(date("2024-04-12"))), Some("2024-1".into()));
    assert_eq!(name(terms.term_of_referral(date("2024-04-13"))), Some("2024-2".into()));
    assert_eq!(name(terms.term_of_referral(date("2024-04-29"))), Some("2024-2".into()));
    assert_eq!(name(terms.term_of_referral(date("2024-12-21"))), None);
}

#[test]
fn terms_are_sorted_however_they_are_given() {
    let mut shuffled = year_2024();
    shuffled.reverse();
    shuffled.swap(0, 2);
    let sorted = Terms::new(shuffled).unwrap();
    assert_eq!(sorted, terms());
    assert_eq!(name(sorted.get(key("2024-3"))), Some("2024-3".into()));
    assert_eq!(sorted.get(key("2025-3")), None);
    assert_eq!(sorted.iter().count(), 4);
    assert_eq!(Terms::new(vec![]), Ok(Terms::default()));
}

#[test]
fn terms_that_contradict_each_other_are_refused() {
    let with = |extra: Term| {
        let mut terms = year_2024();
        terms.push(extra);
        Terms::new(terms)
    };
    assert_eq!(
        with(term("2024-4", "2025-10-14", "2025-12-20")),
        Err(TermsError::Duplicate(key("2024-4")))
    );
    assert_eq!(
        with(term("2025-1", "2024-12-20", "2025-04-12")),
        Err(TermsError::Overlap(key("2024-4"), key("2025-1")))
    );
    assert_eq!(
        with(term("2025-1", "2025-04-12", "2025-01-29")),
        Err(TermsError::Backwards(key("2025-1")))
    );
    assert_eq!(
        with(term("2025-1", "2024-07-08", "2024-07-20")),
        Err(TermsError::OutOfOrder(key("2025-1"), key("2024-4")))
    );
    assert!(with(term("2025-1", "2024-12-21", "2024-12-21")).is_ok());
}

/// The Ministry's numbers of half-days for 2024: 96 in term 2, 100 in term 3, up to 98 in term 4.
#[test]
fn the_half_days_of_2024_are_as_published() {
    let calendar = Calendar::new(CalendarName::Contract2026, vec![]);
    let terms = terms();
    let half_days =
        |name: &str, region| school_half_days(terms.get(key(name)).unwrap(), &calendar, region);
    assert_eq!(half_days("2024-2", None), 96);
    assert_eq!(half_days("2024-3", None), 100);
    assert_eq!(half_days("2024-4", None), 98);
    assert_eq!(half_days("2024-3", Some(Region::SouthCanterbury)), 98);
    // The Ministry says at most 102: schools are closed on Easter Tuesday, which is no holiday.
    assert_eq!(half_days("2024-1", None), 104);
    assert_eq!(half_days("2024-1", Some(Region::Southland)), 102);
}

proptest! {
    #[test]
    fn a_key_reads_back_as_written_and_sorts_like_its_text(
        year in 1000_i16..=9999, number in 1_u8..=4, ahead in 0_u8..=255,
    ) {
        let key = TermKey::new(year, number).unwrap();
        prop_assert_eq!(key.to_string().parse(), Ok(key));
        let later = key.plus(ahead);
        prop_assert_eq!(later >= key, true);
        let index = |key: TermKey| i32::from(key.year()) * 4 + i32::from(key.term());
        prop_assert_eq!(index(later) - index(key), i32::from(ahead));
        prop_assume!(later.year() <= 9999);
        prop_assert_eq!(key.to_string().cmp(&later.to_string()), key.cmp(&later));
    }

    #[test]
    fn a_referral_date_is_never_after_its_term_and_within_it_when_schools_are_open(day in 0_u64..355) {
        let terms = terms();
        let date = date("2024-01-01") + chrono::Days::new(day);
        let Some(term) = terms.term_of_referral(date) else {
            prop_assert!(date > self::date("2024-12-20"));
            return Ok(());
        };
        prop_assert!(date <= term.ends_on);
        prop_assert_eq!(terms.on(date).is_some(), term.starts_on <= date);
        prop_assert_eq!(terms.iter().filter(|t| t.ends_on >= date).min_by_key(|t| t.ends_on), Some(term));
    }
}

proptest! {
    /// Four terms a year, in both directions, wherever one begins.
    #[test]
    fn the_term_before_the_next_one_is_the_same(year in 1001..9998_i16, term in 1..=4_u8) {
        let key = TermKey::new(year, term).expect("a term");
        prop_assert_eq!(key.next().previous(), key);
        prop_assert_eq!(key.previous().next(), key);
        prop_assert!(key.previous() < key && key < key.next());
        prop_assert_eq!(key.plus(4), TermKey::new(year + 1, term).expect("a term"));
        prop_assert_eq!(key.to_string().parse::<TermKey>(), Ok(key));
    }
}
