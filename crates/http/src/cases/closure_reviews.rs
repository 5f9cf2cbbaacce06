//! `/v1/closure-reviews`: closures that a team of one decided alone, reviewed by the Ministry.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::body_faults::fault_at;
use ascms_domain::cases::{ClosurePathway, ClosureReviewOutcome};
use ascms_domain::ids::{CaseId, ClosureReviewId, UserId};
use ascms_domain::text::{Code as ReasonCode, LongText};
use ascms_persistence::About;
use ascms_persistence::closure_reviews::ClosureReviewRow;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use crate::auth::{ConcludeClosureReviews, May, ReadClosureReviews};
use crate::command::StepCommand;
use crate::incoming::Path;
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::students::views::ProviderSummary;
use crate::{AppState, answer};

pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_closure_reviews).service(get_closure_review).service(conclude_closure_review);
}

/// A closure that one person decided alone, and what the Ministry found. It names the case by its id
/// and nobody of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ClosureReviewView {
    /// Id of the review.
    id: ClosureReviewId,
    /// The case that was closed.
    case_id: CaseId,
    /// The readable number of the case.
    #[schema(max_length = 14, pattern = "^AS-[0-9]{4}-[0-9]{6}$")]
    case_number: String,
    /// The provider that closed the case.
    provider: ProviderSummary,
    /// The decision that one person took alone.
    decided: DecidedView,
    /// The last day on which the review is in time: the tenth business day after the closure.
    due_on: NaiveDate,
    /// Version of the calendar that counted `dueOn`.
    #[schema(max_length = 100)]
    calendar_version: String,
    /// Whether the Ministry confirmed or questioned the closure; null until the review.
    outcome: Option<ClosureReviewOutcome>,
    /// Comment of the reviewer; null without one. Personal data.
    comment: Option<String>,
    /// The user who reviewed the closure; null until the review.
    reviewed_by: Option<UserId>,
    /// When the closure was reviewed; null until the review.
    reviewed_at: Option<DateTime<Utc>>,
    /// Version of the review.
    #[schema(minimum = 1)]
    version: i32,
}

/// What was decided alone.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DecidedView {
    /// The user who closed the case.
    by: UserId,
    /// When the case was closed.
    at: DateTime<Utc>,
    /// Code of the set `case-closure-reasons`.
    #[schema(max_length = 64)]
    reason_code: String,
    /// The alternative education pathway that the closure names; null without one.
    pathway: Option<ClosurePathway>,
    /// How many barriers were not resolved, and were explained.
    #[schema(minimum = 0)]
    barriers_explained: usize,
    /// Whether the plan was reviewed; true too where there was no plan.
    plan_reviewed: bool,
    /// Whether material outside the service was looked for, copied in and destroyed.
    outside_material_dealt_with: bool,
}

impl ClosureReviewView {
    fn of(row: &ClosureReviewRow) -> Self {
        let ClosureReviewRow { review, checklist, .. } = row;
        let checklist = &checklist.0;
        let outside = checklist.outside_material;
        let pathway = row.pathway.clone().zip(row.pathway_from);
        Self {
            id: review.id,
            case_id: review.case_id,
            case_number: row.case_number.clone(),
            provider: ProviderSummary::new(&row.provider_code, &row.provider_name),
            decided: DecidedView {
                by: review.decided_by,
                at: review.decided_at,
                reason_code: row.reason_code.clone(),
                pathway: pathway
                    .map(|(kind, first_day)| ClosurePathway { kind: ReasonCode(kind), first_day }),
                barriers_explained: checklist.barriers.len(),
                plan_reviewed: checklist.plan_reviewed,
                outside_material_dealt_with: outside.checked
                    && outside.copied_in
                    && outside.destroyed,
            },
            due_on: review.due_on,
            calendar_version: review.calendar_version.clone(),
            outcome: review.outcome,
            comment: review.comment.clone(),
            reviewed_by: review.reviewed_by,
            reviewed_at: review.reviewed_at,
            version: row.version(),
        }
    }
}

/// What the Ministry found.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = "says_what"))]
struct ConcludeClosureReview {
    /// Whether the closure is confirmed or questioned.
    outcome: ClosureReviewOutcome,
    /// Comment of the reviewer; required where the closure is questioned. Personal data.
    comment: Option<LongText>,
}

fn says_what(body: &ConcludeClosureReview) -> Result<(), ValidationError> {
    if body.outcome == ClosureReviewOutcome::Confirmed || body.comment.is_some() {
        return Ok(());
    }
    Err(fault_at("/comment", "required", "is missing for this outcome"))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListClosureReviews {
    /// Only those that are concluded, or only those to come.
    concluded: Option<bool>,
}

/// List reviews of closures
///
/// Of closures that a team of one decided alone; the Ministry reviews each afterwards. Newest first.
#[utoipa::path(
    tag = "Cases",
    security(("bearer" = ["closure-reviews:read"])),
    params(ListClosureReviews, PageOptions),
    responses((status = 200, description = "A page of reviews", body = List<ClosureReviewView>)),
)]
#[get("/closure-reviews")]
async fn list_closure_reviews(
    list: Listing<ReadClosureReviews, ListClosureReviews>,
) -> Result<HttpResponse, Refusal> {
    let (store, concluded) = (list.store(), list.filter().concluded);
    let read = async |page| store.closure_reviews(list.grant(), concluded, page, list.now()).await;
    list.page(read, |row| ClosureReviewView::of(&row)).await
}

/// Read a review of a closure
#[utoipa::path(
    tag = "Cases",
    security(("bearer" = ["closure-reviews:read"])),
    params(("id" = ClosureReviewId, Path)),
    responses((status = 200, description = "The review", body = ClosureReviewView)),
)]
#[get("/closure-reviews/{id}")]
async fn get_closure_review(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadClosureReviews>,
    id: Path<ClosureReviewId>,
) -> Result<HttpResponse, Refusal> {
    let row = app.store().closure_review(&grant, *id, app.now(&req)?).await?;
    Ok(answer::shown(&req, row.version(), &ClosureReviewView::of(&row)))
}

/// Conclude a review of a closure
///
/// Once. The provider reads what was found; a closure that is questioned stays one until its lead
/// opens the case again.
#[utoipa::path(
    tag = "Cases",
    security(("bearer" = ["closure-reviews:conclude"])),
    params(("id" = ClosureReviewId, Path)),
    request_body = ConcludeClosureReview,
    responses((status = 200, description = "The concluded review", body = ClosureReviewView)),
)]
#[post("/closure-reviews/{id}/conclusion")]
async fn conclude_closure_review(
    call: StepCommand<ConcludeClosureReviews, ConcludeClosureReview>,
    id: Path<ClosureReviewId>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::ClosureReview(*id), async |write, body| {
        let ConcludeClosureReview { outcome, comment } = body;
        let row = write.conclude_closure_review(*id, outcome, comment).await?;
        Ok(answer::done(row.version(), &ClosureReviewView::of(&row)))
    })
    .await
}
