//! Meetings on a case: recorded, and withdrawn where they never took place.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use ascms_domain::cases::CaseAction;
use ascms_domain::contacts::ContactParty;
use ascms_domain::ids::{CaseId, EntryId};
use ascms_domain::text::{Line, Words};
use ascms_domain::timeline::{Details, MeetingKind, Visibility};
use ascms_persistence::Call;
use ascms_persistence::timeline::{EntryRow, Recording};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use super::EntryView;
use super::recording::{Asked, record};
use crate::auth::{May, WorkOnCases};
use crate::incoming::{Body, Params, Path, WriteOptions};
use crate::problem::Refusal;
use crate::{AppState, answer};

pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(add_meeting).service(withdraw_meeting);
}

/// A meeting, as it is recorded.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AddMeeting {
    /// When it happened: not in the future, not before the referral.
    occurred_at: DateTime<Utc>,
    visibility: Visibility,
    /// The entry of the same kind that this one puts right.
    corrects: Option<EntryId>,
    kind: MeetingKind,
    /// Who was there, as they would be addressed.
    #[schema(max_items = 50)]
    people: Vec<Line>,
    /// The agencies that were there, by the names they go by.
    #[schema(max_items = 20)]
    agencies: Vec<Line>,
    decisions: Words,
    /// Whom it reached: each stops their clock, as a contact does. Empty when it reached nobody.
    #[schema(max_items = 4)]
    reached: Vec<ContactParty>,
}

/// That a meeting never took place.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WithdrawMeeting {
    /// How it came to be recorded.
    reason: Words,
}

/// Record a meeting
///
/// It says whom it reached: the school, the student or the whānau is reached from then on, as by a
/// contact. A meeting that puts another right takes back what that one said.
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["casework:write"])),
    params(("id" = CaseId, Path), WriteOptions),
    request_body = AddMeeting,
    responses(
        (status = 201, description = "Recorded", body = EntryView),
        (status = 200, description = "Only checked: `validateOnly`", body = EntryView),
    ),
)]
#[post("/cases/{id}/meetings")]
async fn add_meeting(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<WorkOnCases>,
    id: Path<CaseId>,
    options: Params<WriteOptions>,
    body: Body<AddMeeting>,
) -> Result<HttpResponse, Refusal> {
    let digest = body.digest().to_owned();
    let AddMeeting {
        occurred_at,
        visibility,
        corrects,
        kind,
        people,
        agencies,
        decisions,
        reached,
    } = body.into_inner();
    let recording = Recording {
        action: CaseAction::AddMeeting,
        visibility,
        occurred_at,
        details: Details::Meeting { meeting_kind: kind, people, agencies, decisions, reached },
        corrects,
    };
    let asked = Asked { case_id: *id, options: &options.0, digest: &digest, recording };
    record(&req, &app, &grant, asked).await
}

/// Withdraw a meeting
///
/// It never took place: it stays in the timeline as it was, and reached nobody. The clocks that it
/// stopped go by what else stands.
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["casework:write"])),
    params(("id" = CaseId, Path), ("entryId" = EntryId, Path), WriteOptions),
    request_body = WithdrawMeeting,
    responses(
        (status = 201, description = "Withdrawn", body = EntryView),
        (status = 200, description = "Only checked: `validateOnly`", body = EntryView),
    ),
)]
#[post("/cases/{id}/meetings/{entryId}/withdrawal")]
async fn withdraw_meeting(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<WorkOnCases>,
    ids: Path<(CaseId, EntryId)>,
    options: Params<WriteOptions>,
    body: Body<WithdrawMeeting>,
) -> Result<HttpResponse, Refusal> {
    let key = answer::idempotency_key(&req, &grant, body.digest())?;
    let dry_run = options.validate_only.unwrap_or(false);
    let call = Call { grant: &grant, now: app.now(&req)?, key: key.as_ref(), dry_run };
    let case_id = ids.0;
    let render = |row: &EntryRow| {
        let place = format!("/v1/cases/{case_id}/timeline/{}", row.entry.id);
        answer::created(place, 1, &EntryView::of(row))
    };
    let reason = body.into_inner().reason;
    let answer = app.store().withdraw_meeting(&call, *ids, reason, render).await?;
    Ok(answer::reply(answer, dry_run))
}
