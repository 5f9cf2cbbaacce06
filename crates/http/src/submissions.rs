//! `/v1/submissions`: plans, reports and confirmations of providers, on templates of the Ministry.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use ascms_domain::ids::{ContractId, RegisterEntryId};
use ascms_domain::registers::{ContentPatch, RegisterKind};
use ascms_domain::submissions::{BeginSubmission, ReturnSubmission, Submission, SubmissionStatus};
use ascms_domain::templates::SubmissionKind;
use ascms_persistence::About;
use ascms_persistence::submissions::SubmissionFilter;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::allowed::Viewer;
use crate::auth::{DecideSubmissions, May, ReadSubmissions, WriteSubmissions};
use crate::command::{Amendment, BodilessCommand, Command, StepCommand};
use crate::incoming::{Path, WriteOptions};
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

mod attachments;
mod progress;
mod versions;
mod views;

use views::SubmissionView;

type UpdateSubmission = ContentPatch<Submission>;

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_submissions)
        .service(get_submission)
        .service(begin_submission)
        .service(update_submission)
        .service(submit_submission)
        .service(return_submission)
        .service(accept_submission)
        .service(vary_submission)
        .service(versions::get_submission_figures)
        .service(versions::list_submission_versions)
        .service(versions::get_submission_version)
        .service(progress::list_milestone_progress)
        .service(progress::record_milestone_progress)
        .service(attachments::upload_submission_document)
        .service(attachments::download_submission_document);
}

fn about(id: RegisterEntryId) -> About {
    About::Entry(RegisterKind::Submission, id)
}

#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListSubmissions {
    /// Only submissions of this kind.
    kind: Option<SubmissionKind>,
    /// Only submissions that stand like this.
    status: Option<SubmissionStatus>,
    /// Only submissions for this contract.
    contract_id: Option<ContractId>,
    /// Only submissions about this contract year.
    #[param(minimum = 2020, maximum = 2100)]
    contract_year: Option<i32>,
}

/// List submissions
///
/// The newest first. A provider reads its own. The Ministry reads those that were submitted at least once.
#[utoipa::path(
    tag = "Submissions",
    security(("bearer" = ["submissions:read"])),
    params(ListSubmissions, PageOptions),
    responses((status = 200, description = "A page of submissions", body = List<SubmissionView>)),
)]
#[get("/submissions")]
async fn list_submissions(
    list: Listing<ReadSubmissions, ListSubmissions>,
) -> Result<HttpResponse, Refusal> {
    let ListSubmissions { kind, status, contract_id, contract_year } = *list.filter();
    let filter = SubmissionFilter { kind, status, contract: contract_id, contract_year };
    let store = list.store();
    let read = async |page| store.submissions(list.grant(), filter, page, list.now()).await;
    let viewer = Viewer::of(list.request(), list.grant())?;
    list.page(read, |row| SubmissionView::of(row, &viewer)).await
}

/// Read a submission
///
/// `content` is the present one. Versions that were submitted are read by themselves.
#[utoipa::path(
    tag = "Submissions",
    security(("bearer" = ["submissions:read"])),
    params(("id" = RegisterEntryId, Path)),
    responses((status = 200, description = "The submission", body = SubmissionView)),
)]
#[get("/submissions/{id}")]
async fn get_submission(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadSubmissions>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    let row = app.store().submission(&grant, *id, app.now(&req)?).await?;
    let view = SubmissionView::of(row, &Viewer::of(&req, &grant)?);
    Ok(answer::shown(&req, view.version(), &view))
}

