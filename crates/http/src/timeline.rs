//! `/v1/cases/{id}/timeline`: what happened on a case, and what is recorded there.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::ids::{CaseId, EntryId, UserId};
use ascms_domain::timeline::{Details, EntryKind, Visibility};
use ascms_persistence::timeline::EntryRow;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::{May, ReadCases};
use crate::incoming::{Params, Path};
use crate::page::{self, List, Paging};
use crate::problem::Refusal;
use crate::{AppState, answer};

mod meetings;
mod recording;

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_case_timeline)
        .service(get_timeline_entry)
        .configure(meetings::routes)
        .configure(recording::routes);
}

/// Something that happened on a case.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EntryView {
    id: EntryId,
    case_id: CaseId,
    kind: EntryKind,
    visibility: Visibility,
    /// When it happened.
    occurred_at: DateTime<Utc>,
    /// When it was written down.
    recorded_at: DateTime<Utc>,
    recorded_by: UserId,
    #[schema(max_length = 200)]
    recorded_by_name: Option<String>,
    /// The record that the entry tells of, where it has one of its own.
    subject_id: Option<uuid::Uuid>,
    /// The entry that this one puts right.
    corrects: Option<EntryId>,
    /// The entry that puts this one right.
    corrected_by: Option<EntryId>,
    details: Details,
}

impl EntryView {
    pub(crate) fn of(row: &EntryRow) -> Self {
        let EntryRow { entry, recorded_by_name, corrected_by } = row.clone();
        Self {
            id: entry.id,
            case_id: entry.case_id,
            kind: entry.kind,
            visibility: entry.visibility,
            occurred_at: entry.occurred_at,
            recorded_at: entry.recorded_at,
            recorded_by: entry.recorded_by,
            recorded_by_name,
            subject_id: entry.subject_id,
            corrects: entry.corrects,
            corrected_by,
            details: entry.details.0,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct GetTimeline {
    /// Only entries of this kind.
    #[param(inline)]
    kind: Option<EntryKind>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    #[param(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
    include_total: Option<bool>,
}

/// Read a case's timeline
///
/// All that happened, the latest first. The school's people see what is shared.
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["cases:read"])),
    params(("id" = CaseId, Path), GetTimeline),
    responses((status = 200, description = "A page of entries", body = List<EntryView>)),
)]
#[get("/cases/{id}/timeline")]
async fn get_case_timeline(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadCases>,
    id: Path<CaseId>,
    query: Params<GetTimeline>,
) -> Result<HttpResponse, Refusal> {
    let GetTimeline { kind, limit, cursor, include_total } = query.0;
    let page = page::request(&req, &app, &grant, Paging { limit, cursor, include_total })?;
    let found = app.store().timeline(&grant, *id, kind.as_slice(), page, app.now(&req)?).await?;
    Ok(page::respond(&req, &app, &grant, found, |row| EntryView::of(&row)))
}

/// Read an entry of a timeline
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["cases:read"])),
    params(("id" = CaseId, Path), ("entryId" = EntryId, Path)),
    responses((status = 200, description = "The entry", body = EntryView)),
)]
#[get("/cases/{id}/timeline/{entryId}")]
async fn get_timeline_entry(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadCases>,
    ids: Path<(CaseId, EntryId)>,
) -> Result<HttpResponse, Refusal> {
    let (case_id, id) = *ids;
    let row = app.store().timeline_entry(&grant, case_id, id, app.now(&req)?).await?;
    Ok(answer::shown(&req, 1, &EntryView::of(&row)))
}
