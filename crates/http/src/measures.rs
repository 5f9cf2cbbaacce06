//! `/v1/measures`: the contract's numbers of contact and outcome for any level and period, the
//! referrals behind each of them, what changed of them, and all of them as flat rows.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_persistence::measures::{ChangesAsked, Groups, MemberFilter, Scope};

use crate::auth::{May, ReadMeasures};
use crate::incoming::Params;
use crate::page::{self, Paging};
use crate::problem::{Code, Fault, Refusal};
use crate::registration::ServiceConfig;
use crate::{AppState, answer, as_known};

mod changes;
mod columns;
mod csv;
pub(crate) mod export;
mod members;
mod numbers;
mod period;
mod queries;
mod rows;
mod table;
mod volumes;

use changes::ChangesView;
use members::MembersView;
use numbers::MeasuresView;
use period::{Period, PeriodDays};
use queries::{GetMeasures, ListMeasureChanges, ListMeasureMembers};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_measures)
        .service(volumes::get_volumes)
        .service(list_measure_members)
        .service(list_measure_changes)
        .service(rows::list_measure_rows)
        .service(rows::download_measure_rows)
        .service(rows::list_measure_columns)
        .service(export::order_measure_export);
}

/// Read measures
///
/// The contract's numbers of contact and outcome for every group of a level: with numerator,
/// denominator, what is pending and excluded, the target, and the versions of the rules and the
/// calendar. With `asOf` the answer is the one that was given at that instant, whatever was
/// corrected since; only names of groups are today's. `listMeasureRows` has several periods in one
/// answer.
#[utoipa::path(
    tag = "Measures",
    security(("bearer" = ["measures:read"])),
    params(GetMeasures),
    responses((status = 200, description = "The numbers", body = MeasuresView)),
)]
#[get("/measures")]
async fn get_measures(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadMeasures>,
    query: Params<GetMeasures>,
) -> Result<HttpResponse, Refusal> {
    let GetMeasures { level, key, by, include_empty, as_of, limit, cursor, .. } = query.0;
    let GetMeasures { term, quarter, year, from, to, .. } = query.0;
    let now = app.now(&req)?;
    let as_of = as_known::instant(&app, as_of, now).await?;
    let with_empty = table::with_empty(include_empty, level)?;
    let asked = Period { term, quarter, year, from, to };
    let PeriodDays { from, to, except } = asked.days(&app, as_of).await?;
    let scope = Scope { level, from, to, except, key, as_of };
    let page = page::request(&req, &app, &grant, Paging { limit, cursor, include_total: None })?;
    let groups = Groups { breakdown: by, with_empty };
    let found = app.store().measures_of(&grant, &scope, groups, page, now).await?;
    let next_cursor = found.groups.next.as_ref().map(|key| page::seal(&req, &app, &grant, key));
    Ok(answer::list(&MeasuresView::of(&grant, &scope, by, found, next_cursor), None))
}

/// List the referrals behind a number
///
/// Each with how it counts and what that follows from: days, baseline, the attendance of the
/// outcome term, the enrolment.
#[utoipa::path(
    tag = "Measures",
    security(("bearer" = ["measures:read"])),
    params(ListMeasureMembers),
    responses((status = 200, description = "A page of members", body = MembersView)),
)]
#[get("/measures/members")]
async fn list_measure_members(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadMeasures>,
    query: Params<ListMeasureMembers>,
) -> Result<HttpResponse, Refusal> {
    let ListMeasureMembers { measure, within_days, standing, level, key, as_of, .. } = query.0;
    let ListMeasureMembers { term, quarter, year, from, to, .. } = query.0;
    let ListMeasureMembers { limit, cursor, include_total, contradicted, .. } = query.0;
    let now = app.now(&req)?;
    let as_of = as_known::instant(&app, as_of, now).await?;
    let asked = Period { term, quarter, year, from, to };
    let PeriodDays { from, to, except } = asked.days(&app, as_of).await?;
    let scope = Scope { level, from, to, except, key, as_of };
    let filter = MemberFilter { scope, measure, within_days, standing, contradicted };
    let page = page::request(&req, &app, &grant, Paging { limit, cursor, include_total })?;
    let found = app.store().measure_members(&grant, &filter, page, now).await?;
    let found = found.ok_or_else(no_such_number)?;
    let next_cursor = found.page.next.map(|key| page::seal(&req, &app, &grant, &key));
    Ok(answer::list(&MembersView::of(found, next_cursor), None))
}

/// List what changed of a number
///
/// The referrals that count otherwise at one instant than at an earlier one, and why: the last of
/// what happened to each, or that only days passed, or that a rule or the calendar changed.
#[utoipa::path(
    tag = "Measures",
    security(("bearer" = ["measures:read"])),
    params(ListMeasureChanges),
    responses((status = 200, description = "A page of changes", body = ChangesView)),
)]
#[get("/measures/changes")]
async fn list_measure_changes(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadMeasures>,
    query: Params<ListMeasureChanges>,
) -> Result<HttpResponse, Refusal> {
    let ListMeasureChanges { measure, within_days, level, key, by, since, as_of, .. } = query.0;
    let ListMeasureChanges { term, quarter, year, from, to, limit, cursor, .. } = query.0;
    let now = app.now(&req)?;
    let as_of = as_known::instant(&app, as_of, now).await?;
    let asked = Period { term, quarter, year, from, to };
    let PeriodDays { from, to, except } = asked.days(&app, as_of).await?;
    as_known::judgeable(&app, "since", Some(since), now).await?;
    // An instant that lies ahead was refused.
    if as_of.is_some_and(|as_of| since > as_of) {
        let fault = Fault::of("since", "too_large", "lies after the later instant");
        return Err(Refusal::faulty(Code::InvalidQuery, vec![fault]));
    }
    let scope = Scope { level, from, to, except, key, as_of };
    let filter = MemberFilter { scope, measure, within_days, standing: None, contradicted: None };
    let page = page::request(&req, &app, &grant, Paging { limit, cursor, include_total: None })?;
    let changes = ChangesAsked { filter: &filter, by, since };
    let found = app.store().measure_changes(&grant, changes, page, now).await?;
    let found = found.ok_or_else(no_such_number)?;
    let next_cursor = found.page.next.map(|key| page::seal(&req, &app, &grant, &key));
    Ok(answer::list(&ChangesView::of(found, next_cursor), None))
}

fn no_such_number() -> Refusal {
    let fault = Fault::of("withinDays", "not_one_of", "is no limit of this measure");
    Refusal::faulty(Code::InvalidQuery, vec![fault])
}

/// The names of the columns of flat rows, in their order.
pub(crate) fn column_names() -> Vec<&'static str> {
    columns::COLUMNS.iter().map(|column| column.name).collect()
}
