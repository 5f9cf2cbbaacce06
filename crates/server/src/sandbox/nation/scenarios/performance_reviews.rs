//! The Ministry's reviews of the first two providers: of the last terms that were over, one in each state.

use ascms_domain::access::Role;
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::{RegisterEntryId, ReviewActionId};
use ascms_domain::performance_reviews::{
    AddReviewFinding, AgreeReviewAction, FindingGrade, ReviewMeeting,
};
use ascms_domain::terms::{TermKey, Terms};
use ascms_http::openapi::example_records as known;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::contracts;
use super::steps::{Operation, ReviewWork, STORIES, Step};
use crate::sandbox::nation::error::SeedError;
use crate::sandbox::personas;

/// How many of the steps of [`life`] a review has behind it.
const OPENED: usize = 1;
const COMMENTED: usize = 2;
const MET_WITH: usize = 4;
const CONCLUDED: usize = 5;

/// Days ago, by whom.
type Done = (i64, Role, ReviewWork);

/// A review of one of the last terms: its id, how far it came, and what was done besides.
type Reviewed = (&'static str, usize, Vec<Done>);

pub(super) fn performance_reviews(
    terms: &Terms,
    now: DateTime<Utc>,
) -> Result<Vec<Step>, SeedError> {
    let open: ReviewActionId = known::ACTION_ID.parse()?;
    let finished: ReviewActionId = known::ACTION_TO_SETTLE_ID.parse()?;
    let propose = || (4, Role::MinistryAdmin, ReviewWork::Propose);
    let confirm = (3, Role::MinistryAdmin, ReviewWork::Confirm);
    let to_settle =
        vec![agreed(finished, now), (3, Role::WorkflowLead, ReviewWork::Finish(finished))];
    let first: [Reviewed; 4] = [
        (known::REVIEW_ID, CONCLUDED, vec![agreed(open, now)]),
        (known::REVIEW_TO_COMMENT_ON_ID, OPENED, Vec::new()),
        (known::REVIEW_TO_SETTLE_ID, CONCLUDED, to_settle),
        (known::REVIEW_TO_PAY_ID, CONCLUDED, vec![propose(), confirm]),
    ];
    let second: [Reviewed; 4] = [
        (known::REVIEW_TO_MEET_ABOUT_ID, COMMENTED, Vec::new()),
        (known::REVIEW_UNDER_WAY_ID, MET_WITH, Vec::new()),
        (known::REVIEW_TO_CONCLUDE_ID, MET_WITH, Vec::new()),
        (known::REVIEW_TO_CONFIRM_ID, CONCLUDED, vec![propose()]),
    ];
    let terms = over(terms, nz_date(now - TimeDelta::days(14)));
    let mut steps = Vec::new();
    for (contract, reviews) in [(contracts::FIRST, first), (contracts::SECOND, second)] {
        for (&term, (id, stage, besides)) in terms.iter().zip(reviews) {
            let id: RegisterEntryId = id.parse()?;
            let done = life((contract, term), now).into_iter().take(stage).chain(besides);
            steps.extend(done.map(|(days, by, work)| Step {
                at: now - TimeDelta::days(days),
                story: STORIES,
                by: subject(by, contract),
                operation: Operation::Review(id, Box::new(work)),
            }));
        }
    }
    Ok(steps)
}

/// What is done in a review until it is concluded.
fn life((contract, term): (&'static str, TermKey), now: DateTime<Utc>) -> [Done; CONCLUDED] {
    let comment = "Two of our kaimahi were ill in the last weeks of the term.";
    let meeting = ReviewMeeting {
        held_at: now - TimeDelta::days(9),
        provider_attended: true,
        minutes: "We went through the figures together.".into(),
    };
    let finding = AddReviewFinding {
        grade: FindingGrade::Note,
        comment: "Schools say that they are called back sooner than in the term before.".into(),
    };
    [
        (14, Role::MinistryAdmin, ReviewWork::Open { contract, term }),
        (11, Role::WorkflowLead, ReviewWork::Comment(comment.into())),
        (8, Role::MinistryAdmin, ReviewWork::Meet(meeting)),
        (7, Role::MinistryAdmin, ReviewWork::Find(finding)),
        (5, Role::MinistryAdmin, ReviewWork::Conclude),
    ]
}

/// An action that was agreed before the conclusion.
fn agreed(id: ReviewActionId, now: DateTime<Utc>) -> Done {
    let action = AgreeReviewAction {
        finding_id: None,
        action: "Call whānau in the evening, too.".into(),
        owner: "Workflow lead".into(),
        due_on: nz_date(now + TimeDelta::days(30)),
    };
    (6, Role::MinistryAdmin, ReviewWork::Agree(id, action))
}

fn subject(role: Role, contract: &str) -> String {
    if role == Role::WorkflowLead && contract == contracts::SECOND {
        personas::second_name(role)
    } else {
        personas::name(role)
    }
}

/// The terms of the contracts' first two years that were over on a day, the last one first.
fn over(terms: &Terms, day: NaiveDate) -> Vec<TermKey> {
    let years = contracts::YEAR_BEFORE..=contracts::YEAR;
    let over = terms.iter().filter(|term| term.ends_on < day).map(|term| term.key);
    over.filter(|key| years.contains(&i32::from(key.year()))).rev().collect()
}
