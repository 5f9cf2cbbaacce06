//! What people record on a case: notes, comments, referrals to agencies, disclosures.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use ascms_domain::access::Grant;
use ascms_domain::cases::CaseAction;
use ascms_domain::ids::{CaseId, EntryId};
use ascms_domain::text::{Line, Words};
use ascms_domain::timeline::{Consent, Details, EntryError, Visibility};
use ascms_persistence::Call;
use ascms_persistence::timeline::{EntryRow, RecordError, Recording};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use super::EntryView;
use crate::auth::{CommentOnCases, May, WorkOnCases};
use crate::incoming::{Body, Params, Path, WriteOptions};
use crate::problem::{Code, Fault, Refusal};
use crate::{AppState, answer};

pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(add_note).service(add_comment).service(add_agency_referral).service(add_disclosure);
}

/// A note, as it is written.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AddNote {
    /// When it happened: not in the future, not before the referral.
    occurred_at: DateTime<Utc>,
    visibility: Visibility,
    /// The entry of the same kind that this one puts right.
    corrects: Option<EntryId>,
    words: Words,
}

/// A comment for the provider and the school.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AddComment {
    /// When it happened: not in the future, not before the referral.
    occurred_at: DateTime<Utc>,
    /// The entry of the same kind that this one puts right.
    corrects: Option<EntryId>,
    words: Words,
}

/// That the student was referred to another agency.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AddAgencyReferral {
    /// When it happened: not in the future, not before the referral.
    occurred_at: DateTime<Utc>,
    visibility: Visibility,
    /// The entry of the same kind that this one puts right.
    corrects: Option<EntryId>,
    agency: Line,
    purpose: Words,
    consent: Consent,
    /// What came of it, once that is known: recorded by a correction.
    outcome: Option<Words>,
}

/// That something of the case was told outside the service. Only the provider sees it.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AddDisclosure {
    /// When it happened: not in the future, not before the referral.
    occurred_at: DateTime<Utc>,
    /// The entry of the same kind that this one puts right.
    corrects: Option<EntryId>,
    /// To whom, for example Oranga Tamariki or Police.
    recipient: Line,
    /// The law that allows it.
    legal_basis: Line,
    /// What was told.
    what: Words,
    student_consulted: bool,
}

/// What is recorded, where and how.
pub(super) struct Asked<'a> {
    pub case_id: CaseId,
    pub options: &'a WriteOptions,
    pub digest: &'a str,
    pub recording: Recording,
}

pub(super) async fn record(
    req: &HttpRequest,
    app: &AppState,
    grant: &Grant,
    asked: Asked<'_>,
) -> Result<HttpResponse, Refusal> {
    let Asked { case_id, options, digest, recording } = asked;
    let key = answer::idempotency_key(req, grant, digest)?;
    let dry_run = options.validate_only.unwrap_or(false);
    let call = Call { grant, now: app.now(req)?, key: key.as_ref(), dry_run };
    let render = |row: &EntryRow| {
        let place = format!("/v1/cases/{case_id}/timeline/{}", row.entry.id);
        answer::created(place, 1, &EntryView::of(row))
    };
    let answer = app.store().record_entry(&call, case_id, recording, render).await?;
    Ok(answer::reply(answer, dry_run))
}

/// Record a note
///
/// Shared with the school, or private to the provider.
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["casework:write"])),
    params(("id" = CaseId, Path), WriteOptions),
    request_body = AddNote,
    responses(
        (status = 201, description = "Recorded", body = EntryView),
        (status = 200, description = "Only checked: `validateOnly`", body = EntryView),
    ),
)]
#[post("/cases/{id}/notes")]
async fn add_note(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<WorkOnCases>,
    id: Path<CaseId>,
    options: Params<WriteOptions>,
    body: Body<AddNote>,
) -> Result<HttpResponse, Refusal> {
    let digest = body.digest().to_owned();
    let AddNote { occurred_at, visibility, corrects, words } = body.into_inner();
    let recording = Recording {
        action: CaseAction::AddNote,
        visibility,
        occurred_at,
        details: Details::Note { words },
        corrects,
    };
    let asked = Asked { case_id: *id, options: &options.0, digest: &digest, recording };
    record(&req, &app, &grant, asked).await
}

