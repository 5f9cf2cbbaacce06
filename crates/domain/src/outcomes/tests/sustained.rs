//! Attendance after support ended.

use super::{RULES, day, terms};
use crate::outcomes::{KnownTerm, OutcomeTerm, SustainedAttendance, terms_after};
use crate::terms::TermAttendance;

fn names(closed_on: &str) -> Vec<Option<String>> {
    let after = terms_after(day(closed_on), &terms());
    after.into_iter().map(|term| term.map(|term| term.to_string())).collect()
}

#[test]
fn the_terms_after_a_closure_are_the_two_that_begin_later() {
    let terms = terms();
    let second = terms.get("2026-2".parse().unwrap()).unwrap();
    let (first_day, last_day) = (second.starts_on, second.ends_on);
    let before = first_day.pred_opt().unwrap().to_string();
    let expected =
        |first: &str, second: &str| vec![Some(first.to_owned()), Some(second.to_owned())];
    assert_eq!(names(&before), expected("2026-2", "2026-3"));
    assert_eq!(names(&first_day.to_string()), expected("2026-3", "2026-4"));
    assert_eq!(names(&last_day.to_string()), expected("2026-3", "2026-4"));
    let fourth = terms.get("2026-4".parse().unwrap()).unwrap();
    assert_eq!(names(&fourth.starts_on.to_string()), expected("2027-1", "2027-2"));
    assert_eq!(names("2040-01-01"), [None, None]);
}

#[test]
fn a_term_is_judged_when_it_is_over_and_enough_of_it_is_on_record() {
    let rule = &RULES.improved_attendance;
    let of = |present, possible, known: Option<&str>| OutcomeTerm {
        attended: TermAttendance {
            term: "2026-3".parse().unwrap(),
            possible_half_days: possible,
            present_half_days: present,
        },
        known: known.map(|ends_on| KnownTerm { ends_on: day(ends_on), half_days: 100 }),
    };
    let today = day("2026-10-01");
    for (term, expected) in [
        (of(80, 100, None), SustainedAttendance::Pending),
        (of(80, 100, Some("2026-10-01")), SustainedAttendance::Pending),
        (of(80, 100, Some("2026-09-30")), SustainedAttendance::Over),
        (of(71, 100, Some("2026-09-30")), SustainedAttendance::Over),
        (of(70, 100, Some("2026-09-30")), SustainedAttendance::NotOver),
        (of(20, 20, Some("2026-09-30")), SustainedAttendance::Over),
        (of(19, 19, Some("2026-09-30")), SustainedAttendance::TooLittleAttendance),
        (of(0, 0, Some("2026-09-30")), SustainedAttendance::TooLittleAttendance),
    ] {
        assert_eq!(term.sustained(rule, today), expected, "{term:?}");
    }
}
