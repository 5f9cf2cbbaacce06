//! `/v1/cases/{id}/plan`: what the provider, the student and the whānau agreed to do, and its
//! reviews. Shared with the school.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use ascms_domain::ids::{CaseId, PlanId, ReviewId, UserId};
use ascms_domain::plans::{Goal, PlanError, ReviewOutcome};
use ascms_domain::text::{Line, LongText};
use ascms_persistence::About;
use ascms_persistence::idempotency::Answer;
use ascms_persistence::plans::{NewPlan, NewReview, PlanChange, PlanFile, PlanRefused};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use crate::auth::{May, ReadCases, WorkOnCases};
use crate::command::{Amendment, Command, Deed};
use crate::incoming::{Path, WriteOptions};
use crate::patch::Patch;
use crate::problem::{Code, Fault, Refusal};
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_plan).service(make_plan).service(update_plan).service(review_plan);
}

/// What is to be reached for the student, and how.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PlanView {
    /// Id of the plan.
    id: PlanId,
    /// The case that the plan belongs to.
    case_id: CaseId,
    /// The goals, and the steps towards them.
    #[schema(max_items = 20)]
    goals: Vec<Goal>,
    /// The people who agreed to the plan, as they would be addressed. Personal data.
    #[schema(max_items = 20)]
    agreed_with: Vec<Line>,
    /// The day on which the plan was agreed.
    agreed_on: NaiveDate,
    /// The day of the next review; null when none is planned.
    next_review_on: Option<NaiveDate>,
    /// The reviews, the latest first.
    #[schema(max_items = 50)]
    reviews: Vec<ReviewView>,
    /// The user who made the plan.
    made_by: UserId,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    made_by_name: Option<String>,
    /// When the plan was made.
    made_at: DateTime<Utc>,
    /// Version of the plan; an edit names the version that it was made on.
    #[schema(minimum = 1)]
    version: i32,
    /// When the plan last changed.
    updated_at: DateTime<Utc>,
}

/// What a review came to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReviewView {
    /// Id of the review.
    id: ReviewId,
    /// How the plan is going.
    outcome: ReviewOutcome,
    /// Comment of the reviewer. Personal data.
    words: String,
    /// The day of the next review; null when none was planned.
    next_review_on: Option<NaiveDate>,
    /// The user who recorded the review.
    reviewed_by: UserId,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    reviewed_by_name: Option<String>,
    /// When the review was recorded.
    reviewed_at: DateTime<Utc>,
}

impl PlanView {
    fn of(file: &PlanFile) -> Self {
        let PlanFile { plan, reviews, names } = file.clone();
        let name = |id: UserId| names.get(&id).cloned();
        let reviews = reviews.into_iter().map(|review| ReviewView {
            id: review.id,
            outcome: review.outcome,
            words: review.words,
            next_review_on: review.next_review_on,
            reviewed_by: review.reviewed_by,
            reviewed_by_name: name(review.reviewed_by),
            reviewed_at: review.reviewed_at,
        });
        Self {
            id: plan.id,
            case_id: plan.case_id,
            goals: plan.goals.0,
            agreed_with: plan.agreed_with.0,
            agreed_on: plan.agreed_on,
            next_review_on: plan.next_review_on,
            reviews: reviews.collect(),
            made_by: plan.made_by,
            made_by_name: name(plan.made_by),
            made_at: plan.made_at,
            version: plan.version,
            updated_at: plan.updated_at,
        }
    }
}

/// A plan as it was agreed.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MakePlan {
    #[schema(min_items = 1, max_items = 20)]
    goals: Vec<Goal>,
    /// With whom, as they would be addressed.
    #[schema(min_items = 1, max_items = 20)]
    agreed_with: Vec<Line>,
    /// Not in the future.
    agreed_on: NaiveDate,
    /// A day after today.
    next_review_on: Option<NaiveDate>,
}

