use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::super::{Calendar, CalendarName, OutOfRange, Region};
use super::{contract, covered_days, date, everywhere, oia, oracle};

#[test]
fn every_covered_day_is_open_exactly_when_the_rules_read_the_other_way_say_so() {
    for name in CalendarName::ALL {
        let calendar = Calendar::new(*name, vec![]);
        for day in covered_days() {
            for region in everywhere() {
                let open = calendar.is_business_day(day, region);
                assert_eq!(
                    open,
                    Ok(oracle::is_open(*name, day, region)),
                    "{name} {day} {region:?}"
                );
            }
        }
    }
}

#[test]
fn a_day_is_open_exactly_when_there_is_no_reason_against_it() {
    for name in CalendarName::ALL {
        let calendar = Calendar::new(*name, vec![]);
        for day in covered_days() {
            let open = calendar.is_business_day(day, Some(Region::Otago)).unwrap();
            assert_eq!(calendar.why_not(day, Some(Region::Otago)).is_none(), open, "{name} {day}");
        }
    }
}

#[test]
fn twenty_working_days_run_around_the_summer_closedown_and_over_anniversary_days() {
    let due = oia().add_business_days(date("2019-01-03"), 20, Some(Region::Auckland));
    assert_eq!(due, Ok(date("2019-02-13")));
}

#[test]
fn twenty_working_days_from_easter_sunday_run_over_easter_monday_and_anzac_day() {
    assert_eq!(oia().add_business_days(date("2017-04-16"), 20, None), Ok(date("2017-05-16")));
}

#[test]
fn five_business_days_from_the_thursday_before_easter_differ_in_southland() {
    let calendar = contract();
    let due = |region| calendar.add_business_days(date("2026-04-02"), 5, region);
    assert_eq!(due(None), Ok(date("2026-04-13")));
    assert_eq!(due(Some(Region::Southland)), Ok(date("2026-04-14")));
}

#[test]
fn the_day_of_receipt_is_day_zero_on_any_kind_of_day() {
    let calendar = contract();
    let saturday = date("2026-05-02");
    assert_eq!(calendar.add_business_days(saturday, 0, None), Ok(saturday));
    assert_eq!(calendar.add_business_days(saturday, 1, None), Ok(date("2026-05-04")));
    let friday = date("2026-05-01");
    assert_eq!(calendar.add_business_days(friday, 1, None), Ok(date("2026-05-04")));
}

#[test]
fn what_happens_on_a_weekend_counts_with_the_monday_after() {
    let calendar = contract();
    let days = |to: &str| calendar.business_days_between(date("2026-05-01"), date(to), None);
    assert_eq!(days("2026-04-20"), Ok(0));
    assert_eq!(days("2026-05-01"), Ok(0));
    assert_eq!(days("2026-05-02"), Ok(1));
    assert_eq!(days("2026-05-04"), Ok(1));
    assert_eq!(days("2026-05-05"), Ok(2));
}

#[test]
fn the_years_outside_the_calendar_are_refused_with_the_years_inside() {
    let calendar = oia();
    let before = date("2014-12-31");
    let refused = Err(OutOfRange { date: before });
    assert_eq!(calendar.is_business_day(before, None), refused.map(|()| true));
    assert_eq!(calendar.add_business_days(before, 0, None), Err(OutOfRange { date: before }));
    assert_eq!(
        calendar.business_days_between(before, date("2026-01-01"), None),
        Err(OutOfRange { date: before })
    );
    let last = date("2052-12-31");
    assert_eq!(calendar.add_business_days(last, 1, None), Err(OutOfRange { date: last }));
    let closedown = date("2052-12-27");
    assert_eq!(
        calendar.business_days_between(date("2052-12-02"), closedown, None),
        Err(OutOfRange { date: closedown })
    );
    assert!(calendar.add_business_days(date("2015-01-01"), u16::MAX, None).is_err());
    let words = OutOfRange { date: before }.to_string();
    assert!(words.contains("2015 to 2052") && words.contains("2014-12-31"), "{words}");
}

#[test]
fn every_business_day_of_the_calendar_can_be_counted() {
    let calendar = contract();
    let (first, last) = (date("2015-01-01"), date("2052-12-31"));
    let n = calendar.business_days_between(first, last, None).unwrap();
    assert_eq!(calendar.add_business_days(first, n, None), Ok(last));
    assert_eq!(calendar.business_days_within(first, last, None), u32::from(n));
    assert_eq!(calendar.business_days_within(last, first, None), 0);
}

fn any_calendar() -> impl Strategy<Value = CalendarName> {
    proptest::sample::select(CalendarName::ALL)
}

fn any_place() -> impl Strategy<Value = Option<Region>> {
    proptest::option::weighted(0.9, proptest::sample::select(Region::ALL))
}

/// Early enough that the longest count of these tests stays within the covered years.
fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0_u64..13_000).prop_map(|days| date("2015-01-01") + Days::new(days))
}

/// One day at a time, counting those the oracle calls open.
fn step(name: CalendarName, from: NaiveDate, n: u16, region: Option<Region>) -> NaiveDate {
    let mut day = from;
    let mut counted = 0;
    while counted < n {
        day = day.succ_opt().unwrap();
        if oracle::is_open(name, day, region) {
            counted += 1;
        }
    }
    day
}

proptest! {
    #[test]
    fn adding_is_walking_day_by_day(
        name in any_calendar(), from in any_day(), n in 0_u16..400, region in any_place(),
    ) {
        let calendar = Calendar::new(name, vec![]);
        let due = calendar.add_business_days(from, n, region).unwrap();
        prop_assert_eq!(due, step(name, from, n, region));
        prop_assert!(n == 0 || calendar.is_business_day(due, region).unwrap());
    }

    #[test]
    fn between_is_the_smallest_count_whose_deadline_is_not_before(
        name in any_calendar(), from in any_day(), ahead in 0_u64..500, region in any_place(),
    ) {
        let calendar = Calendar::new(name, vec![]);
        let to = from + Days::new(ahead);
        let n = calendar.business_days_between(from, to, region).unwrap();
        prop_assert!(step(name, from, n, region) >= to);
        prop_assert!(n == 0 || step(name, from, n - 1, region) < to);
    }

    #[test]
    fn a_count_is_within_a_limit_exactly_when_the_date_is_not_after_the_deadline(
        name in any_calendar(), from in any_day(), ahead in -20_i64..120, limit in 0_u16..60,
        region in any_place(),
    ) {
        let calendar = Calendar::new(name, vec![]);
        let to = from + chrono::TimeDelta::days(ahead);
        prop_assume!(to >= date("2015-01-01"));
        let count = calendar.business_days_between(from, to, region).unwrap();
        let deadline = calendar.add_business_days(from, limit, region).unwrap();
        prop_assert_eq!(count <= limit, to <= deadline);
    }

    #[test]
    fn adding_in_two_steps_is_adding_at_once(
        from in any_day(), m in 0_u16..100, n in 0_u16..100, region in any_place(),
    ) {
        let calendar = contract();
        let halfway = calendar.add_business_days(from, m, region).unwrap();
        prop_assert_eq!(
            calendar.add_business_days(halfway, n, region),
            calendar.add_business_days(from, m + n, region)
        );
    }
}
