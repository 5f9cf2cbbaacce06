//! `/v1/cases/{id}/barriers`: what keeps a student from school. Shared with the school but for the
//! words.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use ascms_domain::access::Grant;
use ascms_domain::barriers::{
    AddBarrier, BarrierGoal, BarrierMove, BarrierStatus, Severity, UpdateBarrier,
};
use ascms_domain::ids::{BarrierId, CaseId, UserId};
use ascms_domain::text::LongText;
use ascms_persistence::About;
use ascms_persistence::barriers::BarrierRow;
use ascms_persistence::idempotency::Answer;
use ascms_persistence::timeline::SchoolVersion;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::auth::{May, ReadCases, WorkOnCases};
use crate::command::{Amendment, Command, StepCommand};
use crate::incoming::{Path, WriteOptions};
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_barriers)
        .service(get_barrier)
        .service(add_barrier)
        .service(update_barrier)
        .service(move_barrier);
}

/// So many of a barrier's moves are shown, the latest.
const MOVES_SHOWN: usize = 50;

/// Something that keeps the student from school.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BarrierView {
    /// Id of the barrier.
    id: BarrierId,
    /// The case that the barrier belongs to.
    case_id: CaseId,
    /// Code of the set `barriers`. Personal data.
    #[schema(max_length = 64)]
    code: String,
    /// How much the barrier weighs.
    severity: Severity,
    /// Whether the barrier is identified, being addressed or resolved.
    status: BarrierStatus,
    /// The day on which the barrier became known.
    identified_on: NaiveDate,
    /// The day on which the barrier was resolved; null while it stands.
    resolved_on: Option<NaiveDate>,
    /// The provider's comment; null for the school. Personal data.
    comment: Option<String>,
    /// Changes of the status, the latest first.
    #[schema(max_items = 50)]
    moves: Vec<BarrierMoveView>,
    /// The user who recorded the barrier.
    recorded_by: UserId,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    recorded_by_name: Option<String>,
    /// When the barrier was recorded.
    recorded_at: DateTime<Utc>,
    /// Version of the barrier; an edit names the version that it was made on.
    #[schema(minimum = 1)]
    version: i32,
    /// When the barrier last changed.
    updated_at: DateTime<Utc>,
}

/// A move of a barrier.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BarrierMoveView {
    /// The status from then on.
    status: BarrierGoal,
    /// When the status changed.
    moved_at: DateTime<Utc>,
    /// The user who changed the status.
    moved_by: UserId,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    moved_by_name: Option<String>,
    /// The provider's comment; null for the school. Personal data.
    comment: Option<String>,
}

impl BarrierView {
    fn of(row: &BarrierRow, grant: &Grant) -> Self {
        let BarrierRow { barrier, names, provider_id, case_manager_id, told_to_school } =
            row.clone();
        let own_casework = grant.works_on(Some(provider_id), case_manager_id);
        // Words that change, which the school does not see, change nothing for it.
        let written = SchoolVersion { version: barrier.version, at: barrier.updated_at };
        let SchoolVersion { version, at: updated_at } =
            told_to_school.filter(|_| !own_casework).unwrap_or(written);
        let moves = barrier.moves.0.into_iter().rev().take(MOVES_SHOWN).map(|one| {
            let BarrierMove { status, moved_at, moved_by, comment } = one;
            let comment = comment.filter(|_| own_casework).map(String::from);
            let moved_by_name = names.get(&moved_by).cloned();
            BarrierMoveView { status, moved_at, moved_by, moved_by_name, comment }
        });
        Self {
            id: barrier.id,
            case_id: barrier.case_id,
            code: barrier.code,
            severity: barrier.severity,
            status: barrier.status,
            identified_on: barrier.identified_on,
            resolved_on: barrier.resolved_on,
            comment: barrier.comment.filter(|_| own_casework),
            moves: moves.collect(),
            recorded_by: barrier.recorded_by,
            recorded_by_name: names.get(&barrier.recorded_by).cloned(),
            recorded_at: barrier.recorded_at,
            version,
            updated_at,
        }
    }
}

