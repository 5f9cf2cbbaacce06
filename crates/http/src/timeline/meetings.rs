//! Meetings on a case: recorded, and withdrawn where they never took place.

use actix_web::{HttpResponse, post};
use ascms_domain::cases::CaseAction;
use ascms_domain::contacts::ContactParty;
use ascms_domain::ids::{CaseId, EntryId};
use ascms_domain::text::{Line, LongText};
use ascms_domain::timeline::{Details, MeetingKind, Visibility};
use ascms_persistence::About;
use ascms_persistence::timeline::Recording;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use super::recording::{record, recorded};
use crate::auth::WorkOnCases;
use crate::command::Command;
use crate::incoming::{Path, WriteOptions};
use crate::problem::Refusal;
use crate::timeline::view::EntryView;

pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(add_meeting).service(withdraw_meeting);
}

/// A meeting, as it is recorded.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AddMeeting {
    /// When the meeting took place: not in the future, not before the referral.
    occurred_at: DateTime<Utc>,
    /// Whether the school sees the meeting (`shared`) or the provider alone (`private`).
    visibility: Visibility,
    /// The meeting that this one corrects.
    corrects: Option<EntryId>,
    /// Whether the school, the whānau or several agencies met.
    kind: MeetingKind,
    /// The people who were there, as they would be addressed. Personal data.
    #[schema(max_items = 50)]
    people: Vec<Line>,
    /// Names of the agencies that were there. Personal data.
    #[schema(max_items = 20)]
    agencies: Vec<Line>,
    /// The decisions of the meeting. Personal data.
    decisions: LongText,
    /// The parties that the meeting reached: each one's clock stops, as with a contact. Empty when
    /// it reached nobody.
    #[schema(max_items = 4)]
    reached: Vec<ContactParty>,
}

/// That a meeting never took place.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WithdrawMeeting {
    /// How the meeting came to be recorded. Personal data.
    reason: LongText,
}

impl From<AddMeeting> for Recording {
    fn from(body: AddMeeting) -> Self {
        let AddMeeting {
            occurred_at,
            visibility,
            corrects,
            kind: meeting_kind,
            people,
            agencies,
            decisions,
            reached,
        } = body;
        let details = Details::Meeting { meeting_kind, people, agencies, decisions, reached };
        Self { action: CaseAction::AddMeeting, visibility, occurred_at, details, corrects }
    }
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
    call: Command<WorkOnCases, AddMeeting>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    record(call, *id).await
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
    call: Command<WorkOnCases, WithdrawMeeting>,
    ids: Path<(CaseId, EntryId)>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Case(ids.0), async |write, WithdrawMeeting { reason }| {
        Ok(recorded(&write.withdraw_meeting(*ids, reason).await?))
    })
    .await
}
