use chrono::{Datelike, NaiveDate, Weekday};
use serde_json::{Value, json};

use super::{AddTask, Due, DueDay, TaskOutcome, TaskRefusal, TaskStatus, UpdateTask, due_once};
use crate::calendar::{Calendar, CalendarName, Region};
use crate::patch::Patch;

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

fn added(members: Value) -> AddTask {
    let mut body = json!({ "title": "Ring the aunt" });
    let all = body.as_object_mut().unwrap();
    all.extend(members.as_object().unwrap().clone());
    serde_json::from_value(body).unwrap()
}

/// Both members, one of them, or none.
#[test]
fn one_of_two_members_says_when_a_task_is_due() {
    let on = "2026-01-30";
    for (members, due, refused) in [
        (json!({ "dueOn": on }), Due::On(day(on)), None),
        (json!({ "dueInBusinessDays": 0 }), Due::InBusinessDays(0), None),
        (json!({ "dueInBusinessDays": 5 }), Due::InBusinessDays(5), None),
        (json!({}), Due::InBusinessDays(0), Some("required")),
        (json!({ "dueOn": on, "dueInBusinessDays": 5 }), Due::On(day(on)), Some("given_twice")),
    ] {
        let task = added(members.clone());
        assert_eq!(task.due(), due, "{members}");
        let fault = due_once(&task).err();
        assert_eq!(fault.as_ref().map(|fault| &*fault.code), refused, "{members}");
        let place = fault.as_ref().and_then(|fault| fault.params.get("at"));
        assert_eq!(place, refused.map(|_| json!("/dueOn")).as_ref(), "{members}");
    }
}

/// All that a call may ask for, in each of three regions: a day of the working week, no earlier than
/// for a day less, and never in the past.
#[test]
fn more_business_days_are_never_due_earlier() {
    let calendar = Calendar::new(CalendarName::Contract2026, Vec::new());
    let today = day("2026-01-23");
    for region in [None, Some(Region::Auckland), Some(Region::Wellington)] {
        let mut before = today;
        for days in 0..=250 {
            let due = Due::InBusinessDays(days).day(&calendar, region, today).unwrap();
            assert!(due.on >= before, "{days} {region:?}");
            assert!(days == 0 || due.on > before, "{days} {region:?}");
            let weekend = [Weekday::Sat, Weekday::Sun].contains(&due.on.weekday());
            assert!(!weekend, "{days} {region:?}: {}", due.on);
            before = due.on;
        }
    }
}

#[test]
fn an_edit_keeps_clears_or_sets_the_assignee() {
    let edit = |body: Value| serde_json::from_value::<UpdateTask>(body);
    let kept = edit(json!({ "title": "Ring the uncle" })).unwrap();
    assert_eq!((kept.assignee_id, kept.due_on), (Patch::Keep, None));
    assert_eq!(edit(json!({ "assigneeId": null })).unwrap().assignee_id, Patch::Clear);
    let id = "01990000-0000-7000-8000-000000000001";
    let set = edit(json!({ "assigneeId": id })).unwrap().assignee_id;
    assert_eq!(set, Patch::Set(crate::ids::UserId(id.parse().unwrap())));
    for unknown in [json!({ "status": "done" }), json!({ "comment": "x" })] {
        assert!(edit(unknown.clone()).is_err(), "{unknown}");
    }
}
