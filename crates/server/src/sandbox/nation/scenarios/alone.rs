//! What a team of one decides alone, and the Ministry has to review: a need, and a closure.

use std::collections::BTreeSet;

use ascms_domain::ids::NeedId;
use ascms_domain::text::Code;
use ascms_http::openapi::example_records::NEED_TO_REVIEW_ID;
use chrono::{DateTime, TimeDelta, Utc};

use super::needs::need;
use super::steps::{OnNeed, OnTask, Operation, Step, Transition, Work};
use crate::sandbox::nation::error::SeedError;
use crate::sandbox::nation::staff::Staff;

/// After everything else that happens on cases.
const WITHIN: TimeDelta = TimeDelta::hours(2);

/// The lead of the team asks for something and approves it on one of its cases, and closes another one, in
/// the last hour.
pub(super) fn alone(steps: &[Step], now: DateTime<Utc>) -> Result<Vec<Step>, SeedError> {
    let lead = Staff::Team(0).lead();
    let open = active(steps, &lead, now - WITHIN);
    let step = |story: usize, minutes: i64, work: Work| Step {
        at: now - TimeDelta::minutes(minutes),
        story,
        by: lead.clone(),
        operation: Operation::Work(Box::new(work)),
    };
    let mut found = Vec::new();
    if let Some(&story) = open.first() {
        let id: NeedId = NEED_TO_REVIEW_ID.parse()?;
        let asked = need("food", 6_000, "Lunches until the end of the month.");
        found.push(step(story, 60, Work::Need(OnNeed::Ask(id, asked))));
        found.push(step(story, 50, Work::Need(OnNeed::Approve(id))));
    }
    if let Some(&story) = open.last() {
        let reason = Code("attendance_sustained".to_owned());
        let outcome = "At school on every day of the last four weeks.";
        found.push(step(story, 40, Work::Task(OnTask::FinishAll)));
        let proposed = Transition::ProposeClosure(reason, outcome);
        found.push(step(story, 30, Work::Transition(proposed)));
        found.push(step(story, 20, Work::Transition(Transition::ApproveClosure)));
    }
    Ok(found)
}

/// The stories whose case a lead gave to somebody by then, and that were neither paused, closed nor offered
/// to anybody.
fn active(steps: &[Step], lead: &str, by_then: DateTime<Utc>) -> BTreeSet<usize> {
    let past = || steps.iter().filter(|step| step.at < by_then);
    let assigned = past().filter(|step| step.by == lead && is_assignment(&step.operation));
    let mut stories: BTreeSet<usize> = assigned.map(|step| step.story).collect();
    for moved in past().filter(|step| moves_on(&step.operation)) {
        stories.remove(&moved.story);
    }
    stories
}

fn is_assignment(operation: &Operation) -> bool {
    matches!(operation, Operation::Assign(_))
}

fn moves_on(operation: &Operation) -> bool {
    let Operation::Work(work) = operation else { return false };
    matches!(**work, Work::Transition(_) | Work::Transfer(_))
}
