//! What is done with a case as a whole: given to somebody, paused, closed, opened again.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, post};
use ascms_domain::access::Action;
use ascms_domain::cases::{PauseCase, ProposeClosure};
use ascms_domain::ids::{CaseId, UserId};
use ascms_domain::text::LongText;
use ascms_persistence::About;
use ascms_persistence::cases::CaseFile;
use ascms_persistence::idempotency::{Answer, Shown};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::views::{CaseView, CaseViewer};
use crate::answer;
use crate::auth::{
    AssignCases, DecideClosures, ProposeClosures, ReplacePrimaryContacts, WorkOnCases,
};
use crate::command::StepCommand;
use crate::incoming::Path;
use crate::problem::Refusal;
use crate::registration::ServiceConfig;

pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(assign_case)
        .service(pause_case)
        .service(resume_case)
        .service(propose_closure)
        .service(approve_closure)
        .service(return_closure)
        .service(reopen_case)
        .service(replace_primary_contact);
}

/// To whom a case goes.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AssignCase {
    /// A case manager or workflow lead of the case's provider.
    case_manager_id: UserId,
}

/// That a paused case is taken up again.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ResumeCase {
    /// Comment, which the school does not see. Personal data.
    comment: Option<LongText>,
}

/// That a proposed closure is right. There is nothing more to say.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ApproveClosure {}

/// What is missing before the case can be closed.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReturnClosure {
    /// Why the closure is sent back. Personal data.
    comment: LongText,
}

/// Why a closed case is opened again.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReopenCase {
    /// Why the case is opened again. Personal data.
    reason: LongText,
}

/// Who follows the case at the school.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReplacePrimaryContact {
    /// A user of the school where the student is enrolled.
    primary_contact_id: UserId,
}

/// Assign a case
///
/// To one case manager at a time; the history is kept.
#[utoipa::path(
    tag = "Cases",
    security(("bearer" = ["cases:assign"])),
    params(("id" = CaseId, Path)),
    request_body = AssignCase,
    responses((status = 200, description = "The assigned case", body = CaseView)),
)]
#[post("/cases/{id}/assignment")]
async fn assign_case(
    call: StepCommand<AssignCases, AssignCase>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = viewer(&call)?;
    call.run(About::Case(*id), async |write, body| {
        let file = write.assign_case(*id, body.case_manager_id).await?;
        Ok(done(&file, &viewer))
    })
    .await
}

/// Pause a case
///
/// With a reason and the day by which somebody looks at it again.
#[utoipa::path(
    tag = "Cases",
    security(("bearer" = ["casework:write"])),
    params(("id" = CaseId, Path)),
    request_body = PauseCase,
    responses((status = 200, description = "The paused case", body = CaseView)),
)]
#[post("/cases/{id}/pause")]
async fn pause_case(
    call: StepCommand<WorkOnCases, PauseCase>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = viewer(&call)?;
    call.run(About::Case(*id), async |write, body| {
        Ok(done(&write.pause_case(*id, body).await?, &viewer))
    })
    .await
}

/// Resume a case
#[utoipa::path(
    tag = "Cases",
    security(("bearer" = ["casework:write"])),
    params(("id" = CaseId, Path)),
    request_body = ResumeCase,
    responses((status = 200, description = "The active case", body = CaseView)),
)]
#[post("/cases/{id}/resumption")]
async fn resume_case(
    call: StepCommand<WorkOnCases, ResumeCase>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = viewer(&call)?;
    call.run(About::Case(*id), async |write, body| {
        Ok(done(&write.resume_case(*id, body.comment).await?, &viewer))
    })
    .await
}

/// Propose to close a case
///
/// With its checklist confirmed. A workflow lead who neither proposed it nor manages the case
/// approves or returns it.
#[utoipa::path(
    tag = "Cases",
    security(("bearer" = ["closures:propose"])),
    params(("id" = CaseId, Path)),
    request_body = ProposeClosure,
    responses((status = 200, description = "The case with the proposal", body = CaseView)),
)]
#[post("/cases/{id}/closure")]
async fn propose_closure(
    call: StepCommand<ProposeClosures, ProposeClosure>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = viewer(&call)?;
    call.run(About::Case(*id), async |write, body| {
        Ok(done(&write.propose_closure(*id, body).await?, &viewer))
    })
    .await
}

/// Approve the closure of a case
#[utoipa::path(
    tag = "Cases",
    security(("bearer" = ["closures:decide"])),
    params(("id" = CaseId, Path)),
    request_body = ApproveClosure,
    responses((status = 200, description = "The closed case", body = CaseView)),
)]
#[post("/cases/{id}/closure-approval")]
async fn approve_closure(
    call: StepCommand<DecideClosures, ApproveClosure>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = viewer(&call)?;
    call.run(About::Case(*id), async |write, ApproveClosure {}| {
        Ok(done(&write.approve_closure(*id).await?, &viewer))
    })
    .await
}

/// Return the closure of a case
///
/// To the case's people, with what is missing.
#[utoipa::path(
    tag = "Cases",
    security(("bearer" = ["closures:decide"])),
    params(("id" = CaseId, Path)),
    request_body = ReturnClosure,
    responses((status = 200, description = "The open case", body = CaseView)),
)]
#[post("/cases/{id}/closure-return")]
async fn return_closure(
    call: StepCommand<DecideClosures, ReturnClosure>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = viewer(&call)?;
    call.run(About::Case(*id), async |write, body| {
        Ok(done(&write.return_closure(*id, body.comment).await?, &viewer))
    })
    .await
}

/// Reopen a case
///
/// Within 20 business days of its closure it is the same case; later a new referral is needed.
#[utoipa::path(
    tag = "Cases",
    security(("bearer" = ["closures:decide"])),
    params(("id" = CaseId, Path)),
    request_body = ReopenCase,
    responses((status = 200, description = "The open case", body = CaseView)),
)]
#[post("/cases/{id}/reopening")]
async fn reopen_case(
    call: StepCommand<DecideClosures, ReopenCase>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = viewer(&call)?;
    call.run(About::Case(*id), async |write, body| {
        Ok(done(&write.reopen_case(*id, body.reason).await?, &viewer))
    })
    .await
}

/// Replace a case's primary contact
///
/// The one person of the school who follows the case.
#[utoipa::path(
    tag = "Cases",
    security(("bearer" = ["primary-contacts:replace"])),
    params(("id" = CaseId, Path)),
    request_body = ReplacePrimaryContact,
    responses((status = 200, description = "The case", body = CaseView)),
)]
#[post("/cases/{id}/primary-contact")]
async fn replace_primary_contact(
    call: StepCommand<ReplacePrimaryContacts, ReplacePrimaryContact>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = viewer(&call)?;
    call.run(About::Case(*id), async |write, body| {
        let file = write.replace_primary_contact(*id, body.primary_contact_id).await?;
        Ok(done(&file, &viewer))
    })
    .await
}

/// Who looks at the case as it is after the step.
fn viewer<P, B>(call: &StepCommand<P, B>) -> Result<CaseViewer, Refusal> {
    CaseViewer::of(call.request(), call.grant(), call.now())
}

fn done(file: &CaseFile, viewer: &CaseViewer) -> Answer {
    let scopes = file.recent.iter().filter_map(|row| row.entry.kind.own_scope());
    let scopes: BTreeSet<Action> = scopes.collect();
    answer::done(file.whole.row.case.version, &CaseView::of(file, viewer))
        .showing(scopes.into_iter().map(Shown::ReadBy))
}
