use chrono::{Datelike, NaiveDate, Weekday};

use super::super::{ClosedDay, holidays};
use super::{contract, date, oia, oracle};

fn observed_in(year: i32) -> Vec<(String, String)> {
    let calendar = contract();
    let days = calendar.holidays(year, None);
    days.iter().map(|day| (day.date.format("%a %m-%d").to_string(), day.name_en.clone())).collect()
}

fn assert_year(year: i32, expected: &[(&str, &str)]) {
    let expected: Vec<(String, String)> =
        expected.iter().map(|(day, name)| ((*day).to_owned(), (*name).to_owned())).collect();
    assert_eq!(observed_in(year), expected, "{year}");
}

fn holidays_named(name: &str, year: i32) -> Vec<NaiveDate> {
    let calendar = contract();
    let days = calendar.holidays(year, None);
    days.iter().filter(|day| day.name_en == name).map(|day| day.date).collect()
}

#[test]
fn the_national_holidays_of_2024_are_as_published() {
    assert_year(
        2024,
        &[
            ("Mon 01-01", "New Year's Day"),
            ("Tue 01-02", "Day after New Year's Day"),
            ("Tue 02-06", "Waitangi Day"),
            ("Fri 03-29", "Good Friday"),
            ("Mon 04-01", "Easter Monday"),
            ("Thu 04-25", "Anzac Day"),
            ("Mon 06-03", "King's Birthday"),
            ("Fri 06-28", "Matariki"),
            ("Mon 10-28", "Labour Day"),
            ("Wed 12-25", "Christmas Day"),
            ("Thu 12-26", "Boxing Day"),
        ],
    );
}

#[test]
fn the_national_holidays_of_2025_are_as_published() {
    assert_year(
        2025,
        &[
            ("Wed 01-01", "New Year's Day"),
            ("Thu 01-02", "Day after New Year's Day"),
            ("Thu 02-06", "Waitangi Day"),
            ("Fri 04-18", "Good Friday"),
            ("Mon 04-21", "Easter Monday"),
            ("Fri 04-25", "Anzac Day"),
            ("Mon 06-02", "King's Birthday"),
            ("Fri 06-20", "Matariki"),
            ("Mon 10-27", "Labour Day"),
            ("Thu 12-25", "Christmas Day"),
            ("Fri 12-26", "Boxing Day"),
        ],
    );
}

#[test]
fn the_national_holidays_of_2026_are_as_published() {
    assert_year(
        2026,
        &[
            ("Thu 01-01", "New Year's Day"),
            ("Fri 01-02", "Day after New Year's Day"),
            ("Fri 02-06", "Waitangi Day"),
            ("Fri 04-03", "Good Friday"),
            ("Mon 04-06", "Easter Monday"),
            ("Mon 04-27", "Anzac Day"),
            ("Mon 06-01", "King's Birthday"),
            ("Fri 07-10", "Matariki"),
            ("Mon 10-26", "Labour Day"),
            ("Fri 12-25", "Christmas Day"),
            ("Mon 12-28", "Boxing Day"),
        ],
    );
}

#[test]
fn the_national_holidays_of_2027_are_as_published() {
    assert_year(
        2027,
        &[
            ("Fri 01-01", "New Year's Day"),
            ("Mon 01-04", "Day after New Year's Day"),
            ("Mon 02-08", "Waitangi Day"),
            ("Fri 03-26", "Good Friday"),
            ("Mon 03-29", "Easter Monday"),
            ("Mon 04-26", "Anzac Day"),
            ("Mon 06-07", "King's Birthday"),
            ("Fri 06-25", "Matariki"),
            ("Mon 10-25", "Labour Day"),
            ("Mon 12-27", "Christmas Day"),
            ("Tue 12-28", "Boxing Day"),
        ],
    );
}

#[test]
fn the_year_2022_has_its_first_matariki_its_last_queens_birthday_and_a_day_for_the_queen() {
    assert_year(
        2022,
        &[
            ("Mon 01-03", "New Year's Day"),
            ("Tue 01-04", "Day after New Year's Day"),
            ("Mon 02-07", "Waitangi Day"),
            ("Fri 04-15", "Good Friday"),
            ("Mon 04-18", "Easter Monday"),
            ("Mon 04-25", "Anzac Day"),
            ("Mon 06-06", "Queen's Birthday"),
            ("Fri 06-24", "Matariki"),
            ("Mon 09-26", "Queen Elizabeth II Memorial Day"),
            ("Mon 10-24", "Labour Day"),
            ("Mon 12-26", "Boxing Day"),
            ("Tue 12-27", "Christmas Day"),
        ],
    );
}

