//! Findings and agreed actions.

use actix_web::{HttpResponse, post};
use ascms_domain::ids::{RegisterEntryId, ReviewActionId};
use ascms_domain::performance_reviews::{AddReviewFinding, AgreeReviewAction, SettleReviewAction};

use super::subject::about;
use super::views::PerformanceReviewView;
use crate::allowed::Viewer;
use crate::auth::{CommentPerformanceReviews, ConductPerformanceReviews};
use crate::command::{BodilessCommand, StepCommand};
use crate::incoming::Path;
use crate::problem::Refusal;

/// Add a finding to a performance review
///
/// As long as the review is not concluded; the provider reads it afterwards. A finding never changes.
#[utoipa::path(
    tag = "Performance reviews",
    security(("bearer" = ["performance-reviews:conduct"])),
    params(("id" = RegisterEntryId, Path)),
    request_body = AddReviewFinding,
    responses((status = 200, description = "The review with the finding", body = PerformanceReviewView)),
)]
#[post("/performance-reviews/{id}/findings")]
pub(super) async fn add_review_finding(
    call: StepCommand<ConductPerformanceReviews, AddReviewFinding>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(about(*id), async |write, body| {
        Ok(PerformanceReviewView::done(write.add_review_finding(*id, body).await?, &viewer))
    })
    .await
}

/// Agree on an action in a performance review
///
/// As long as the review is not concluded.
#[utoipa::path(
    tag = "Performance reviews",
    security(("bearer" = ["performance-reviews:conduct"])),
    params(("id" = RegisterEntryId, Path)),
    request_body = AgreeReviewAction,
    responses((status = 200, description = "The review with the action", body = PerformanceReviewView)),
)]
#[post("/performance-reviews/{id}/actions")]
pub(super) async fn agree_review_action(
    call: StepCommand<ConductPerformanceReviews, AgreeReviewAction>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(about(*id), async |write, body| {
        Ok(PerformanceReviewView::done(write.agree_review_action(*id, body).await?, &viewer))
    })
    .await
}

/// Finish an agreed action
///
/// The provider says that it is done, once the review is concluded.
#[utoipa::path(
    tag = "Performance reviews",
    security(("bearer" = ["performance-reviews:comment"])),
    params(("id" = RegisterEntryId, Path), ("actionId" = ReviewActionId, Path)),
    responses((status = 200, description = "The review with the action", body = PerformanceReviewView)),
)]
#[post("/performance-reviews/{id}/actions/{actionId}/completion")]
pub(super) async fn finish_review_action(
    call: BodilessCommand<CommentPerformanceReviews>,
    place: Path<(RegisterEntryId, ReviewActionId)>,
) -> Result<HttpResponse, Refusal> {
    let (id, action) = *place;
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(about(id), async |write| {
        Ok(PerformanceReviewView::done(write.finish_review_action(id, action).await?, &viewer))
    })
    .await
}

/// Settle an agreed action
///
/// The Ministry saw that it is done, or drops it with a reason.
#[utoipa::path(
    tag = "Performance reviews",
    security(("bearer" = ["performance-reviews:conduct"])),
    params(("id" = RegisterEntryId, Path), ("actionId" = ReviewActionId, Path)),
    request_body = SettleReviewAction,
    responses((status = 200, description = "The review with the action", body = PerformanceReviewView)),
)]
#[post("/performance-reviews/{id}/actions/{actionId}/settlement")]
pub(super) async fn settle_review_action(
    call: StepCommand<ConductPerformanceReviews, SettleReviewAction>,
    place: Path<(RegisterEntryId, ReviewActionId)>,
) -> Result<HttpResponse, Refusal> {
    let (id, action) = *place;
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(about(id), async |write, body| {
        Ok(PerformanceReviewView::done(
            write.settle_review_action(id, action, body).await?,
            &viewer,
        ))
    })
    .await
}
