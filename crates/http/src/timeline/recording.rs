//! What people record on a case: notes, comments, referrals to agencies, disclosures.

use actix_web::{HttpResponse, post};
use ascms_domain::cases::CaseAction;
use ascms_domain::ids::{CaseId, EntryId};
use ascms_domain::text::{Line, LongText};
use ascms_domain::timeline::{Consent, Details, EntryError, Visibility};
use ascms_persistence::About;
use ascms_persistence::idempotency::Answer;
use ascms_persistence::timeline::{EntryRow, RecordError, Recording};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use crate::answer;
use crate::auth::{CommentOnCases, WorkOnCases};
use crate::command::Command;
use crate::incoming::{Path, WriteOptions};
use crate::problem::{Code, Fault, Refusal};
use crate::timeline::view::EntryView;

pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(add_note).service(add_comment).service(add_agency_referral).service(add_disclosure);
}

/// A note, as it is written.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AddNote {
    /// The time that the note is about: not in the future, not before the referral.
    occurred_at: DateTime<Utc>,
    /// Whether the school sees the note (`shared`) or the provider alone (`private`).
    visibility: Visibility,
    /// The note that this one corrects.
    corrects: Option<EntryId>,
    /// Text of the note. Personal data.
    words: LongText,
}

/// A comment for the provider and the school.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AddComment {
    /// The time that the comment is about: not in the future, not before the referral.
    occurred_at: DateTime<Utc>,
    /// The comment that this one corrects.
    corrects: Option<EntryId>,
    /// Text of the comment. Personal data.
    words: LongText,
}

/// That the student was referred to another agency.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AddAgencyReferral {
    /// When the student was referred to the agency: not in the future, not before the referral to
    /// the service.
    occurred_at: DateTime<Utc>,
    /// Whether the school sees the entry (`shared`) or the provider alone (`private`).
    visibility: Visibility,
    /// The agency referral that this one corrects.
    corrects: Option<EntryId>,
    /// Name of the agency. Personal data.
    agency: Line,
    /// Why the student was referred to the agency. Personal data.
    purpose: LongText,
    /// Whether the student or the whānau agreed.
    consent: Consent,
    /// The result, once it is known; a correction adds it. Personal data.
    outcome: Option<LongText>,
}

/// That something of the case was told outside the service. Only the provider sees it.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AddDisclosure {
    /// When the information was disclosed: not in the future, not before the referral.
    occurred_at: DateTime<Utc>,
    /// The disclosure that this one corrects.
    corrects: Option<EntryId>,
    /// The recipient, for example Oranga Tamariki or Police. Personal data.
    recipient: Line,
    /// The law that allows the disclosure.
    legal_basis: Line,
    /// The information that was disclosed. Personal data.
    what: LongText,
    /// Whether the student was asked first.
    student_consulted: bool,
}

impl From<AddNote> for Recording {
    fn from(body: AddNote) -> Self {
        let AddNote { occurred_at, visibility, corrects, words } = body;
        let details = Details::Note { words };
        Self { action: CaseAction::AddNote, visibility, occurred_at, details, corrects }
    }
}

impl From<AddComment> for Recording {
    fn from(body: AddComment) -> Self {
        let AddComment { occurred_at, corrects, words } = body;
        let (visibility, details) = (Visibility::Shared, Details::Comment { words });
        Self { action: CaseAction::AddComment, visibility, occurred_at, details, corrects }
    }
}

impl From<AddAgencyReferral> for Recording {
    fn from(body: AddAgencyReferral) -> Self {
        let AddAgencyReferral {
            occurred_at,
            visibility,
            corrects,
            agency,
            purpose,
            consent,
            outcome,
        } = body;
        let details = Details::AgencyReferral { agency, purpose, consent, outcome };
        Self { action: CaseAction::AddAgencyReferral, visibility, occurred_at, details, corrects }
    }
}

impl From<AddDisclosure> for Recording {
    fn from(body: AddDisclosure) -> Self {
        let AddDisclosure {
            occurred_at,
            corrects,
            recipient,
            legal_basis,
            what,
            student_consulted,
        } = body;
        let details = Details::Disclosure { recipient, legal_basis, what, student_consulted };
        let visibility = Visibility::Private;
        Self { action: CaseAction::AddDisclosure, visibility, occurred_at, details, corrects }
    }
}

/// Records on a case what the body says.
pub(super) async fn record<P, B: Into<Recording>>(
    call: Command<P, B>,
    case_id: CaseId,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Case(case_id), async |write, body| {
        Ok(recorded(&write.record_entry(case_id, body.into()).await?))
    })
    .await
}

/// The answer to a call that recorded an entry.
pub(super) fn recorded(row: &EntryRow) -> Answer {
    let place = format!("/v1/cases/{}/timeline/{}", row.entry.case_id, row.entry.id);
    answer::created(place, 1, &EntryView::of(row))
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
    call: Command<WorkOnCases, AddNote>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    record(call, *id).await
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
    call: Command<CommentOnCases, AddComment>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    record(call, *id).await
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
    call: Command<WorkOnCases, AddAgencyReferral>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    record(call, *id).await
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
    call: Command<WorkOnCases, AddDisclosure>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    record(call, *id).await
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