/// Record a comment
///
/// By the provider's people or the school's; both see it.
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["comments:write"])),
    params(("id" = CaseId, Path), WriteOptions),
    request_body = AddComment,
    responses(
        (status = 201, description = "Recorded", body = EntryView),
        (status = 200, description = "Only checked: `validateOnly`", body = EntryView),
    ),
)]
#[post("/cases/{id}/comments")]
async fn add_comment(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<CommentOnCases>,
    id: Path<CaseId>,
    options: Params<WriteOptions>,
    body: Body<AddComment>,
) -> Result<HttpResponse, Refusal> {
    let digest = body.digest().to_owned();
    let AddComment { occurred_at, corrects, words } = body.into_inner();
    let recording = Recording {
        action: CaseAction::AddComment,
        visibility: Visibility::Shared,
        occurred_at,
        details: Details::Comment { words },
        corrects,
    };
    let asked = Asked { case_id: *id, options: &options.0, digest: &digest, recording };
    record(&req, &app, &grant, asked).await
}

/// Record a referral to an agency
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["casework:write"])),
    params(("id" = CaseId, Path), WriteOptions),
    request_body = AddAgencyReferral,
    responses(
        (status = 201, description = "Recorded", body = EntryView),
        (status = 200, description = "Only checked: `validateOnly`", body = EntryView),
    ),
)]
#[post("/cases/{id}/agency-referrals")]
async fn add_agency_referral(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<WorkOnCases>,
    id: Path<CaseId>,
    options: Params<WriteOptions>,
    body: Body<AddAgencyReferral>,
) -> Result<HttpResponse, Refusal> {
    let digest = body.digest().to_owned();
    let AddAgencyReferral { occurred_at, visibility, corrects, agency, purpose, consent, outcome } =
        body.into_inner();
    let recording = Recording {
        action: CaseAction::AddAgencyReferral,
        visibility,
        occurred_at,
        details: Details::AgencyReferral { agency, purpose, consent, outcome },
        corrects,
    };
    let asked = Asked { case_id: *id, options: &options.0, digest: &digest, recording };
    record(&req, &app, &grant, asked).await
}

/// Record a disclosure
///
/// What was told outside the service, to whom, and by which law.
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["casework:write"])),
    params(("id" = CaseId, Path), WriteOptions),
    request_body = AddDisclosure,
    responses(
        (status = 201, description = "Recorded", body = EntryView),
        (status = 200, description = "Only checked: `validateOnly`", body = EntryView),
    ),
)]
#[post("/cases/{id}/disclosures")]
async fn add_disclosure(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<WorkOnCases>,
    id: Path<CaseId>,
    options: Params<WriteOptions>,
    body: Body<AddDisclosure>,
) -> Result<HttpResponse, Refusal> {
    let digest = body.digest().to_owned();
    let AddDisclosure { occurred_at, corrects, recipient, legal_basis, what, student_consulted } =
        body.into_inner();
    let recording = Recording {
        action: CaseAction::AddDisclosure,
        visibility: Visibility::Private,
        occurred_at,
        details: Details::Disclosure { recipient, legal_basis, what, student_consulted },
        corrects,
    };
    let asked = Asked { case_id: *id, options: &options.0, digest: &digest, recording };
    record(&req, &app, &grant, asked).await
}

impl From<RecordError> for Refusal {
    fn from(err: RecordError) -> Self {
        let detail = err.to_string();
        match err {
            RecordError::Case(err) => err.into(),
            RecordError::UnknownEntry => Self::invalid(Fault::at("/corrects", "unknown", detail)),
            RecordError::Entry(err) => err.into(),
        }
    }
}

impl From<EntryError> for Refusal {
    fn from(err: EntryError) -> Self {
        let detail = err.to_string();
        let code = match err {
            EntryError::OtherKind => {
                return Self::invalid(Fault::at("/corrects", "other_kind", detail));
            }
            EntryError::InTheFuture => Code::OccurredInFuture,
            EntryError::BeforeReferral => Code::OccurredBeforeReferral,
            EntryError::AlreadyCorrected => Code::AlreadyCorrected,
            EntryError::NotTheAuthor => Code::NotTheAuthor,
        };
        Self::new(code, detail)
    }
}