#[test]
fn before_2022_there_is_no_matariki_and_weekend_holidays_move_as_they_do_now() {
    assert_year(
        2021,
        &[
            ("Fri 01-01", "New Year's Day"),
            ("Mon 01-04", "Day after New Year's Day"),
            ("Mon 02-08", "Waitangi Day"),
            ("Fri 04-02", "Good Friday"),
            ("Mon 04-05", "Easter Monday"),
            ("Mon 04-26", "Anzac Day"),
            ("Mon 06-07", "Queen's Birthday"),
            ("Mon 10-25", "Labour Day"),
            ("Mon 12-27", "Christmas Day"),
            ("Tue 12-28", "Boxing Day"),
        ],
    );
    assert_eq!(holidays_named("Anzac Day", 2020), [date("2020-04-27")]);
    assert_eq!(holidays_named("Boxing Day", 2020), [date("2020-12-28")]);
    assert_eq!(holidays_named("Anzac Day", 2015), [date("2015-04-27")]);
}

#[test]
fn a_christmas_or_new_year_on_sunday_moves_to_tuesday_behind_its_pair() {
    assert_eq!(holidays_named("Christmas Day", 2033), [date("2033-12-27")]);
    assert_eq!(holidays_named("Boxing Day", 2033), [date("2033-12-26")]);
    assert_eq!(holidays_named("New Year's Day", 2034), [date("2034-01-03")]);
    assert_eq!(holidays_named("Day after New Year's Day", 2034), [date("2034-01-02")]);
}

#[test]
fn matariki_is_the_friday_of_the_statute_in_every_year_to_2052() {
    let statute = "2022-06-24, 2023-07-14, 2024-06-28, 2025-06-20, 2026-07-10, 2027-06-25, \
        2028-07-14, 2029-07-06, 2030-06-21, 2031-07-11, 2032-07-02, 2033-06-24, 2034-07-07, \
        2035-06-29, 2036-07-18, 2037-07-10, 2038-06-25, 2039-07-15, 2040-07-06, 2041-07-19, \
        2042-07-11, 2043-07-03, 2044-06-24, 2045-07-07, 2046-06-29, 2047-07-19, 2048-07-03, \
        2049-06-25, 2050-07-15, 2051-06-30, 2052-06-21";
    let statute: Vec<NaiveDate> = statute.split(", ").map(date).collect();
    let ours: Vec<NaiveDate> =
        (2015..=2052).flat_map(|year| holidays_named("Matariki", year)).collect();
    assert_eq!(ours, statute);
    assert!(ours.iter().all(|day| day.weekday() == Weekday::Fri));
}

#[test]
fn easter_is_where_gauss_puts_it() {
    for year in 1900..=2099 {
        assert_eq!(holidays::easter_sunday(year), Some(oracle::easter(year)), "{year}");
    }
}

#[test]
fn easter_is_where_the_almanac_puts_it() {
    let calendars = "2015-04-05 2016-03-27 2017-04-16 2018-04-01 2019-04-21 2020-04-12 2021-04-04 \
        2022-04-17 2023-04-09 2024-03-31 2025-04-20 2026-04-05 2027-03-28 2028-04-16 2029-04-01 \
        2030-04-21 2031-04-13 2032-03-28 2033-04-17 2034-04-09 2035-03-25 2038-04-25";
    for easter in calendars.split_whitespace().map(date) {
        assert_eq!(holidays::easter_sunday(easter.year()), Some(easter));
    }
}

#[test]
fn two_national_holidays_meet_once_on_the_easter_monday_of_2038() {
    let calendar = contract();
    let mut met = Vec::new();
    for year in 2015..=2052 {
        let days = calendar.holidays(year, None);
        for pair in days.windows(2).filter(|pair| pair[0].date == pair[1].date) {
            met.push((pair[0].date, pair[0].name_en.as_str(), pair[1].name_en.as_str()));
        }
    }
    assert_eq!(met, [(date("2038-04-26"), "Easter Monday", "Anzac Day")]);
}

#[test]
fn no_holiday_is_observed_on_a_weekend() {
    let calendar = contract();
    for region in super::everywhere() {
        for year in 2015..=2052 {
            for day in calendar.holidays(year, region) {
                assert!(!matches!(day.date.weekday(), Weekday::Sat | Weekday::Sun), "{day:?}");
            }
        }
    }
}

#[test]
fn a_closed_day_says_why() {
    let reason = |day: &str| match contract().why_not(date(day), None) {
        Some(ClosedDay::Holiday(holiday)) => holiday.name_mi,
        Some(ClosedDay::Weekend) => "weekend".to_owned(),
        Some(ClosedDay::SummerClosedown) => "summer".to_owned(),
        None => "open".to_owned(),
    };
    assert_eq!(reason("2026-02-06"), "Te Rā o Waitangi");
    assert_eq!(reason("2026-07-10"), "Te Rā Aro ki a Matariki");
    assert_eq!(reason("2026-04-25"), "weekend");
    assert_eq!(reason("2026-04-27"), "Te Rā o Anzac");
    assert_eq!(reason("2026-12-29"), "open");
    assert_eq!(oia().why_not(date("2026-12-29"), None), Some(ClosedDay::SummerClosedown));
    assert_eq!(oia().why_not(date("2027-01-15"), None), Some(ClosedDay::SummerClosedown));
    assert_eq!(oia().why_not(date("2027-01-18"), None), None);
}
