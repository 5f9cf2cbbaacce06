//! What people record on a case: notes, comments, referrals to agencies, disclosures.

use actix_web::{HttpResponse, post};
use ascms_domain::ids::CaseId;
use ascms_domain::timeline::{AddAgencyReferral, AddComment, AddDisclosure, AddNote, Recording};
use ascms_persistence::About;
use ascms_persistence::idempotency::Answer;
use ascms_persistence::timeline::EntryRow;

use crate::answer;
use crate::auth::{CommentOnCases, WorkOnCases};
use crate::command::Command;
use crate::incoming::{Path, WriteOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::timeline::view::EntryView;

pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(add_note).service(add_comment).service(add_agency_referral).service(add_disclosure);
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
