//! `/v1/cases/{id}/timeline`: what happened on a case, and what is recorded there.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::ids::{CaseId, EntryId};
use ascms_domain::timeline::EntryKind;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::auth::{May, ReadCases};
use crate::incoming::Path;
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::timeline::view::EntryView;
use crate::{AppState, answer};

mod meetings;
mod recording;
pub(crate) mod view;

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_case_timeline)
        .service(get_timeline_entry)
        .configure(meetings::routes)
        .configure(recording::routes);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct GetTimeline {
    /// Only entries of this kind.
    kind: Option<EntryKind>,
}

/// Read a case's timeline
///
/// All that happened, the latest first. The school's people see what is shared. Entries that tell of a
/// contact, a task, a document or a transfer are shown to a token that has `contacts:read`,
/// `casework:read`, `documents:read` or `transfers:read` too, where the caller's role has that scope.
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["cases:read"])),
    params(("id" = CaseId, Path), GetTimeline, PageOptions),
    responses((status = 200, description = "A page of entries", body = List<EntryView>)),
)]
#[get("/cases/{id}/timeline")]
async fn get_case_timeline(
    list: Listing<ReadCases, GetTimeline>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    let kinds = list.filter().kind.as_slice();
    let read = async |page| list.store().timeline(list.grant(), *id, kinds, page, list.now()).await;
    list.page(read, |row| EntryView::of(&row)).await
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
