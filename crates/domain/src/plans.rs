//! The plan of a case: goals with what shows them, the steps towards each, and the reviews.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::patch::Patch;
use crate::text::{Line, LongText};

crate::closed_list! {
    /// Outcome of a review of a plan.
    ReviewOutcome: "Outcome of a plan review" / "Te hua o te arotake mahere" {
        /// It goes on as agreed.
        OnTrack = "on_track": "On track" / "Kei te pai te haere",
        /// Goals or steps are to be others.
        NeedsChange = "needs_change": "Needs change" / "Me panoni",
        /// The goals are reached.
        Achieved = "achieved": "Achieved" / "Kua tutuki",
    }
    /// An event of a plan, as the timeline tells it.
    PlanStep: "Event of a plan" / "Te pānga ki te mahere" {
        Made = "made": "Made" / "I hangaia",
        Changed = "changed": "Changed" / "I panonitia",
    }
}

/// What is to be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Goal {
    /// The goal itself, in a line. Personal data.
    pub what: Line,
    /// How to tell that the goal is reached. Personal data.
    pub measure: Line,
    /// The steps towards the goal.
    #[schema(max_items = 20)]
    pub steps: Vec<Step>,
}

/// What somebody does towards a goal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    /// The step itself, in a line. Personal data.
    pub what: Line,
    /// The person who takes the step, as they would be addressed. Personal data.
    pub who: Line,
    /// The day by which the step is to be done.
    pub by_when: NaiveDate,
    /// Whether the step is done.
    pub done: bool,
}

/// A plan as it was agreed.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MakePlan {
    /// The goals, and the steps towards them.
    #[schema(min_items = 1, max_items = 20)]
    pub goals: Vec<Goal>,
    /// The people who agreed to the plan, as they would be addressed. Personal data.
    #[schema(min_items = 1, max_items = 20)]
    pub agreed_with: Vec<Line>,
    /// The day on which the plan was agreed: not in the future.
    pub agreed_on: NaiveDate,
    /// The day of the next review, after today; none is planned when left out.
    pub next_review_on: Option<NaiveDate>,
}

/// A merge patch (RFC 7396) of a plan: absent keeps, null clears, a list replaces the whole list.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdatePlan {
    /// The goals, and the steps towards them.
    #[schema(nullable = false, min_items = 1, max_items = 20)]
    pub goals: Option<Vec<Goal>>,
    /// The people who agreed to the plan, as they would be addressed. Personal data.
    #[schema(nullable = false, min_items = 1, max_items = 20)]
    pub agreed_with: Option<Vec<Line>>,
    /// The day on which the plan was agreed: not in the future.
    #[schema(nullable = false)]
    pub agreed_on: Option<NaiveDate>,
    /// The day of the next review, after today.
    #[serde(default)]
    #[schema(required = false, value_type = Option<NaiveDate>)]
    pub next_review_on: Patch<NaiveDate>,
}

/// A review of a plan.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReviewPlan {
    /// How the plan is going.
    pub outcome: ReviewOutcome,
    /// Comment of the reviewer. Personal data.
    pub comment: LongText,
    /// The day of the next review, after today; none is planned when left out.
    pub next_review_on: Option<NaiveDate>,
}

/// How many steps a plan has, and how many of them are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub steps: u16,
    pub steps_done: u16,
}

/// Why a plan is refused by its rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanRefusal {
    #[error("the case has a plan: change it")]
    Exists,
    #[error("a plan can not have been agreed in the future")]
    AgreedInFuture,
    #[error("the next review is on a day after today")]
    ReviewNotAhead,
}

/// Whether these days fit a plan that is made, changed or reviewed today.
pub fn check_days(
    agreed_on: NaiveDate,
    next_review_on: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<(), PlanRefusal> {
    if agreed_on > today {
        return Err(PlanRefusal::AgreedInFuture);
    }
    if next_review_on.is_some_and(|day| day <= today) {
        return Err(PlanRefusal::ReviewNotAhead);
    }
    Ok(())
}

impl Progress {
    pub fn of(goals: &[Goal]) -> Self {
        let steps = || goals.iter().flat_map(|goal| &goal.steps);
        let count = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
        Self {
            steps: count(steps().count()),
            steps_done: count(steps().filter(|step| step.done).count()),
        }
    }
}

#[cfg(test)]
mod tests;
