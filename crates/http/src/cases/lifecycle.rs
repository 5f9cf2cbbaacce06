//! What is done with a case as a whole: given to somebody, paused, closed, opened again.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use ascms_domain::access::Grant;
use ascms_domain::cases::{CaseError, Checklist, ClosurePathway};
use ascms_domain::ids::{CaseId, UserId};
use ascms_domain::text::{Code as ReasonCode, Words};
use ascms_persistence::Call;
use ascms_persistence::cases::CaseFile;
use ascms_persistence::cases::lifecycle::{ClosureProposal, PathwayError, Pause, StepError};
use ascms_persistence::idempotency::{Answer, IdempotencyKey};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use super::views::{CaseView, Viewer};
use crate::auth::{
    AssignCases, DecideClosures, May, ProposeClosures, ReplacePrimaryContacts, WorkOnCases,
};
use crate::incoming::{Body, Path};
use crate::problem::{Code, Fault, Refusal};
use crate::{AppState, answer};

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

/// Why a case rests, and when it is looked at again.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PauseCase {
    /// Code of the set `case-pause-reasons`.
    reason_code: ReasonCode,
    /// A day after today.
    review_by: NaiveDate,
    words: Option<Words>,
}

/// That a paused case is taken up again.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ResumeCase {
    words: Option<Words>,
}

/// Why a case may be closed, and what is confirmed.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ProposeClosure {
    /// Code of the set `case-closure-reasons`.
    reason_code: ReasonCode,
    /// What the case came to.
    outcome: Words,
    checklist: Checklist,
    /// The alternative education pathway that the student is on; needed where that is the reason. It
    /// counts as enrolled from its first day on.
    pathway: Option<ClosurePathway>,
}

/// That a proposed closure is right. There is nothing more to say.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ApproveClosure {}

/// What is missing before the case can be closed.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReturnClosure {
    words: Words,
}

/// Why a closed case is opened again.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReopenCase {
    reason: Words,
}

/// Who follows the case at the school.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReplacePrimaryContact {
    /// Somebody of the school where the student is enrolled.
    primary_contact_id: UserId,
}

/// What every step of a case's life brings along.
struct Stepping {
    now: DateTime<Utc>,
    key: Option<IdempotencyKey>,
    viewer: Viewer,
}

impl Stepping {
    fn new(
        req: &HttpRequest,
        app: &AppState,
        grant: &Grant,
        digest: &str,
    ) -> Result<Self, Refusal> {
        let now = app.now(req)?;
        let key = answer::idempotency_key(req, grant, digest)?;
        Ok(Self { now, key, viewer: Viewer::of(req, grant, now)? })
    }

    fn call<'a>(&'a self, grant: &'a Grant) -> Call<'a> {
        Call { grant, now: self.now, key: self.key.as_ref(), dry_run: false }
    }

    fn render(&self) -> impl FnOnce(&CaseFile) -> Answer {
        |file| answer::done(file.whole.row.case.version, &CaseView::of(file, &self.viewer))
    }
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
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<AssignCases>,
    id: Path<CaseId>,
    body: Body<AssignCase>,
) -> Result<HttpResponse, Refusal> {
    let step = Stepping::new(&req, &app, &grant, body.digest())?;
    let to = body.case_manager_id;
    let answer = app.store().assign_case(&step.call(&grant), *id, to, step.render()).await?;
    Ok(answer::reply(answer, false))
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
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<WorkOnCases>,
    id: Path<CaseId>,
    body: Body<PauseCase>,
) -> Result<HttpResponse, Refusal> {
    let step = Stepping::new(&req, &app, &grant, body.digest())?;
    let PauseCase { reason_code: reason, review_by, words } = body.into_inner();
    let pause = Pause { reason, review_by, words };
    let answer = app.store().pause_case(&step.call(&grant), *id, pause, step.render()).await?;
    Ok(answer::reply(answer, false))
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
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<WorkOnCases>,
    id: Path<CaseId>,
    body: Body<ResumeCase>,
) -> Result<HttpResponse, Refusal> {
    let step = Stepping::new(&req, &app, &grant, body.digest())?;
    let ResumeCase { words } = body.into_inner();
    let answer = app.store().resume_case(&step.call(&grant), *id, words, step.render()).await?;
    Ok(answer::reply(answer, false))
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
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ProposeClosures>,
    id: Path<CaseId>,
    body: Body<ProposeClosure>,
) -> Result<HttpResponse, Refusal> {
    let step = Stepping::new(&req, &app, &grant, body.digest())?;
    let ProposeClosure { reason_code: reason, outcome, checklist, pathway } = body.into_inner();
    let proposal = ClosureProposal { reason, outcome, checklist, pathway };
    let answer =
        app.store().propose_closure(&step.call(&grant), *id, proposal, step.render()).await?;
    Ok(answer::reply(answer, false))
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
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<DecideClosures>,
    id: Path<CaseId>,
    body: Body<ApproveClosure>,
) -> Result<HttpResponse, Refusal> {
    let step = Stepping::new(&req, &app, &grant, body.digest())?;
    let answer = app.store().approve_closure(&step.call(&grant), *id, step.render()).await?;
    Ok(answer::reply(answer, false))
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
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<DecideClosures>,
    id: Path<CaseId>,
    body: Body<ReturnClosure>,
) -> Result<HttpResponse, Refusal> {
    let step = Stepping::new(&req, &app, &grant, body.digest())?;
    let ReturnClosure { words } = body.into_inner();
    let answer = app.store().return_closure(&step.call(&grant), *id, words, step.render()).await?;
    Ok(answer::reply(answer, false))
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
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<DecideClosures>,
    id: Path<CaseId>,
    body: Body<ReopenCase>,
) -> Result<HttpResponse, Refusal> {
    let step = Stepping::new(&req, &app, &grant, body.digest())?;
    let ReopenCase { reason } = body.into_inner();
    let answer = app.store().reopen_case(&step.call(&grant), *id, reason, step.render()).await?;
    Ok(answer::reply(answer, false))
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
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReplacePrimaryContacts>,
    id: Path<CaseId>,
    body: Body<ReplacePrimaryContact>,
) -> Result<HttpResponse, Refusal> {
    let step = Stepping::new(&req, &app, &grant, body.digest())?;
    let (call, to) = (step.call(&grant), body.primary_contact_id);
    let answer = app.store().replace_primary_contact(&call, *id, to, step.render()).await?;
    Ok(answer::reply(answer, false))
}

