//! `/v1/cases`: reading cases; what is done with them is in `lifecycle`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::cases::CaseStatus;
use ascms_domain::ids::{CaseId, UserId};
use ascms_domain::text::SchoolNumber;
use ascms_persistence::cases::CaseFilter;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::auth::{May, ReadCases};
use crate::incoming::Path;
use crate::listing::Listing;
use crate::page::{self, FollowedList, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

mod allowed;
mod closure_reviews;
mod lifecycle;
mod views;

pub(crate) use views::CaseSummaryView;
use views::{CaseView, CaseViewer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_cases)
        .service(get_case)
        .configure(lifecycle::routes)
        .configure(closure_reviews::routes);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListCases {
    status: Option<CaseStatus>,
    /// Only those of this case manager.
    case_manager_id: Option<uuid::Uuid>,
    /// Only those that this school referred.
    #[param(inline)]
    school_number: Option<SchoolNumber>,
    /// Only those that were made or changed after an answer that gave this `position`.
    #[param(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    changed_after: Option<String>,
}

/// List cases
///
/// Those within the caller's reach, newest first.
#[utoipa::path(
    tag = "Cases",
    security(("bearer" = ["cases:read"])),
    params(ListCases, PageOptions),
    responses((status = 200, description = "A page of cases", body = FollowedList<CaseSummaryView>)),
)]
#[get("/cases")]
async fn list_cases(list: Listing<ReadCases, ListCases>) -> Result<HttpResponse, Refusal> {
    let ListCases { status, case_manager_id, school_number, changed_after } = list.filter();
    let changed_after = page::changed_after(changed_after.as_deref())?;
    let filter = CaseFilter {
        status: *status,
        case_manager_id: case_manager_id.map(UserId),
        school_number: school_number.as_ref().map(|number| number.canonical().unwrap_or(0)),
        changed_after: changed_after.as_ref(),
    };
    let read = async |page| list.store().cases(list.grant(), &filter, page, list.now()).await;
    list.followed(read, |row| CaseSummaryView::of(&row)).await
}

/// Read a case
#[utoipa::path(
    tag = "Cases",
    security(("bearer" = ["cases:read"])),
    params(("id" = CaseId, Path)),
    responses((status = 200, description = "The case", body = CaseView)),
)]
#[get("/cases/{id}")]
async fn get_case(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadCases>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    let now = app.now(&req)?;
    let file = app.store().case(&grant, *id, now).await?;
    let view = CaseView::of(&file, &CaseViewer::of(&req, &grant, now)?);
    Ok(answer::shown(&req, file.whole.row.case.version, &view))
}
