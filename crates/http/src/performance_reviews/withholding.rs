//! Decisions on the withholding payment of a concluded review.

use actix_web::{HttpResponse, post};
use ascms_domain::ids::RegisterEntryId;
use ascms_domain::performance_reviews::{ProposeWithholding, WithholdingStep};

use super::subject::about;
use super::views::PerformanceReviewView;
use crate::allowed::Viewer;
use crate::auth::DecideWithholding;
use crate::command::{BodilessCommand, StepCommand};
use crate::incoming::Path;
use crate::problem::Refusal;

/// Propose a decision on the withholding payment
///
/// Released or withheld, as a whole. Nothing can be withheld while no requirement is unmet. A decision never changes:
/// another one supersedes it, with the reason, until it is paid.
#[utoipa::path(
    tag = "Performance reviews",
    security(("bearer" = ["withholding:decide"])),
    params(("id" = RegisterEntryId, Path)),
    request_body = ProposeWithholding,
    responses((status = 200, description = "The review with the decision", body = PerformanceReviewView)),
)]
#[post("/performance-reviews/{id}/withholding-decisions")]
pub(super) async fn propose_withholding(
    call: StepCommand<DecideWithholding, ProposeWithholding>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(about(*id), async |write, body| {
        Ok(PerformanceReviewView::done(write.propose_withholding(*id, body).await?, &viewer))
    })
    .await
}

/// Confirm a decision on the withholding payment
///
/// Where a gate is unmet, a second person confirms it. The provider reads the decision from now on.
#[utoipa::path(
    tag = "Performance reviews",
    security(("bearer" = ["withholding:decide"])),
    params(
        ("id" = RegisterEntryId, Path),
        ("number" = i32, Path, example = 1, description = "Number of the decision; the first is 1.", minimum = 1),
    ),
    responses((status = 200, description = "The review with the decision", body = PerformanceReviewView)),
)]
#[post("/performance-reviews/{id}/withholding-decisions/{number}/confirmation")]
pub(super) async fn confirm_withholding(
    call: BodilessCommand<DecideWithholding>,
    place: Path<(RegisterEntryId, i32)>,
) -> Result<HttpResponse, Refusal> {
    take(call, *place, WithholdingStep::Confirm).await
}

/// Record the payment of a released amount
///
/// After its confirmation. What is paid is not superseded any more.
#[utoipa::path(
    tag = "Performance reviews",
    security(("bearer" = ["withholding:decide"])),
    params(
        ("id" = RegisterEntryId, Path),
        ("number" = i32, Path, example = 1, description = "Number of the decision; the first is 1.", minimum = 1),
    ),
    responses((status = 200, description = "The review with the decision", body = PerformanceReviewView)),
)]
#[post("/performance-reviews/{id}/withholding-decisions/{number}/payment")]
pub(super) async fn pay_withholding(
    call: BodilessCommand<DecideWithholding>,
    place: Path<(RegisterEntryId, i32)>,
) -> Result<HttpResponse, Refusal> {
    take(call, *place, WithholdingStep::Pay).await
}

/// Takes a step of the decision with a number.
async fn take(
    call: BodilessCommand<DecideWithholding>,
    place: (RegisterEntryId, i32),
    step: WithholdingStep,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(about(place.0), async |write| {
        Ok(PerformanceReviewView::done(write.take_withholding_step(place, step).await?, &viewer))
    })
    .await
}
