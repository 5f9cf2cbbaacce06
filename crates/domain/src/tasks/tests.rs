use chrono::NaiveDate;

use super::{Due, DueDay, TaskOutcome, TaskRefusal, TaskStatus};
use crate::calendar::{Calendar, CalendarName, Region};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn due(due: Due, region: Region) -> Result<DueDay, TaskRefusal> {
    let calendar = Calendar::new(CalendarName::Contract2026, Vec::new());
    due.day(&calendar, Some(region), day("2026-01-23"))
}

#[test]
fn business_days_are_counted_in_the_schools_region() {
    // Auckland's anniversary day is Monday the 26th of January, Wellington's the 19th.
    for (region, on) in [(Region::Auckland, "2026-01-27"), (Region::Wellington, "2026-01-26")] {
        let counted = due(Due::InBusinessDays(1), region).unwrap();
        assert_eq!(counted.on, day(on));
        assert_eq!(counted.calendar_version.as_deref(), Some("contract-2026/1+0"));
    }
    assert_eq!(due(Due::InBusinessDays(0), Region::Auckland).unwrap().on, day("2026-01-23"));
    let beyond = due(Due::InBusinessDays(u16::MAX), Region::Auckland);
    assert!(matches!(beyond, Err(TaskRefusal::Uncounted(_))));
}

#[test]
fn a_named_day_is_today_or_later_and_no_calendar_counted_it() {
    let today = day("2026-01-23");
    let named = due(Due::On(today), Region::Auckland);
    assert_eq!(named, Ok(DueDay { on: today, calendar_version: None }));
    let yesterday = Due::On(today.pred_opt().unwrap());
    assert_eq!(due(yesterday, Region::Auckland), Err(TaskRefusal::DueInThePast));
}

#[test]
fn a_task_ends_once() {
    assert_eq!(TaskStatus::Open.still_open(), Ok(()));
    assert!(TaskStatus::Open.is_open());
    for outcome in TaskOutcome::ALL {
        assert_eq!(outcome.status().still_open(), Err(TaskRefusal::AlreadyFinished));
        assert!(!outcome.status().is_open());
        assert_eq!(outcome.status().as_str(), outcome.as_str());
        assert_eq!(outcome.step().as_str(), outcome.as_str());
    }
}