/// Begin a submission
///
/// A draft without content, which the provider alone sees. It keeps the template that it was begun on. There is
/// one of a kind for a contract and a year, or a term.
#[utoipa::path(
    tag = "Submissions",
    security(("bearer" = ["submissions:write"])),
    params(WriteOptions),
    request_body = BeginSubmission,
    responses(
        (status = 201, description = "The draft", body = SubmissionView),
        (status = 200, description = "It was only validated", body = SubmissionView),
    ),
)]
#[post("/submissions")]
async fn begin_submission(
    call: Command<WriteSubmissions, BeginSubmission>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(About::EntryMade(RegisterKind::Submission), async |write, body| {
        let view = SubmissionView::of(write.begin_submission(body).await?, &viewer);
        Ok(answer::created(format!("/v1/submissions/{}", view.id()), view.version(), &view))
    })
    .await
}

/// Change a submission
///
/// As long as it is a draft, or was returned. A list replaces the whole list. Nothing has to be complete, but what is
/// there has to fit the template.
#[utoipa::path(
    tag = "Submissions",
    security(("bearer" = ["submissions:write"])),
    params(("id" = RegisterEntryId, Path)),
    request_body(content = UpdateSubmission, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The submission as changed", body = SubmissionView)),
)]
#[patch("/submissions/{id}")]
async fn update_submission(
    call: Amendment<WriteSubmissions, UpdateSubmission>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(about(*id), async |write, edit, _| {
        Ok(SubmissionView::done(write.change_submission(*id, &edit).await?, &viewer))
    })
    .await
}

/// Submit a submission
///
/// The content and the figures are frozen as a new version, and the obligation is done. Being late is counted from
/// the first time. Answers `figures_pending` in `warnings` where some figures are not final.
#[utoipa::path(
    tag = "Submissions",
    security(("bearer" = ["submissions:write"])),
    params(("id" = RegisterEntryId, Path)),
    responses((status = 200, description = "The submitted submission", body = SubmissionView)),
)]
#[post("/submissions/{id}/submission")]
async fn submit_submission(
    call: BodilessCommand<WriteSubmissions>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    // Counted before the transaction, which would hold its locks for so long.
    let now = call.app().now(call.request())?;
    let figures = call.app().store().count_figures(call.grant(), *id, now).await?;
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(about(*id), async |write| {
        Ok(SubmissionView::done(write.submit_submission(*id, figures).await?, &viewer))
    })
    .await
}

/// Return a submission
///
/// The provider changes it and submits it again within 10 business days.
#[utoipa::path(
    tag = "Submissions",
    security(("bearer" = ["submissions:decide"])),
    params(("id" = RegisterEntryId, Path)),
    request_body = ReturnSubmission,
    responses((status = 200, description = "The returned submission", body = SubmissionView)),
)]
#[post("/submissions/{id}/return")]
async fn return_submission(
    call: StepCommand<DecideSubmissions, ReturnSubmission>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(about(*id), async |write, body| {
        Ok(SubmissionView::done(write.return_submission(*id, body.comment).await?, &viewer))
    })
    .await
}

/// Accept a submission
///
/// The last version is in force.
#[utoipa::path(
    tag = "Submissions",
    security(("bearer" = ["submissions:decide"])),
    params(("id" = RegisterEntryId, Path)),
    responses((status = 200, description = "The accepted submission", body = SubmissionView)),
)]
#[post("/submissions/{id}/acceptance")]
async fn accept_submission(
    call: BodilessCommand<DecideSubmissions>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(about(*id), async |write| {
        Ok(SubmissionView::done(write.accept_submission(*id).await?, &viewer))
    })
    .await
}

/// Vary an accepted plan
///
/// It is a draft again, to be changed and submitted. The accepted version stays in force until another one is accepted.
#[utoipa::path(
    tag = "Submissions",
    security(("bearer" = ["submissions:write"])),
    params(("id" = RegisterEntryId, Path)),
    responses((status = 200, description = "The plan as a draft", body = SubmissionView)),
)]
#[post("/submissions/{id}/variation")]
async fn vary_submission(
    call: BodilessCommand<WriteSubmissions>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(about(*id), async |write| {
        Ok(SubmissionView::done(write.vary_submission(*id).await?, &viewer))
    })
    .await
}
