//! `/v1/performance-reviews`: the Ministry's termly review of a contract, and the withholding payment.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::ids::{ContractId, RegisterEntryId};
use ascms_domain::performance_reviews::{
    CommentOnReview, OpenPerformanceReview, OpenPerformanceReviews, PerformanceReviewStatus,
    ReviewMeeting,
};
use ascms_domain::registers::RegisterKind;
use ascms_domain::terms::TermKey;
use ascms_persistence::About;
use ascms_persistence::performance_reviews::PerformanceReviewFilter;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::allowed::Viewer;
use crate::auth::{
    CommentPerformanceReviews, ConductPerformanceReviews, May, ReadPerformanceReviews,
};
use crate::command::{BodilessCommand, Command, StepCommand};
use crate::incoming::{Path, WriteOptions};
use crate::jobs::{self, JobView};
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

mod findings;
mod minutes;
pub(crate) mod opening;
mod parts;
mod subject;
mod views;
mod withholding;

use subject::about;
use views::PerformanceReviewView;

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_performance_reviews)
        .service(open_performance_reviews)
        .service(get_performance_review)
        .service(open_performance_review)
        .service(comment_on_performance_review)
        .service(record_review_meeting)
        .service(conclude_performance_review)
        .service(minutes::upload_performance_review_document)
        .service(minutes::download_performance_review_document)
        .service(findings::add_review_finding)
        .service(findings::agree_review_action)
        .service(findings::finish_review_action)
        .service(findings::settle_review_action)
        .service(withholding::propose_withholding)
        .service(withholding::confirm_withholding)
        .service(withholding::pay_withholding);
}

#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListPerformanceReviews {
    /// Only reviews that stand like this.
    status: Option<PerformanceReviewStatus>,
    /// Only reviews of this contract.
    contract_id: Option<ContractId>,
    /// Only reviews of terms of this contract year.
    #[param(minimum = 2020, maximum = 2100)]
    contract_year: Option<i32>,
    /// Only reviews of this term.
    #[param(inline)]
    term: Option<TermKey>,
}

/// List performance reviews
///
/// The newest first. A provider reads its own.
#[utoipa::path(
    tag = "Performance reviews",
    security(("bearer" = ["performance-reviews:read"])),
    params(ListPerformanceReviews, PageOptions),
    responses((status = 200, description = "A page of reviews", body = List<PerformanceReviewView>)),
)]
#[get("/performance-reviews")]
async fn list_performance_reviews(
    list: Listing<ReadPerformanceReviews, ListPerformanceReviews>,
) -> Result<HttpResponse, Refusal> {
    let ListPerformanceReviews { status, contract_id, contract_year, term } = *list.filter();
    let filter = PerformanceReviewFilter { status, contract: contract_id, contract_year, term };
    let store = list.store();
    let read = async |page| store.performance_reviews(list.grant(), filter, page, list.now()).await;
    let viewer = Viewer::of(list.request(), list.grant())?;
    list.page(read, |row| PerformanceReviewView::of(row, &viewer)).await
}

/// Read a performance review
///
/// Figures and requirements are those of the day on which it was opened. The provider reads findings and agreed
/// actions once the review is concluded, and a decision on the payment once it is confirmed.
#[utoipa::path(
    tag = "Performance reviews",
    security(("bearer" = ["performance-reviews:read"])),
    params(("id" = RegisterEntryId, Path)),
    responses((status = 200, description = "The review", body = PerformanceReviewView)),
)]
#[get("/performance-reviews/{id}")]
async fn get_performance_review(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadPerformanceReviews>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    let row = app.store().performance_review(&grant, *id, app.now(&req)?).await?;
    let view = PerformanceReviewView::of(row, &Viewer::of(&req, &grant)?);
    Ok(answer::shown(&req, view.version(), &view))
}