/// Where a barrier stands from now on.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MoveBarrier {
    /// The new status.
    status: BarrierGoal,
    /// Comment, which the school does not see; required when a resolved barrier comes back.
    /// Personal data.
    comment: Option<LongText>,
}

/// List the barriers of a case
///
/// The first recorded first.
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["cases:read"])),
    params(("id" = CaseId, Path), PageOptions),
    responses((status = 200, description = "A page of barriers", body = List<BarrierView>)),
)]
#[get("/cases/{id}/barriers")]
async fn list_barriers(
    list: Listing<ReadCases>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    let read = async |page| list.store().barriers(list.grant(), *id, page, list.now()).await;
    list.page(read, |row| BarrierView::of(&row, list.grant())).await
}

/// Read a barrier
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["cases:read"])),
    params(("id" = CaseId, Path), ("barrierId" = BarrierId, Path)),
    responses((status = 200, description = "The barrier", body = BarrierView)),
)]
#[get("/cases/{id}/barriers/{barrierId}")]
async fn get_barrier(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadCases>,
    ids: Path<(CaseId, BarrierId)>,
) -> Result<HttpResponse, Refusal> {
    let row = app.store().barrier(&grant, *ids, app.now(&req)?).await?;
    let view = BarrierView::of(&row, &grant);
    Ok(answer::shown(&req, view.version, &view))
}

/// Add a barrier
///
/// What was found to keep the student from school. The case closes when it is resolved, or when
/// the closure explains it.
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["casework:write"])),
    params(("id" = CaseId, Path), WriteOptions),
    request_body = AddBarrier,
    responses(
        (status = 201, description = "The barrier", body = BarrierView),
        (status = 200, description = "It was only validated", body = BarrierView),
    ),
)]
#[post("/cases/{id}/barriers")]
async fn add_barrier(
    call: Command<WorkOnCases, AddBarrier>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Case(*id), async |write, body| {
        let view = BarrierView::of(&write.add_barrier(*id, body).await?, write.grant());
        let location = format!("/v1/cases/{}/barriers/{}", view.case_id, view.id);
        Ok(answer::created(location, view.version, &view))
    })
    .await
}

/// Change a barrier
///
/// How much it weighs, and the provider's words.
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["casework:write"])),
    params(("id" = CaseId, Path), ("barrierId" = BarrierId, Path)),
    request_body(content = UpdateBarrier, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The barrier as changed", body = BarrierView)),
)]
#[patch("/cases/{id}/barriers/{barrierId}")]
async fn update_barrier(
    call: Amendment<WorkOnCases, UpdateBarrier>,
    ids: Path<(CaseId, BarrierId)>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Case(ids.0), async |write, edit, patch| {
        Ok(done(&write.change_barrier(*ids, &edit, patch).await?, write.grant()))
    })
    .await
}

/// Move a barrier
///
/// On to being addressed and to resolved, or back when it was not resolved after all.
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["casework:write"])),
    params(("id" = CaseId, Path), ("barrierId" = BarrierId, Path)),
    request_body = MoveBarrier,
    responses((status = 200, description = "The barrier where it stands now", body = BarrierView)),
)]
#[post("/cases/{id}/barriers/{barrierId}/status")]
async fn move_barrier(
    call: StepCommand<WorkOnCases, MoveBarrier>,
    ids: Path<(CaseId, BarrierId)>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Case(ids.0), async |write, MoveBarrier { status, comment }| {
        Ok(done(&write.move_barrier(*ids, status, comment).await?, write.grant()))
    })
    .await
}

fn done(row: &BarrierRow, grant: &Grant) -> Answer {
    let view = BarrierView::of(row, grant);
    answer::done(view.version, &view)
}
