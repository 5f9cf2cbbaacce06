use chrono::{NaiveDate, TimeDelta};
use serde_json::json;

use super::{Goal, MakePlan, PlanRefusal, Progress, Step, UpdatePlan, check_days};
use crate::patch::Patch;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_plan_was_agreed_by_today_and_is_reviewed_later() {
    let (yesterday, today, tomorrow) = (day("2026-03-15"), day("2026-03-16"), day("2026-03-17"));
    assert_eq!(check_days(today, Some(tomorrow), today), Ok(()));
    assert_eq!(check_days(yesterday, None, today), Ok(()));
    assert_eq!(check_days(tomorrow, None, today), Err(PlanRefusal::AgreedInFuture));
    assert_eq!(check_days(today, Some(today), today), Err(PlanRefusal::ReviewNotAhead));
}

#[test]
fn progress_counts_the_steps_of_every_goal() {
    let step = |done| Step {
        what: "Ring on Mondays".into(),
        who: "The aunt".into(),
        by_when: day("2026-04-02"),
        done,
    };
    let goal = |steps: &[bool]| Goal {
        what: "Back on Mondays".into(),
        measure: "Eight of ten Mondays".into(),
        steps: steps.iter().map(|done| step(*done)).collect(),
    };
    let goals = [goal(&[true, false]), goal(&[]), goal(&[true])];
    assert_eq!(Progress::of(&goals), Progress { steps: 3, steps_done: 2 });
}

/// Every day around today for both, and no review at all: the agreement is judged first.
#[test]
fn every_day_around_today() {
    let today = day("2026-03-16");
    for agreed in -2..=2 {
        let agreed_on = today + TimeDelta::days(agreed);
        assert_eq!(check_days(agreed_on, None, today).is_ok(), agreed <= 0, "{agreed}");
        for review in -2..=2 {
            let expected = match (agreed > 0, review <= 0) {
                (true, _) => Err(PlanRefusal::AgreedInFuture),
                (false, true) => Err(PlanRefusal::ReviewNotAhead),
                (false, false) => Ok(()),
            };
            let review_on = Some(today + TimeDelta::days(review));
            assert_eq!(check_days(agreed_on, review_on, today), expected, "{agreed} {review}");
        }
    }
}

#[test]
fn a_plan_without_steps_has_no_progress() {
    assert_eq!(Progress::of(&[]), Progress { steps: 0, steps_done: 0 });
}

/// A list replaces the whole list; the day of the review alone can be cleared.
#[test]
fn an_edit_names_what_it_changes_and_no_other_member() {
    let edit = |body| serde_json::from_value::<UpdatePlan>(body);
    let nothing = edit(json!({})).unwrap();
    assert!(nothing.goals.is_none() && nothing.agreed_with.is_none());
    assert_eq!((nothing.agreed_on, nothing.next_review_on), (None, Patch::Keep));
    assert_eq!(edit(json!({ "nextReviewOn": null })).unwrap().next_review_on, Patch::Clear);
    let set = edit(json!({ "nextReviewOn": "2026-04-20" })).unwrap().next_review_on;
    assert_eq!(set, Patch::Set(day("2026-04-20")));
    assert_eq!(edit(json!({ "agreedWith": ["Aroha"] })).unwrap().agreed_with.unwrap().len(), 1);
    for unknown in [json!({ "status": "made" }), json!({ "version": 2 })] {
        assert!(edit(unknown.clone()).is_err(), "{unknown}");
    }
}

/// A step says whether it is done, also in a plan that is new.
#[test]
fn a_step_lacks_no_member() {
    let step = json!({ "what": "Ring", "who": "The aunt", "byWhen": "2026-04-02", "done": false });
    let plan = |step: serde_json::Value| {
        serde_json::from_value::<MakePlan>(json!({
            "goals": [{ "what": "Mondays", "measure": "Eight of ten", "steps": [step] }],
            "agreedWith": ["Aroha"], "agreedOn": "2026-03-16",
        }))
    };
    assert_eq!(Progress::of(&plan(step.clone()).unwrap().goals).steps, 1);
    for member in ["what", "who", "byWhen", "done"] {
        let mut lacking = step.clone();
        lacking.as_object_mut().unwrap().remove(member);
        assert!(plan(lacking).is_err(), "{member}");
    }
}
