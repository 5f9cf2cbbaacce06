use super::super::{Calendar, CalendarName, ExtraHoliday, Region};
use super::{contract, date};

fn extra(day: &str, region: Option<Region>, name_en: &str) -> ExtraHoliday {
    let (name_en, name_mi) = (name_en.to_owned(), "Te Rā Motuhake".to_owned());
    ExtraHoliday { date: date(day), region, name_en, name_mi }
}

fn version_with(extra: Vec<ExtraHoliday>) -> String {
    Calendar::new(CalendarName::Contract2026, extra).version().to_owned()
}

#[test]
fn an_added_national_day_moves_deadlines_in_every_calendar() {
    let thursday = date("2026-05-14");
    for name in CalendarName::ALL {
        let plain = Calendar::new(*name, vec![]);
        let added = Calendar::new(*name, vec![extra("2026-05-14", None, "Special Day")]);
        assert_eq!(plain.is_business_day(thursday, None), Ok(true));
        assert_eq!(added.is_business_day(thursday, Some(Region::Otago)), Ok(false));
        assert_eq!(added.add_business_days(date("2026-05-13"), 1, None), Ok(date("2026-05-15")));
        assert_eq!(added.holiday_on(thursday, None).unwrap().name_en, "Special Day");
        assert_eq!(added.holidays(2026, None).len(), plain.holidays(2026, None).len() + 1);
    }
}

#[test]
fn an_added_regional_day_counts_like_an_anniversary_day() {
    let days = vec![extra("2026-05-14", Some(Region::Gisborne), "Local Day")];
    let contract = Calendar::new(CalendarName::Contract2026, days.clone());
    let oia = Calendar::new(CalendarName::Oia, days);
    let thursday = date("2026-05-14");
    assert_eq!(contract.is_business_day(thursday, Some(Region::Gisborne)), Ok(false));
    assert_eq!(contract.is_business_day(thursday, Some(Region::Otago)), Ok(true));
    assert_eq!(contract.is_business_day(thursday, None), Ok(true));
    assert_eq!(oia.is_business_day(thursday, Some(Region::Gisborne)), Ok(true));
}

#[test]
fn an_added_day_that_was_closed_anyway_is_listed_and_counts_once() {
    let days = vec![
        extra("2026-12-25", None, "Second Christmas"),
        extra("2026-05-16", None, "Saturday Festival"),
        extra("2026-11-13", None, "Day in Canterbury's Day"),
    ];
    let added = Calendar::new(CalendarName::Contract2026, days);
    let within = |calendar: &Calendar| {
        calendar.business_days_within(date("2026-01-01"), date("2026-12-31"), None)
    };
    assert_eq!(within(&added), within(&contract()) - 1);
    let canterbury = Some(Region::Canterbury);
    assert_eq!(added.business_days_within(date("2026-11-09"), date("2026-11-13"), canterbury), 4);
    assert_eq!(added.holidays(2026, None).len(), 14);
}

#[test]
fn without_additions_the_version_names_the_calendar_and_its_rules() {
    assert_eq!(contract().version(), "contract-2026/1+0");
    assert_eq!(Calendar::new(CalendarName::Privacy, vec![]).version(), "privacy/1+0");
    assert_eq!(Calendar::new(CalendarName::Oia, vec![]).version(), "oia/1+0");
}

#[test]
fn two_different_lists_of_additions_never_share_a_version() {
    let one = || extra("2026-05-14", None, "Special Day");
    let lists = [
        vec![],
        vec![one()],
        vec![extra("2026-05-15", None, "Special Day")],
        vec![extra("2026-05-14", Some(Region::Otago), "Special Day")],
        vec![extra("2026-05-14", None, "Special  Day")],
        vec![one(), extra("2026-05-15", None, "Special Day")],
        vec![ExtraHoliday { name_mi: String::new(), ..one() }],
        vec![ExtraHoliday { name_en: "Special DayTe Rā Motuhake".into(), ..one() }],
        vec![ExtraHoliday {
            name_en: "Special DayTe Rā Motuhake".into(),
            name_mi: String::new(),
            ..one()
        }],
    ];
    let mut versions: Vec<String> = lists.into_iter().map(version_with).collect();
    let count = versions.len();
    versions.sort();
    versions.dedup();
    assert_eq!(versions.len(), count, "{versions:?}");
}

#[test]
fn the_order_and_repetition_of_additions_make_no_new_version() {
    let (one, two) = (extra("2026-05-14", None, "One"), extra("2026-05-15", None, "Two"));
    assert_eq!(
        version_with(vec![one.clone(), two.clone()]),
        version_with(vec![two, one.clone(), one])
    );
}

/// Versions are stored beside deadlines: the same days must make the same text in every release.
#[test]
fn the_fingerprint_of_additions_is_the_same_in_every_release() {
    let version = version_with(vec![extra("2026-05-14", Some(Region::Otago), "Special Day")]);
    assert_eq!(version, "contract-2026/1+1-a777fbdeaa27aa0e");
}
