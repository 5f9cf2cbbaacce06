//! Versions that were submitted, and figures.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::ids::{RegisterEntryId, UserId};
use ascms_domain::submissions::{CountedFigures, FrozenVersion, Submission, SubmissionOutcome};
use ascms_persistence::rows::{submission_decision, submission_version};
use ascms_persistence::submissions::SubmissionVersion;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::{May, ReadSubmissions};
use crate::incoming::Path;
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::{AppState, answer};

/// A version that was submitted, without its content.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SubmissionVersionSummary {
    /// Number of the version; the first is 1.
    #[schema(minimum = 1)]
    number: i32,
    /// SHA-256 of the version as it was frozen, in hexadecimal.
    #[schema(max_length = 64, pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    /// When it was submitted.
    submitted_at: DateTime<Utc>,
    /// The user who submitted it.
    submitted_by: UserId,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    submitted_by_name: Option<String>,
    /// The Ministry's decision; null while there is none.
    decision: Option<SubmissionDecisionView>,
}

/// A version that was submitted: it never changes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SubmissionVersionView {
    /// Number of the version; the first is 1.
    #[schema(minimum = 1)]
    number: i32,
    /// SHA-256 in hexadecimal, over the JSON of `number`, `templateId`, `content` and `figures`, without space and with
    /// members in the order of their names.
    #[schema(max_length = 64, pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    /// When it was submitted.
    submitted_at: DateTime<Utc>,
    /// The user who submitted it.
    submitted_by: UserId,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    submitted_by_name: Option<String>,
    /// The Ministry's decision; null while there is none.
    decision: Option<SubmissionDecisionView>,
    /// The template that it answers.
    template_id: RegisterEntryId,
    /// The content as it was submitted.
    content: Submission,
    /// The figures as they were counted then.
    figures: CountedFigures,
}

/// The Ministry's decision on a version.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SubmissionDecisionView {
    /// The decision.
    outcome: SubmissionOutcome,
    /// The changes that were asked for; null of an accepted version.
    #[schema(max_length = 4000)]
    comment: Option<String>,
    /// When it was made.
    decided_at: DateTime<Utc>,
    /// The user of the Ministry who made it.
    decided_by: UserId,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    decided_by_name: Option<String>,
}

impl SubmissionVersionSummary {
    fn of(version: SubmissionVersion) -> Self {
        let view = SubmissionVersionView::of(version);
        Self {
            number: view.number,
            sha256: view.sha256,
            submitted_at: view.submitted_at,
            submitted_by: view.submitted_by,
            submitted_by_name: view.submitted_by_name,
            decision: view.decision,
        }
    }
}

impl SubmissionVersionView {
    fn of(version: SubmissionVersion) -> Self {
        let SubmissionVersion { row, frozen, submitted_by_name, decision, decided_by_name } =
            version;
        let submission_version::Model {
            entry_id: _,
            number,
            // In today's form.
            frozen: _,
            form: _,
            sha256,
            submitted_at,
            submitted_by,
        } = row;
        let FrozenVersion { number: _, template_id, content, figures } = frozen;
        let decision = decision.map(|row| SubmissionDecisionView::of(row, decided_by_name));
        Self {
            number,
            sha256,
            submitted_at,
            submitted_by,
            submitted_by_name,
            decision,
            template_id,
            content,
            figures,
        }
    }
}

impl SubmissionDecisionView {
    fn of(row: submission_decision::Model, decided_by_name: Option<String>) -> Self {
        let submission_decision::Model {
            entry_id: _,
            number: _,
            outcome,
            comment,
            decided_at,
            decided_by,
        } = row;
        Self { outcome, comment, decided_at, decided_by, decided_by_name }
    }
}

/// List the versions of a submission
///
/// The newest first: one for each time that it was submitted.
#[utoipa::path(
    tag = "Submissions",
    security(("bearer" = ["submissions:read"])),
    params(("id" = RegisterEntryId, Path), PageOptions),
    responses((status = 200, description = "A page of versions", body = List<SubmissionVersionSummary>)),
)]
#[get("/submissions/{id}/versions")]
pub(super) async fn list_submission_versions(
    list: Listing<ReadSubmissions>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    let store = list.store();
    let read = async |page| store.submission_versions(list.grant(), *id, page, list.now()).await;
    list.page(read, SubmissionVersionSummary::of).await
}

/// Read a version of a submission
///
/// As it was submitted, with the figures of then.
#[utoipa::path(
    tag = "Submissions",
    security(("bearer" = ["submissions:read"])),
    params(
        ("id" = RegisterEntryId, Path),
        ("number" = i32, Path, example = 1, description = "Number of the version; the first is 1.", minimum = 1),
    ),
    responses((status = 200, description = "The version", body = SubmissionVersionView)),
)]
#[get("/submissions/{id}/versions/{number}")]
pub(super) async fn get_submission_version(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadSubmissions>,
    place: Path<(RegisterEntryId, i32)>,
) -> Result<HttpResponse, Refusal> {
    let version = app.store().submission_version(&grant, *place, app.now(&req)?).await?;
    let view = SubmissionVersionView::of(version);
    Ok(answer::shown(&req, view.number, &view))
}

/// Read the figures of a submission
///
/// As they are now, for its contract and its period. In a report on a term, contact is counted of the referrals of
/// that term, enrolment of the term before, and improved attendance of the one before that.
#[utoipa::path(
    tag = "Submissions",
    security(("bearer" = ["submissions:read"])),
    params(("id" = RegisterEntryId, Path)),
    responses((status = 200, description = "The figures", body = CountedFigures)),
)]
#[get("/submissions/{id}/figures")]
pub(super) async fn get_submission_figures(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadSubmissions>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    let figures = app.store().submission_figures(&grant, *id, app.now(&req)?).await?;
    Ok(answer::shown(&req, 1, &figures))
}