/// A merge patch (RFC 7396) of a plan: absent keeps, null clears, a list replaces the whole list.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UpdatePlan {
    #[schema(nullable = false, min_items = 1, max_items = 20)]
    goals: Option<Vec<Goal>>,
    /// With whom, as they would be addressed.
    #[schema(nullable = false, min_items = 1, max_items = 20)]
    agreed_with: Option<Vec<Line>>,
    /// Not in the future.
    #[schema(nullable = false)]
    agreed_on: Option<NaiveDate>,
    /// A day after today.
    #[serde(default)]
    #[schema(required = false, value_type = Option<NaiveDate>)]
    next_review_on: Patch<NaiveDate>,
}

/// A review of a plan.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReviewPlan {
    outcome: ReviewOutcome,
    words: LongText,
    /// A day after today; there is none when it is left out.
    next_review_on: Option<NaiveDate>,
}

/// Read the plan of a case
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["cases:read"])),
    params(("id" = CaseId, Path)),
    responses((status = 200, description = "The plan", body = PlanView)),
)]
#[get("/cases/{id}/plan")]
async fn get_plan(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadCases>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    let file = app.store().plan(&grant, *id, app.now(&req)?).await?;
    Ok(answer::shown(&req, file.plan.version, &PlanView::of(&file)))
}

/// Make the plan of a case
///
/// A case has one plan; when it changes, it is changed.
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["casework:write"])),
    params(("id" = CaseId, Path), WriteOptions),
    request_body = MakePlan,
    responses(
        (status = 201, description = "The plan", body = PlanView),
        (status = 200, description = "It was only validated", body = PlanView),
    ),
)]
#[post("/cases/{id}/plan")]
async fn make_plan(
    call: Command<WorkOnCases, MakePlan>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Case(*id), async |write, body| {
        let MakePlan { goals, agreed_with, agreed_on, next_review_on } = body;
        let new = NewPlan { goals, agreed_with, agreed_on, next_review_on };
        let view = PlanView::of(&write.make_plan(*id, new).await?);
        Ok(answer::created(format!("/v1/cases/{}/plan", view.case_id), view.version, &view))
    })
    .await
}

/// Change the plan of a case
///
/// Goals are replaced as a whole.
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["casework:write"])),
    params(("id" = CaseId, Path)),
    request_body(content = UpdatePlan, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The plan as changed", body = PlanView)),
)]
#[patch("/cases/{id}/plan")]
async fn update_plan(
    call: Amendment<WorkOnCases, UpdatePlan>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Case(*id), async |write, edit, patch| {
        let UpdatePlan { goals, agreed_with, agreed_on, next_review_on } = patch;
        let next_review_on = match next_review_on {
            Patch::Keep => None,
            Patch::Clear => Some(None),
            Patch::Set(day) => Some(Some(day)),
        };
        let change = PlanChange { goals, agreed_with, agreed_on, next_review_on };
        Ok(done(&write.change_plan(*id, &edit, change).await?))
    })
    .await
}

/// Review the plan of a case
///
/// With those who agreed to it. What is to be another is changed after it.
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["casework:write"])),
    params(("id" = CaseId, Path)),
    request_body = ReviewPlan,
    responses((status = 200, description = "The plan with the review", body = PlanView)),
)]
#[post("/cases/{id}/plan/reviews")]
async fn review_plan(
    call: Deed<WorkOnCases, ReviewPlan>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Case(*id), async |write, body| {
        let ReviewPlan { outcome, words, next_review_on } = body;
        let new = NewReview { words, outcome, next_review_on };
        Ok(done(&write.review_plan(*id, new).await?))
    })
    .await
}

fn done(file: &PlanFile) -> Answer {
    answer::done(file.plan.version, &PlanView::of(file))
}

impl From<PlanRefused> for Refusal {
    fn from(err: PlanRefused) -> Self {
        let detail = err.to_string();
        match err {
            PlanRefused::Case(err) => err.into(),
            PlanRefused::Plan(PlanError::Exists) => Self::new(Code::PlanExists, detail),
            PlanRefused::Plan(PlanError::AgreedInFuture) => {
                Self::invalid(Fault::at("/agreedOn", "in_the_future", detail))
            }
            PlanRefused::Plan(PlanError::ReviewNotAhead) => {
                Self::invalid(Fault::at("/nextReviewOn", "too_early", detail))
            }
        }
    }
}
