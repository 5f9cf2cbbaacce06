//! The Ministry's templates, and the plans and confirmations of the first two providers.

use ascms_domain::access::Role;
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::RegisterEntryId;
use ascms_domain::measures::Measure;
use ascms_domain::submissions::{
    Milestone, MilestoneMeasure, PolicyConfirmation, PolicyKind, Submission, SubmittedAnswer,
};
use ascms_domain::templates::{SubmissionKind, Template};
use ascms_domain::timeline::Visibility;
use ascms_http::openapi::example_records as known;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::contracts;
use super::steps::{Operation, Paper, STORIES, Step, SubmissionWork};
use crate::sandbox::nation::error::SeedError;
use crate::sandbox::personas;

/// The templates that come with the service.
const TEMPLATES: &str = include_str!("../../../../templates.json");

const EVIDENCE: Paper = Paper {
    name: "evidence.txt",
    content: "Hui on Thursday, with the kāhui ako.\nAgreed: a call on the first day.\n",
    visibility: Visibility::Shared,
};

/// The templates; then the first provider's plan of the examples' year, which was accepted, that of the next
/// year, which is a draft, and its policies, confirmed and not sent yet; the second provider sent both.
pub(super) fn submissions(now: DateTime<Utc>) -> Result<Vec<Step>, SeedError> {
    let mut steps = templates(now)?;
    let next = contracts::YEAR + 1;
    let of_plan = |contract: &'static str, year: i32| written(contract, year, plan(year));
    let of_policies = |contract: &'static str| {
        written(contract, next, policies(nz_date(now - TimeDelta::days(80))))
    };
    let (admin, lead) = (personas::name(Role::MinistryAdmin), personas::name(Role::WorkflowLead));
    let second = personas::second_name(Role::WorkflowLead);
    for (id, done) in [
        (
            known::ACCEPTED_PLAN_ID,
            vec![
                (60, &lead, of_plan(contracts::FIRST, contracts::YEAR)),
                (59, &lead, SubmissionWork::Submit),
                (50, &admin, SubmissionWork::Accept),
            ],
        ),
        (
            known::SUBMISSION_ID,
            vec![
                (20, &lead, of_plan(contracts::FIRST, next)),
                (19, &lead, SubmissionWork::Attach(EVIDENCE)),
            ],
        ),
        (known::SUBMISSION_TO_SUBMIT_ID, vec![(4, &lead, of_policies(contracts::FIRST))]),
        (
            known::SUBMISSION_TO_RETURN_ID,
            vec![
                (20, &second, of_plan(contracts::SECOND, next)),
                (6, &second, SubmissionWork::Submit),
            ],
        ),
        (
            known::SUBMISSION_TO_ACCEPT_ID,
            vec![
                (18, &second, of_policies(contracts::SECOND)),
                (5, &second, SubmissionWork::Submit),
            ],
        ),
    ] {
        let id: RegisterEntryId = id.parse()?;
        steps.extend(done.into_iter().map(|(days, by, work): (i64, &String, SubmissionWork)| {
            Step {
                at: now - TimeDelta::days(days),
                story: STORIES,
                by: by.clone(),
                operation: Operation::Submission(id, Box::new(work)),
            }
        }));
    }
    Ok(steps)
}

/// All templates are published. The reports have a second version too, which is a draft.
fn templates(now: DateTime<Utc>) -> Result<Vec<Step>, SeedError> {
    let templates: Vec<Template> = serde_json::from_str(TEMPLATES)
        .map_err(|err| SeedError::Refused(format!("a template does not fit: {err}")))?;
    let step = |days: i64, template: Template, id: Option<RegisterEntryId>, publish: bool| Step {
        at: now - TimeDelta::days(days),
        story: STORIES,
        by: personas::name(Role::MinistryAdmin),
        operation: Operation::AddTemplate { template: Box::new(template), id, publish },
    };
    let id_of = |kind: SubmissionKind, ids: &[(SubmissionKind, &str)]| {
        let named = ids.iter().find(|(of, _)| *of == kind);
        named.map(|(_, id)| id.parse::<RegisterEntryId>()).transpose()
    };
    let published = [
        (SubmissionKind::Plan, known::PLAN_TEMPLATE_ID),
        (SubmissionKind::Survey, known::TEMPLATE_TO_RETIRE_ID),
    ];
    let drafts = [
        (SubmissionKind::Termly, known::TEMPLATE_TO_EDIT_ID),
        (SubmissionKind::Fund, known::TEMPLATE_TO_PUBLISH_ID),
    ];
    let mut steps = Vec::new();
    for template in templates {
        let kind = template.kind;
        if let Some(id) = id_of(kind, &drafts)? {
            let template_version = template.template_version + 1;
            let draft = Template { template_version, ..template.clone() };
            steps.push(step(30, draft, Some(id), false));
        }
        steps.push(step(90, template, id_of(kind, &published)?, true));
    }
    Ok(steps)
}

/// The kind of the template is that of the content.
fn written(contract: &'static str, year: i32, content: Submission) -> SubmissionWork {
    let kind =
        if content.policies.is_empty() { SubmissionKind::Plan } else { SubmissionKind::Policies };
    SubmissionWork::Write { contract, kind, year, content }
}

/// All policies are fit, and were reviewed on a day.
fn policies(reviewed_on: NaiveDate) -> Submission {
    let answers = vec![
        SubmittedAnswer { text: Some("Workflow lead".into()), ..answer("owner") },
        SubmittedAnswer { choice: Some("yes".into()), ..answer("shared") },
    ];
    let policies = PolicyKind::ALL.iter().map(|policy| PolicyConfirmation {
        policy: *policy,
        fit: true,
        reviewed_on,
        version: "3".into(),
        document_id: None,
        changes: None,
    });
    Submission { answers, milestones: Vec::new(), policies: policies.collect() }
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
    let last_days = [
        ("first-contact", 3, 31),
        ("second-contact", 6, 30),
        ("third-contact", 9, 30),
        ("fourth-contact", 12, 31),
    ];
    let milestones =
        last_days.into_iter().zip(1_u8..).filter_map(|((key, month, day), quarter)| {
            let due_on = NaiveDate::from_ymd_opt(year, month, day)?;
            Some(Milestone {
                key: key.into(),
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
