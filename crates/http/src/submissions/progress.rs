//! Progress of the milestones of a plan.

use actix_web::{HttpResponse, get, post};
use ascms_domain::ids::{DocumentId, MilestoneProgressId, RegisterEntryId, UserId};
use ascms_domain::registers::RegisterKind;
use ascms_domain::submissions::{MilestoneStanding, RecordProgress};
use ascms_domain::text::Code;
use ascms_persistence::About;
use ascms_persistence::rows::milestone_progress;
use ascms_persistence::submissions::MilestoneProgress;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer;
use crate::auth::{ReadSubmissions, WriteSubmissions};
use crate::command::Command;
use crate::incoming::{Path, WriteOptions};
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;

/// How a milestone went on a day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MilestoneProgressView {
    /// Id of the record.
    id: MilestoneProgressId,
    /// Key of the milestone in the plan.
    milestone: Code,
    /// The day of the assessment.
    assessed_on: NaiveDate,
    /// How the milestone went.
    standing: MilestoneStanding,
    /// Comment on the progress.
    #[schema(max_length = 4000)]
    comment: String,
    /// Documents of the submission that show it.
    #[schema(max_items = 20)]
    document_ids: Vec<DocumentId>,
    /// When it was recorded.
    recorded_at: DateTime<Utc>,
    /// The user who recorded it.
    recorded_by: UserId,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    recorded_by_name: Option<String>,
}

impl MilestoneProgressView {
    fn of(progress: MilestoneProgress) -> Self {
        let MilestoneProgress { row, recorded_by_name } = progress;
        let milestone_progress::Model {
            id,
            entry_id: _,
            milestone,
            assessed_on,
            standing,
            comment,
            documents,
            recorded_at,
            recorded_by,
        } = row;
        let milestone = Code(milestone);
        Self {
            id,
            milestone,
            assessed_on,
            standing,
            comment,
            document_ids: documents.map(|named| named.0).unwrap_or_default(),
            recorded_at,
            recorded_by,
            recorded_by_name,
        }
    }
}

/// List the progress of a plan
///
/// All that was recorded on its milestones, the newest first. The newest of a milestone counts.
#[utoipa::path(
    tag = "Submissions",
    security(("bearer" = ["submissions:read"])),
    params(("id" = RegisterEntryId, Path), PageOptions),
    responses((status = 200, description = "A page of progress", body = List<MilestoneProgressView>)),
)]
#[get("/submissions/{id}/progress")]
pub(super) async fn list_milestone_progress(
    list: Listing<ReadSubmissions>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    let store = list.store();
    let read = async |page| store.milestone_progress(list.grant(), *id, page, list.now()).await;
    list.page(read, MilestoneProgressView::of).await
}

/// Record progress on a milestone
///
/// Of the accepted version of a plan, with documents that were uploaded to it. Nothing that was recorded changes.
#[utoipa::path(
    tag = "Submissions",
    security(("bearer" = ["submissions:write"])),
    params(("id" = RegisterEntryId, Path), WriteOptions),
    request_body = RecordProgress,
    responses(
        (status = 201, description = "The progress", body = MilestoneProgressView),
        (status = 200, description = "It was only validated", body = MilestoneProgressView),
    ),
)]
#[post("/submissions/{id}/progress")]
pub(super) async fn record_milestone_progress(
    call: Command<WriteSubmissions, RecordProgress>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Entry(RegisterKind::Submission, *id), async |write, body| {
        let view = MilestoneProgressView::of(write.record_progress(*id, body).await?);
        Ok(answer::created(format!("/v1/submissions/{}/progress", *id), 1, &view))
    })
    .await
}
