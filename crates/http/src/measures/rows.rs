//! The same numbers as flat rows, for tools that make reports: one fact a row.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::measures::Level;
use ascms_persistence::page::PageRequest;
use serde::Serialize;
use utoipa::ToSchema;

use super::columns::{Fact, MeasureColumnsView, MeasureRowView};
use super::csv::Csv;
use super::period::Period;
use super::queries::{DownloadMeasureRows, ListMeasureRows};
use super::table::{self, Counted, Table};
use crate::auth::{May, ReadMeasures};
use crate::incoming::Params;
use crate::page::{self, Paging};
use crate::problem::{Code, Fault, Refusal};
use crate::{AppState, answer, as_known};

/// How many rows one file of CSV may have: all schools of the nation by kind of referral fit.
const MOST_ROWS: usize = 50_000;

/// How many numbers a group has.
const NUMBERS: usize = 6;

/// Numbers as flat rows.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MeasureRowsView {
    /// Six rows for each group or part of a group, in the order of their keys.
    #[schema(max_items = 50000)]
    items: Vec<MeasureRowView>,
    /// Where the next page starts; null on the last one.
    #[schema(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    next_cursor: Option<String>,
}

/// List measures as flat rows
///
/// The numbers of `getMeasures`, one fact a row, with the same members in the same order in every
/// answer; `listMeasureColumns` says what each is. With `periods` the rows of several come one after
/// another, all of one instant. `limit` counts groups: the rows of a group are never cut apart. Give
/// `asOf`, so that all pages tell of one instant.
#[utoipa::path(
    tag = "Measures",
    security(("bearer" = ["measures:read"])),
    params(ListMeasureRows),
    responses((status = 200, description = "A page of rows", body = MeasureRowsView)),
)]
#[get("/measures/rows")]
pub(super) async fn list_measure_rows(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadMeasures>,
    query: Params<ListMeasureRows>,
) -> Result<HttpResponse, Refusal> {
    let ListMeasureRows { level, key, by, include_empty, as_of, limit, cursor, .. } = query.0;
    let ListMeasureRows { periods, term, quarter, year, from, to, .. } = query.0;
    let now = app.now(&req)?;
    let as_of = as_known::instant(&app, as_of, now).await?;
    let asked = (Period { term, quarter, year, from, to }, periods.as_ref());
    let with_empty = table::with_empty(include_empty, level)?;
    let table = Table::of(&app, Counted { level, key, by, with_empty }, asked, as_of, now).await?;
    let page = page::request(&req, &app, &grant, Paging { limit, cursor, include_total: None })?;
    let mut items = Vec::new();
    let take = |fact: &Fact<'_>| items.push(MeasureRowView::of(fact));
    let next = table.each_fact(app.store(), &grant, page, now, take).await?;
    let next_cursor = next.as_ref().map(|key| page::seal(&req, &app, &grant, key));
    Ok(answer::list(&MeasureRowsView { items, next_cursor }, None))
}

/// Download measures as CSV
///
/// All rows of `listMeasureRows` in one file, in the same columns: RFC 4180, UTF-8, lines that end
/// with CRLF. A text that a spreadsheet would calculate has an apostrophe before it. At the most
/// 50,000 rows; of students there are pages only.
#[utoipa::path(
    tag = "Measures",
    security(("bearer" = ["measures:read"])),
    params(DownloadMeasureRows),
    responses((status = 200, description = "The rows", content_type = "text/csv", body = String)),
)]
#[get("/measures/rows.csv")]
pub(super) async fn download_measure_rows(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadMeasures>,
    query: Params<DownloadMeasureRows>,
) -> Result<HttpResponse, Refusal> {
    let DownloadMeasureRows { level, key, by, include_empty, as_of, bom, .. } = query.0;
    let DownloadMeasureRows { periods, term, quarter, year, from, to, .. } = query.0;
    let now = app.now(&req)?;
    let as_of = as_known::instant(&app, as_of, now).await?;
    if level == Level::Student {
        return Err(unfit("not_one_of", "students come in the pages of `/v1/measures/rows`"));
    }
    let asked = (Period { term, quarter, year, from, to }, periods.as_ref());
    let with_empty = include_empty.unwrap_or(false);
    let table = Table::of(&app, Counted { level, key, by, with_empty }, asked, as_of, now).await?;
    let limit = u32::try_from(MOST_ROWS / NUMBERS).unwrap_or(u32::MAX);
    let page = PageRequest { after: None, limit, with_total: false };
    let (mut csv, mut rows) = (Csv::begin(bom.unwrap_or(false)), 0);
    let take = |fact: &Fact<'_>| {
        rows += 1;
        if rows <= MOST_ROWS {
            csv.push(fact);
        }
    };
    let next = table.each_fact(app.store(), &grant, page, now, take).await?;
    if next.is_some() || rows > MOST_ROWS {
        let detail = format!("has more than {MOST_ROWS} rows: take pages, or one `key`");
        return Err(unfit("too_large", &detail));
    }
    Ok(answer::csv(&req, "measures.csv", csv.finish()))
}

/// List the columns of the rows
///
/// Name, type, unit and meaning of each member of a row, with labels in English and te reo Māori, in
/// the order of the members and of the columns of CSV.
#[utoipa::path(
    tag = "Measures",
    security(("bearer" = ["measures:read"])),
    responses((status = 200, description = "The columns", body = MeasureColumnsView)),
)]
#[get("/measures/columns")]
pub(super) async fn list_measure_columns(
    req: HttpRequest,
    _grant: May<ReadMeasures>,
) -> HttpResponse {
    answer::shown_publicly(&req, 1, &MeasureColumnsView::all())
}

fn unfit(code: &str, detail: &str) -> Refusal {
    let fault = Fault::of("level", code, detail);
    Refusal::faulty(Code::InvalidQuery, vec![fault])
}
