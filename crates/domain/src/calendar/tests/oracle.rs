//! The rules once more, as questions about a single day instead of lists for a year, so that a
//! mistake would have to be made twice and differently.

use chrono::{Datelike, NaiveDate, Weekday};

use super::{CalendarName, Region};

/// Gauss's method with the constants of 1900–2099 and its exceptions.
pub fn easter(year: i32) -> NaiveDate {
    let (a, b, c) = (year % 19, year % 4, year % 7);
    let d = (19 * a + 24) % 30;
    let e = (2 * b + 4 * c + 6 * d + 5) % 7;
    let mut april = d + e - 9;
    if april == 26 || (april == 25 && d == 28 && e == 6 && a > 10) {
        april -= 7;
    }
    let (month, day) = if april > 0 { (4, april) } else { (3, 31 + april) };
    NaiveDate::from_ymd_opt(year, month, u32::try_from(day).unwrap()).unwrap()
}

pub fn is_open(name: CalendarName, day: NaiveDate, region: Option<Region>) -> bool {
    let weekend = day.weekday().number_from_monday() > 5;
    let summer = (day.month() == 12 && day.day() >= 25) || (day.month() == 1 && day.day() <= 15);
    let own = region.is_some_and(|region| is_anniversary(day, region));
    match name {
        CalendarName::Contract2026 => !weekend && !is_national(day) && !own,
        CalendarName::Privacy | CalendarName::Oia => !weekend && !is_national(day) && !summer,
    }
}

fn is_national(day: NaiveDate) -> bool {
    let from_easter = (day - easter(day.year())).num_days();
    let (monday, tuesday) = (day.weekday() == Weekday::Mon, day.weekday() == Weekday::Tue);
    let fixed = match (day.month(), day.day()) {
        (1, 1 | 2) | (2, 6) | (4, 25) | (12, 25 | 26) => true,
        (1, 3 | 4) | (12, 27 | 28) => monday || tuesday,
        (2, 7 | 8) | (4, 26 | 27) | (6, 1..=7) | (10, 22..=28) => monday,
        (9, 26) => day.year() == 2022,
        _ => false,
    };
    fixed || from_easter == -2 || from_easter == 1 || is_matariki(day)
}

/// The days of June, then those of July, year by year, as the Act prints them.
fn is_matariki(day: NaiveDate) -> bool {
    const JUNE: [(i32, u32); 13] = [
        (2022, 24),
        (2024, 28),
        (2025, 20),
        (2027, 25),
        (2030, 21),
        (2033, 24),
        (2035, 29),
        (2038, 25),
        (2044, 24),
        (2046, 29),
        (2049, 25),
        (2051, 30),
        (2052, 21),
    ];
    const JULY: [(i32, u32); 18] = [
        (2023, 14),
        (2026, 10),
        (2028, 14),
        (2029, 6),
        (2031, 11),
        (2032, 2),
        (2034, 7),
        (2036, 18),
        (2037, 10),
        (2039, 15),
        (2040, 6),
        (2041, 19),
        (2042, 11),
        (2043, 3),
        (2045, 7),
        (2047, 19),
        (2048, 3),
        (2050, 15),
    ];
    let in_year = (day.year(), day.day());
    (day.month() == 6 && JUNE.contains(&in_year)) || (day.month() == 7 && JULY.contains(&in_year))
}

fn is_anniversary(day: NaiveDate, region: Region) -> bool {
    use Region::{
        Auckland, BayOfPlenty, Canterbury, ChathamIslands, Gisborne, HawkesBay, ManawatuWhanganui,
        Marlborough, Nelson, Northland, Otago, SouthCanterbury, Southland, Taranaki, Tasman,
        Waikato, Wellington, Westland,
    };
    let monday = day.weekday() == Weekday::Mon;
    let friday = day.weekday() == Weekday::Fri;
    let from_easter = (day - easter(day.year())).num_days();
    let near = |month, of_month| {
        let middle = NaiveDate::from_ymd_opt(day.year(), month, of_month).unwrap();
        monday && (day - middle).num_days().abs() <= 3
    };
    let month_day = (day.month(), day.day());
    match region {
        Northland | Auckland | Waikato | BayOfPlenty | Gisborne => near(1, 29),
        Wellington | ManawatuWhanganui => near(1, 22),
        Nelson | Tasman => near(2, 1),
        Taranaki => monday && matches!(month_day, (3, 8..=14)),
        Otago if from_easter == 2 => matches!(month_day, (3, 21..=27)),
        Otago => near(3, 23) && from_easter != 1,
        Southland => from_easter == 2,
        SouthCanterbury if day.year() == 2022 => month_day == (11, 11),
        SouthCanterbury => monday && matches!(month_day, (9, 22..=28)),
        HawkesBay => friday && matches!(month_day, (10, 19..=25)),
        Marlborough => monday && matches!(month_day, (10, 29..=31) | (11, 1..=4)),
        Canterbury => friday && matches!(month_day, (11, 11..=17)),
        Westland => near(12, 1),
        ChathamIslands => near(11, 30),
    }
}
