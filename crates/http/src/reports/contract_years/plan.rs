//! The plan of a contract's year: how it stands, and its milestones.

use ascms_domain::submissions::{Milestone, days_late};
use ascms_persistence::submissions::{MilestoneProgress, SubmissionRow};

use super::report::WholeYear;
use super::words;
use crate::html::escaped;

/// How the plan stands, in a cell.
pub(super) fn standing(plan: Option<&SubmissionRow>) -> String {
    let Some(plan) = plan else { return "–".to_owned() };
    let status = words::labelled(plan.row.entry.status.labels());
    let days = plan.about.due_on.zip(plan.about.first_submitted_on);
    match days.map_or(0, |(due_on, first)| days_late(due_on, first)) {
        0 => status,
        days => format!("{status} ({days} days late)"),
    }
}

pub(super) fn section(whole: &WholeYear) -> String {
    let heading = words::plan();
    let plan = whole.of.plan.as_ref();
    let text =
        |day: Option<chrono::NaiveDate>| day.map_or_else(|| "–".to_owned(), |day| day.to_string());
    let due_on = text(plan.and_then(|plan| plan.about.due_on));
    let first = text(plan.and_then(|plan| plan.about.first_submitted_on));
    let rows: String = whole.milestones.iter().map(row).collect();
    let head = words::head(&[
        ("Quarter", "Hauwhā"),
        ("Milestone", "Pou herenga"),
        ("Due", "Rā tika"),
        ("Standing", "Tūnga"),
        ("Assessed", "I aromatawaihia"),
    ]);
    let milestones = match rows.as_str() {
        "" => "<p>No plan is in force for the year.</p>".to_owned(),
        rows => words::table(&words::milestones(), &head, rows),
    };
    format!(
        "<section class=\"group\" aria-labelledby=\"plan\"><h2 id=\"plan\">{}</h2>\
         <dl><dt>Status</dt><dd>{}</dd><dt>Due</dt><dd>{due_on}</dd>\
         <dt>First submitted</dt><dd>{first}</dd></dl>{milestones}</section>",
        heading.heading(),
        standing(plan),
    )
}

fn row((milestone, progress): &(Milestone, Option<MilestoneProgress>)) -> String {
    let standing = progress.as_ref().map(|one| words::labelled(one.row.standing.labels()));
    let assessed = progress.as_ref().map(|one| one.row.assessed_on.to_string());
    format!(
        "<tr data-milestone=\"{}\"><td>{}</td><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>",
        escaped(milestone.key.as_str()),
        milestone.quarter,
        escaped(&milestone.title.0),
        milestone.due_on,
        standing.unwrap_or_else(|| "–".to_owned()),
        assessed.unwrap_or_else(|| "–".to_owned()),
    )
}