/// The code of a rule's refusal, in the answer to a call and in `allowedActions` alike.
pub(crate) fn code_of(err: CaseError) -> Code {
    match err {
        CaseError::Closed => Code::CaseClosed,
        CaseError::Unassigned => Code::CaseUnassigned,
        CaseError::AlreadyPaused => Code::AlreadyPaused,
        CaseError::NotPaused => Code::NotPaused,
        CaseError::ReviewNotAhead => Code::InvalidBody,
        CaseError::ClosureAlreadyProposed => Code::ClosureAlreadyProposed,
        CaseError::NoClosureProposed => Code::NoClosureProposed,
        CaseError::OwnClosure => Code::OwnClosure,
        CaseError::OpenTasks => Code::OpenTasks,
        CaseError::UnexplainedBarrier => Code::UnexplainedBarriers,
        CaseError::TransferAlreadyRequested => Code::TransferAlreadyRequested,
        CaseError::NotClosed => Code::CaseNotClosed,
        CaseError::ReopeningTooLate => Code::ReopeningTooLate,
        CaseError::AnotherCaseOpen => Code::AnotherCaseOpen,
        CaseError::AssigneeNotHere => Code::AssigneeNotHere,
        CaseError::AssigneeDisabled => Code::AssigneeDisabled,
        CaseError::AssigneeUntrained => Code::AssigneeUntrained,
        CaseError::AlreadyAssigned => Code::AlreadyAssigned,
    }
}

impl From<CaseError> for Refusal {
    fn from(err: CaseError) -> Self {
        let detail = err.to_string();
        if err == CaseError::ReviewNotAhead {
            return Self::invalid(Fault::at("/reviewBy", "too_early", detail));
        }
        Self::new(code_of(err), detail)
    }
}

impl From<StepError> for Refusal {
    fn from(err: StepError) -> Self {
        let detail = err.to_string();
        match err {
            StepError::Rule(err) => err.into(),
            StepError::UnknownPerson => {
                Self::invalid(Fault::at("/caseManagerId", "unknown", detail))
            }
            StepError::ContactNotAtSchool => Self::new(Code::ContactNotAtSchool, detail),
            StepError::UnknownReason(set) => Self::invalid(Fault::unknown_code("/reasonCode", set)),
            StepError::Pathway(err) => {
                let (place, code) = match err {
                    PathwayError::Missing => ("/pathway", "required"),
                    PathwayError::Unknown(set) => {
                        return Self::invalid(Fault::unknown_code("/pathway/kind", set));
                    }
                    PathwayError::TooFarAhead => ("/pathway/firstDay", "too_far_ahead"),
                    PathwayError::BeforeReferral => ("/pathway/firstDay", "before_referral"),
                };
                Self::invalid(Fault::at(place, code, detail))
            }
            StepError::Unconfirmed(points) => {
                let fault = |point| Fault::at(point, "unconfirmed", "is to be confirmed first");
                let faults = points.into_iter().map(fault).collect();
                Self::faulty(Code::ChecklistUnconfirmed, faults)
            }
        }
    }
}
