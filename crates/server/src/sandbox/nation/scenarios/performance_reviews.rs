//! The Ministry's review of the personas' provider: of the last term that was over, concluded and released.

use ascms_domain::access::Role;
use ascms_domain::calendar::nz_date;
use ascms_domain::performance_reviews::{AddReviewFinding, FindingGrade, ReviewMeeting};
use ascms_domain::terms::{TermKey, Terms};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use super::contracts;
use super::steps::{Operation, ReviewWork, STORIES, Step};
use crate::sandbox::personas;

/// None in the days between the first of the year's contracts and the end of its first term.
pub(super) fn performance_reviews(terms: &Terms, now: DateTime<Utc>) -> Vec<Step> {
    let at = |days: i64| now - TimeDelta::days(days);
    let year = nz_date(contracts::added(now)).year();
    let Some(term) = last_over(terms, nz_date(at(12)), year) else { return Vec::new() };
    let step = |days: i64, by: Role, work: ReviewWork| Step {
        at: at(days),
        story: STORIES,
        by: personas::name(by),
        operation: Operation::Review(Box::new(work)),
    };
    let comment = "Two of our kaimahi were ill in the last weeks of the term.";
    let meeting = ReviewMeeting {
        held_at: at(6),
        provider_attended: true,
        minutes: "We went through the figures together.".into(),
    };
    let finding = AddReviewFinding {
        grade: FindingGrade::Note,
        comment: "Schools say that they are called back sooner than in the term before.".into(),
    };
    vec![
        step(12, Role::MinistryAdmin, ReviewWork::Open { contract: contracts::FIRST, term }),
        step(9, Role::WorkflowLead, ReviewWork::Comment(comment.into())),
        step(5, Role::MinistryAdmin, ReviewWork::Meet(meeting)),
        step(4, Role::MinistryAdmin, ReviewWork::Find(finding)),
        step(3, Role::MinistryAdmin, ReviewWork::Conclude),
    ]
}

/// The last term of a year and those after it that was over on a day.
fn last_over(terms: &Terms, day: NaiveDate, year: i32) -> Option<TermKey> {
    let over = terms.iter().rfind(|term| term.ends_on < day).map(|term| term.key);
    over.filter(|key| i32::from(key.year()) >= year)
}
