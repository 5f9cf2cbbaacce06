use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::{ContactMeasure, DaysToContact, Standing, Tally, due_on, first_pending, standing};
use crate::calendar::{Calendar, CalendarName, Region};
use crate::rules::WhanauContactMeans;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn contract() -> Calendar {
    Calendar::new(CalendarName::Contract2026, Vec::new())
}

#[test]
fn the_deadline_itself_still_counts() {
    let calendar = contract();
    let due = due_on(day("2026-03-02"), 5, &calendar, None).unwrap();
    assert_eq!(due, day("2026-03-09"));
    assert_eq!(standing(None, 5, due, day("2026-03-09")), Standing::Pending);
    assert_eq!(standing(None, 5, due, day("2026-03-10")), Standing::Missed);
    assert_eq!(standing(Some(5), 5, due, day("2026-03-20")), Standing::Met);
    assert_eq!(standing(Some(6), 5, due, day("2026-03-20")), Standing::Missed);
}

#[test]
fn matariki_and_an_anniversary_move_the_deadline() {
    let calendar = contract();
    let due = |from, region| due_on(day(from), 5, &calendar, region).unwrap();
    assert_eq!(due("2026-07-06", None), day("2026-07-14"));
    assert_eq!(due("2026-01-21", None), day("2026-01-28"));
    assert_eq!(due("2026-01-21", Some(Region::Auckland)), day("2026-01-29"));
}

#[test]
fn the_student_or_the_whanau_is_enough_unless_both_are_asked() {
    let days = DaysToContact { school: Some(1), student: Some(9), whanau: Some(4) };
    let of = |days: DaysToContact, means| days.of(ContactMeasure::WhanauContact, means);
    assert_eq!(of(days, WhanauContactMeans::Either), Some(4));
    assert_eq!(of(days, WhanauContactMeans::Both), Some(9));
    let one = DaysToContact { student: None, ..days };
    assert_eq!(of(one, WhanauContactMeans::Either), Some(4));
    assert_eq!(of(one, WhanauContactMeans::Both), None);
}

#[test]
fn a_target_is_kept_at_exactly_its_share() {
    let tally = |met, missed| Tally { met, missed, ..Tally::default() };
    assert_eq!(tally(4, 1).meets(80), Some(true));
    assert_eq!(tally(79, 21).meets(80), Some(false));
    assert_eq!(tally(0, 0).meets(80), None);
    assert_eq!(tally(2, 1).rate_ten_thousandths(), Some(6667));
    assert_eq!(tally(1, 2).rate_ten_thousandths(), Some(3333));
    assert_eq!(tally(0, 3).rate_ten_thousandths(), Some(0));
    assert_eq!(tally(0, 0).rate_ten_thousandths(), None);
}

proptest! {
    #[test]
    fn pending_begins_exactly_at_the_first_pending_day(offset in 0u64..1400, within in 1u16..16) {
        let calendar = contract();
        let today = day("2024-01-01") + Days::new(offset);
        let region = Some(Region::ALL[usize::try_from(offset).unwrap() % Region::ALL.len()]);
        let first = first_pending(today, within, &calendar, region).unwrap();
        for back in 0..40 {
            let referred = today - Days::new(back);
            let due = due_on(referred, within, &calendar, region).unwrap();
            let pending = standing(None, within, due, today) == Standing::Pending;
            prop_assert_eq!(pending, referred >= first, "{} {}", referred, first);
        }
    }
}
