//! `/v1/cases/{id}/plan`: what the provider, the student and the whānau agreed to do, and its
//! reviews. Shared with the school.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use ascms_domain::ids::{CaseId, PlanId, ReviewId, UserId};
use ascms_domain::plans::{Goal, MakePlan, ReviewOutcome, ReviewPlan, UpdatePlan};
use ascms_domain::text::Line;
use ascms_persistence::About;
use ascms_persistence::idempotency::Answer;
use ascms_persistence::plans::PlanFile;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::{May, ReadCases, WorkOnCases};
use crate::command::{Amendment, Command, StepCommand};
use crate::incoming::{Path, WriteOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
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
    comment: String,
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
            comment: review.comment,
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
        let view = PlanView::of(&write.make_plan(*id, body).await?);
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
        Ok(done(&write.change_plan(*id, &edit, patch).await?))
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
    call: StepCommand<WorkOnCases, ReviewPlan>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Case(*id), async |write, body| Ok(done(&write.review_plan(*id, body).await?)))
        .await
}

fn done(file: &PlanFile) -> Answer {
    answer::done(file.plan.version, &PlanView::of(file))
}
