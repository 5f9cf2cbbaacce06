use chrono::{NaiveDate, TimeDelta};

use super::{touched_by_holiday, touched_by_terms};
use crate::outcomes::outcome_term;
use crate::terms::{Term, TermKey, Terms};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn term(key: &str, starts_on: &str, ends_on: &str) -> Term {
    Term { key: key.parse().unwrap(), starts_on: date(starts_on), ends_on: date(ends_on) }
}

fn nation() -> Vec<Term> {
    vec![
        term("2023-4", "2023-10-09", "2023-12-20"),
        term("2024-1", "2024-01-29", "2024-04-12"),
        term("2024-2", "2024-04-29", "2024-07-05"),
        term("2024-3", "2024-07-22", "2024-09-27"),
        term("2024-4", "2024-10-14", "2024-12-20"),
        term("2025-1", "2025-01-27", "2025-04-11"),
        term("2025-2", "2025-04-28", "2025-06-27"),
        term("2025-3", "2025-07-14", "2025-09-19"),
        term("2025-4", "2025-10-06", "2025-12-19"),
        term("2026-1", "2026-01-26", "2026-04-02"),
        term("2026-2", "2026-04-20", "2026-07-03"),
    ]
}

#[test]
fn a_holiday_is_counted_by_referrals_made_until_it() {
    let touched = touched_by_holiday(date("2026-03-20"));
    assert_eq!(touched, Some((date("2015-01-01"), date("2026-03-20"))));
    assert_eq!(touched_by_holiday(date("2014-12-31")), None);
}

#[test]
fn where_no_term_is_known_for_long_referrals_wait_from_long_ago() {
    let far = [term("2026-1", "2026-01-26", "2026-04-02")];
    let since = touched_by_terms(&far, [date("2020-12-18")]);
    assert_eq!(since, Some((date("2020-12-18"), date("2026-04-02"))));
    let ever = touched_by_terms(&far, []);
    assert_eq!(ever, Some((date("2015-01-01"), date("2026-04-02"))));
    assert_eq!(touched_by_terms(&[], []), None);
}

/// What a referral's clock takes from the terms: which is its outcome term, and when that ends and
/// how many half-days it has.
fn taken(on: NaiveDate, terms: &Terms) -> Option<(TermKey, Option<Term>)> {
    let key = outcome_term(on, terms)?;
    Some((key, terms.get(key).cloned()))
}

/// Every term of the list moved at either end by a week, or left out before, and with longer gaps
/// before the list: no referral outside the dates takes anything else from the terms than before.
#[test]
fn no_referral_outside_the_dates_is_touched_by_a_term() {
    let mut compared = 0;
    for gap in 0..3 {
        let list = nation().split_off(gap);
        for (at, old) in list.iter().enumerate() {
            for (start, end) in [(0, -7), (0, 7), (-7, 0), (7, 0), (0, 0)] {
                let new = Term {
                    key: old.key,
                    starts_on: old.starts_on + TimeDelta::days(start),
                    ends_on: old.ends_on + TimeDelta::days(end),
                };
                let (mut before, mut after) = (list.clone(), list.clone());
                after[at] = new.clone();
                // Dates that do not move stand for a term that was not on record before.
                let changed = if (start, end) == (0, 0) {
                    before.remove(at);
                    vec![new]
                } else {
                    vec![old.clone(), new]
                };
                let ends: Vec<NaiveDate> = before.iter().map(|term| term.ends_on).collect();
                let (first, last) = touched_by_terms(&changed, ends).unwrap();
                let (before, after) = (Terms::new(before).unwrap(), Terms::new(after).unwrap());
                let until = date("2026-12-31");
                for day in date("2022-06-01").iter_days().take_while(|day| *day < until) {
                    if day < first || day > last {
                        let moved = format!("{day} {} {start} {end}", old.key);
                        assert_eq!(taken(day, &before), taken(day, &after), "{moved}");
                        compared += 1;
                    }
                }
            }
        }
    }
    assert!(compared > 10_000);
}
