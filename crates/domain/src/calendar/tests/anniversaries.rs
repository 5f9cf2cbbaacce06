use chrono::NaiveDate;

use super::super::{Calendar, CalendarName, Region};
use super::{contract, date, everywhere};

fn anniversary(calendar: &Calendar, region: Region, year: i32) -> NaiveDate {
    let days = calendar.holidays(year, Some(region));
    let own: Vec<NaiveDate> =
        days.iter().filter(|day| day.region == Some(region)).map(|day| day.date).collect();
    assert_eq!(own.len(), 1, "{region} {year}");
    own[0]
}

#[test]
fn the_anniversary_days_of_2026_are_as_published() {
    let expected = [
        (Region::Northland, "2026-01-26"),
        (Region::Auckland, "2026-01-26"),
        (Region::Waikato, "2026-01-26"),
        (Region::BayOfPlenty, "2026-01-26"),
        (Region::Gisborne, "2026-01-26"),
        (Region::HawkesBay, "2026-10-23"),
        (Region::Taranaki, "2026-03-09"),
        (Region::ManawatuWhanganui, "2026-01-19"),
        (Region::Wellington, "2026-01-19"),
        (Region::Tasman, "2026-02-02"),
        (Region::Nelson, "2026-02-02"),
        (Region::Marlborough, "2026-11-02"),
        (Region::Westland, "2026-11-30"),
        (Region::Canterbury, "2026-11-13"),
        (Region::SouthCanterbury, "2026-09-28"),
        (Region::Otago, "2026-03-23"),
        (Region::Southland, "2026-04-07"),
        (Region::ChathamIslands, "2026-11-30"),
    ];
    let calendar = contract();
    let ours: Vec<(Region, NaiveDate)> =
        Region::ALL.iter().map(|region| (*region, anniversary(&calendar, *region, 2026))).collect();
    assert_eq!(ours, expected.map(|(region, day)| (region, date(day))));
}

#[test]
fn anniversary_days_of_other_years_follow_their_rules() {
    let calendar = contract();
    for (region, day) in [
        (Region::Auckland, "2024-01-29"),
        (Region::Auckland, "2025-01-27"),
        (Region::Auckland, "2027-02-01"),
        (Region::Wellington, "2024-01-22"),
        (Region::Wellington, "2027-01-25"),
        (Region::Nelson, "2025-02-03"),
        (Region::Taranaki, "2025-03-10"),
        (Region::Otago, "2024-03-25"),
        (Region::Southland, "2025-04-22"),
        (Region::SouthCanterbury, "2025-09-22"),
        (Region::HawkesBay, "2024-10-25"),
        (Region::Marlborough, "2024-11-04"),
        (Region::Canterbury, "2024-11-15"),
        (Region::Canterbury, "2025-11-14"),
        (Region::Westland, "2025-12-01"),
        (Region::Westland, "2024-12-02"),
        (Region::ChathamIslands, "2024-12-02"),
    ] {
        let day = date(day);
        let year = chrono::Datelike::year(&day);
        assert_eq!(anniversary(&calendar, region, year), day, "{region}");
    }
}

#[test]
fn otago_takes_the_tuesday_when_its_monday_is_easter_monday() {
    let calendar = contract();
    assert_eq!(anniversary(&calendar, Region::Otago, 2035), date("2035-03-27"));
    assert_eq!(anniversary(&calendar, Region::Otago, 2046), date("2046-03-27"));
    let tuesdays = (2015..=2052)
        .map(|year| anniversary(&calendar, Region::Otago, year))
        .filter(|day| chrono::Datelike::weekday(day) == chrono::Weekday::Tue);
    assert_eq!(tuesdays.count(), 2);
}

#[test]
fn south_canterbury_moved_its_day_in_2022_out_of_the_queens_way() {
    let calendar = contract();
    assert_eq!(anniversary(&calendar, Region::SouthCanterbury, 2022), date("2022-11-11"));
    assert_eq!(anniversary(&calendar, Region::Canterbury, 2022), date("2022-11-11"));
    assert_eq!(anniversary(&calendar, Region::SouthCanterbury, 2023), date("2023-09-25"));
}

#[test]
fn no_anniversary_day_meets_a_national_holiday() {
    let calendar = contract();
    for region in Region::ALL {
        for year in 2015..=2052 {
            let day = anniversary(&calendar, *region, year);
            assert_eq!(calendar.holiday_on(day, None), None, "{region} {day}");
        }
    }
}

#[test]
fn an_anniversary_day_closes_its_own_region_and_no_other() {
    let calendar = contract();
    let day = date("2026-11-13");
    for region in everywhere() {
        let open = calendar.is_business_day(day, region);
        assert_eq!(open, Ok(region != Some(Region::Canterbury)), "{region:?}");
    }
    let holiday = calendar.holiday_on(day, Some(Region::Canterbury)).unwrap();
    assert_eq!(holiday.name_en, "Canterbury Anniversary Day");
    assert_eq!(holiday.name_mi, "Te Rā Huritau o Waitaha");
}

#[test]
fn a_region_that_keeps_anothers_day_keeps_its_name() {
    let calendar = contract();
    let holiday = calendar.holiday_on(date("2026-01-26"), Some(Region::Northland)).unwrap();
    assert_eq!(holiday.name_en, "Auckland Anniversary Day");
    assert_eq!(holiday.region, Some(Region::Northland));
}

#[test]
fn anniversary_days_are_working_days_under_the_two_acts() {
    for name in [CalendarName::Privacy, CalendarName::Oia] {
        let calendar = Calendar::new(name, vec![]);
        for region in Region::ALL {
            assert_eq!(calendar.is_business_day(date("2026-03-23"), Some(*region)), Ok(true));
            assert_eq!(calendar.holidays(2026, Some(*region)), calendar.holidays(2026, None));
        }
    }
}
