//! The Ministry's templates, and the service delivery plan of the personas' provider.

use ascms_domain::access::Role;
use ascms_domain::calendar::nz_date;
use ascms_domain::measures::Measure;
use ascms_domain::submissions::{Milestone, MilestoneMeasure, Submission, SubmittedAnswer};
use ascms_domain::templates::Template;
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use super::steps::{Operation, STORIES, Step};
use crate::sandbox::nation::error::SeedError;
use crate::sandbox::personas;

/// The templates that come with the service.
const TEMPLATES: &str = include_str!("../../../../templates.json");

/// All templates are published; the plan of this year is submitted and accepted, the plan of the next is submitted.
pub(super) fn submissions(now: DateTime<Utc>) -> Result<Vec<Step>, SeedError> {
    let templates: Vec<Template> = serde_json::from_str(TEMPLATES)
        .map_err(|err| SeedError::Refused(format!("a template does not fit: {err}")))?;
    let step = |days: i64, by: Role, operation: Operation| Step {
        at: now - TimeDelta::days(days),
        story: STORIES,
        by: personas::name(by),
        operation,
    };
    let publish = |template: Template| {
        let operation = Operation::PublishTemplate(Box::new(template));
        step(90, Role::MinistryAdmin, operation)
    };
    let mut steps: Vec<Step> = templates.into_iter().map(publish).collect();
    let year = nz_date(now).year();
    let submit = |days: i64, year: i32| {
        let operation = Operation::SubmitPlan { year, content: Box::new(plan(year)) };
        step(days, Role::WorkflowLead, operation)
    };
    steps.push(submit(60, year));
    steps.push(step(50, Role::MinistryAdmin, Operation::AcceptPlan));
    steps.push(submit(5, year + 1));
    Ok(steps)
}

fn plan(year: i32) -> Submission {
    let answers = vec![
        SubmittedAnswer {
            text: Some(
                "A kaimahi in each kāhui ako, and a call to the school on the first day.".into(),
            ),
            ..answer("approach")
        },
        SubmittedAnswer {
            text: Some("With mana whenua in the room from the first hui on.".into()),
            ..answer("te_tiriti")
        },
        SubmittedAnswer { number: Some(12), ..answer("staff") },
        SubmittedAnswer {
            text: Some("Two vacancies: we advertise with the wānanga.".into()),
            ..answer("risks")
        },
    ];
    let last_days = [(3, 31), (6, 30), (9, 30), (12, 31)];
    let milestones = last_days.into_iter().zip(1_u8..).filter_map(|((month, day), quarter)| {
        let due_on = NaiveDate::from_ymd_opt(year, month, day)?;
        Some(Milestone {
            key: format!("q{quarter}-contact").as_str().into(),
            quarter,
            title: "Reach schools in time".into(),
            target: "Nine of ten schools are reached within two business days.".into(),
            measure: Some(MilestoneMeasure {
                measure: Measure::SchoolContact,
                within_days: Some(2),
                at_least_percent: 90,
            }),
            number: None,
            owner: "Workflow lead".into(),
            due_on,
        })
    });
    Submission { answers, milestones: milestones.collect(), policies: Vec::new() }
}

fn answer(question: &str) -> SubmittedAnswer {
    SubmittedAnswer {
        question: question.into(),
        text: None,
        number: None,
        cents: None,
        choice: None,
        rows: Vec::new(),
        document_id: None,
    }
}
