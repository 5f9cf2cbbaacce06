use chrono::NaiveDate;

use super::{Goal, PlanRefusal, Progress, Step, check_days};

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
