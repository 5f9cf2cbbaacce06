use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;

use super::super::{nz_date, nz_midnight};
use super::date;

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn a_day_begins_at_local_midnight_in_summer_and_in_winter() {
    assert_eq!(nz_midnight(date("2026-01-20")), instant("2026-01-19T11:00:00Z"));
    assert_eq!(nz_midnight(date("2026-07-10")), instant("2026-07-09T12:00:00Z"));
    assert_eq!(nz_date(instant("2026-07-09T11:59:59Z")), date("2026-07-09"));
    assert_eq!(nz_date(instant("2026-07-09T12:00:00Z")), date("2026-07-10"));
}

#[test]
fn the_day_on_which_daylight_saving_ends_has_25_hours() {
    let (day, next) = (nz_midnight(date("2026-04-05")), nz_midnight(date("2026-04-06")));
    assert_eq!(day, instant("2026-04-04T11:00:00Z"));
    assert_eq!(next - day, TimeDelta::hours(25));
    for hours in 0..25 {
        assert_eq!(nz_date(day + TimeDelta::hours(hours)), date("2026-04-05"));
    }
}

#[test]
fn the_day_on_which_daylight_saving_begins_has_23_hours() {
    let (day, next) = (nz_midnight(date("2026-09-27")), nz_midnight(date("2026-09-28")));
    assert_eq!(day, instant("2026-09-26T12:00:00Z"));
    assert_eq!(next - day, TimeDelta::hours(23));
    for hours in 0..23 {
        assert_eq!(nz_date(day + TimeDelta::hours(hours)), date("2026-09-27"));
    }
}

#[test]
fn every_day_since_1860_begins_where_the_day_before_ends() {
    for day in date("1860-01-01").iter_days().take_while(|day| *day < date("2100-01-01")) {
        let start = nz_midnight(day);
        assert_eq!(nz_date(start), day);
        assert_eq!(nz_date(start - TimeDelta::nanoseconds(1)), day.pred_opt().unwrap(), "{day}");
    }
}

#[test]
fn the_ends_of_time_have_a_date_and_a_midnight() {
    nz_date(DateTime::<Utc>::MIN_UTC);
    nz_date(DateTime::<Utc>::MAX_UTC);
    nz_midnight(NaiveDate::MIN);
    nz_midnight(NaiveDate::MAX);
}

proptest! {
    #[test]
    fn an_instant_lies_between_the_midnights_around_it(seconds in 0_i64..4_000_000_000) {
        let now = DateTime::<Utc>::from_timestamp(seconds, 0).unwrap();
        let today = nz_date(now);
        prop_assert!(nz_midnight(today) <= now);
        prop_assert!(now < nz_midnight(today + Days::new(1)));
    }
}
