//! Meetings on a case: recorded, and withdrawn where they never took place.

use actix_web::{HttpResponse, post};
use ascms_domain::ids::{CaseId, EntryId};
use ascms_domain::text::LongText;
use ascms_domain::timeline::AddMeeting;
use ascms_persistence::About;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::recording::{record, recorded};
use crate::auth::WorkOnCases;
use crate::command::Command;
use crate::incoming::{Path, WriteOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::timeline::view::EntryView;

pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(add_meeting).service(withdraw_meeting);
}

/// That a meeting never took place.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WithdrawMeeting {
    /// How the meeting came to be recorded. Personal data.
    reason: LongText,
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