/// Open a performance review
///
/// Of one contract and a term that is over. Figures and requirements are frozen with it. The provider may comment
/// within 10 business days, and the Ministry concludes within 20.
#[utoipa::path(
    tag = "Performance reviews",
    security(("bearer" = ["performance-reviews:conduct"])),
    params(WriteOptions),
    request_body = OpenPerformanceReview,
    responses(
        (status = 201, description = "The review", body = PerformanceReviewView),
        (status = 200, description = "It was only validated", body = PerformanceReviewView),
    ),
)]
#[post("/performance-reviews")]
async fn open_performance_review(
    call: Command<ConductPerformanceReviews, OpenPerformanceReview>,
) -> Result<HttpResponse, Refusal> {
    // Counted before the transaction, which would hold its locks for so long.
    let (store, now, new) = (call.app().store(), call.now(), *call.body());
    let instants = (store.as_of_now(now).await?, now);
    let figures = store.count_review_figures(call.grant(), new, instants).await?;
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(About::EntryMade(RegisterKind::PerformanceReview), async |write, body| {
        let row = write.open_performance_review(body, figures).await?;
        let view = PerformanceReviewView::of(row, &viewer);
        Ok(answer::created(format!("/v1/performance-reviews/{}", view.id()), view.version(), &view))
    })
    .await
}

/// Open the performance reviews of a term
///
/// Of all contracts that run in the term: a job opens one after the other, all with figures as of the instant of the
/// order. Its result has a line of JSON for each contract, with the id of the review or the code of the refusal; a
/// review that is there already stays as it is.
#[utoipa::path(
    tag = "Performance reviews",
    security(("bearer" = ["performance-reviews:conduct"])),
    request_body = OpenPerformanceReviews,
    responses((status = 202, description = "The job", body = JobView)),
)]
#[post("/performance-reviews/openings")]
async fn open_performance_reviews(
    call: StepCommand<ConductPerformanceReviews, OpenPerformanceReviews>,
) -> Result<HttpResponse, Refusal> {
    let about = About::Named(ascms_persistence::jobs::about(call.grant())?);
    call.run(about, async |write, body| {
        Ok(jobs::accepted(&write.order_performance_reviews(body).await?))
    })
    .await
}

/// Comment on a performance review
///
/// The provider's word on the figures and the requirements, once.
#[utoipa::path(
    tag = "Performance reviews",
    security(("bearer" = ["performance-reviews:comment"])),
    params(("id" = RegisterEntryId, Path)),
    request_body = CommentOnReview,
    responses((status = 200, description = "The review with the comment", body = PerformanceReviewView)),
)]
#[post("/performance-reviews/{id}/comment")]
async fn comment_on_performance_review(
    call: StepCommand<CommentPerformanceReviews, CommentOnReview>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(about(*id), async |write, body| {
        Ok(PerformanceReviewView::done(write.comment_on_review(*id, body).await?, &viewer))
    })
    .await
}

/// Record the meeting of a performance review
///
/// After the provider's comment, or once the time to comment is over. It tells whether the provider took part. Documents
/// that belong to the minutes are uploaded afterwards.
#[utoipa::path(
    tag = "Performance reviews",
    security(("bearer" = ["performance-reviews:conduct"])),
    params(("id" = RegisterEntryId, Path)),
    request_body = ReviewMeeting,
    responses((status = 200, description = "The review with the meeting", body = PerformanceReviewView)),
)]
#[post("/performance-reviews/{id}/meeting")]
async fn record_review_meeting(
    call: StepCommand<ConductPerformanceReviews, ReviewMeeting>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(about(*id), async |write, body| {
        Ok(PerformanceReviewView::done(write.record_review_meeting(*id, body).await?, &viewer))
    })
    .await
}

/// Conclude a performance review
///
/// Each concern and each breach has an agreed action by then, and the scanner has passed each document. The provider
/// reads the findings from now on.
#[utoipa::path(
    tag = "Performance reviews",
    security(("bearer" = ["performance-reviews:conduct"])),
    params(("id" = RegisterEntryId, Path)),
    responses((status = 200, description = "The concluded review", body = PerformanceReviewView)),
)]
#[post("/performance-reviews/{id}/conclusion")]
async fn conclude_performance_review(
    call: BodilessCommand<ConductPerformanceReviews>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(about(*id), async |write| {
        Ok(PerformanceReviewView::done(write.conclude_performance_review(*id).await?, &viewer))
    })
    .await
}
