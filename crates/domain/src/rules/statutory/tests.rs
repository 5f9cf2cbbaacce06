use serde_json::{Value, json};

use super::{StatutoryHolidayRules, Versioned, statutory_holidays};

fn version(valid_from: &str, days: &[&str]) -> Versioned<StatutoryHolidayRules> {
    let holiday = |day: &&str| {
        json!({
            "date": day, "nameEn": format!("Day of {day}"), "nameMi": format!("Rā o {day}"),
            "act": "An Act",
        })
    };
    let holidays: Value = days.iter().map(holiday).collect();
    Versioned {
        version: format!("statutory_holidays/{valid_from}"),
        valid_from: valid_from.parse().expect("a day"),
        parameters: serde_json::from_value(json!({ "holidays": holidays })).expect("holidays"),
    }
}

fn days(versions: &[Versioned<StatutoryHolidayRules>]) -> Vec<String> {
    let mut days: Vec<String> =
        statutory_holidays(versions).iter().map(|holiday| holiday.date.to_string()).collect();
    days.sort();
    days
}

/// A version lists all of its time: what the one before said of a later day does not count.
#[test]
fn the_version_in_force_on_a_day_says_whether_it_is_a_holiday() {
    let first = version("2026-01-01", &["2026-03-02", "2026-09-25"]);
    let second = version("2026-06-01", &["2026-03-03", "2026-10-02"]);
    assert_eq!(days(&[first.clone(), second.clone()]), ["2026-03-02", "2026-10-02"]);
    assert_eq!(days(&[second, first.clone()]), ["2026-03-02", "2026-10-02"], "in any order");
    assert_eq!(days(&[first]), ["2026-03-02", "2026-09-25"]);
}

#[test]
fn before_the_first_version_there_is_no_holiday() {
    assert_eq!(days(&[]), Vec::<String>::new());
    let only = version("2026-06-01", &["2026-05-31", "2026-06-01"]);
    assert_eq!(days(&[only]), ["2026-06-01"]);
}

#[test]
fn a_holiday_of_the_law_is_the_nations_and_has_its_names() {
    let holidays = statutory_holidays(&[version("2026-01-01", &["2026-09-25"])]);
    let [holiday] = holidays.as_slice() else { panic!("one holiday: {holidays:?}") };
    assert_eq!(holiday.region, None);
    assert_eq!(
        (holiday.name_en.as_str(), holiday.name_mi.as_str()),
        ("Day of 2026-09-25", "Rā o 2026-09-25")
    );
}
