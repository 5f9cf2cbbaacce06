//! The same numbers as flat rows, for tools that make reports: one fact a row.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::access::Grant;
use ascms_domain::measures::{Breakdown, CountedReach, Level};
use ascms_domain::terms::PartOfYear;
use ascms_persistence::measures::{Measures, Scope};
use ascms_persistence::page::PageRequest;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::columns::{Fact, MeasureColumnsView, MeasureRowView, RowContext};
use super::csv::Csv;
use super::period::{Period, PeriodDays};
use super::queries::GetMeasures;
use crate::auth::{May, ReadMeasures};
use crate::incoming::Params;
use crate::page::{self, Paging};
use crate::problem::{Code, Fault, Refusal};
use crate::{AppState, answer};

/// How many rows one file of CSV may have: all schools of the nation by kind of referral fit.
const MOST_ROWS: usize = 50_000;

/// How many numbers a group has.
const NUMBERS: usize = 6;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DownloadMeasureRows {
    /// What the numbers are counted for; students come in pages only.
    level: Level,
    /// Only the group of this key: a region's name, a code, a school's number.
    #[param(max_length = 100)]
    key: Option<String>,
    /// Referrals of this school term, or of the holidays of a year, such as `2026-holidays`; or give
    /// `quarter`, `year`, or `from` and `to`.
    #[param(inline)]
    term: Option<PartOfYear>,
    /// Referrals of this quarter of a year, such as `2026-Q1`.
    #[param(pattern = "^[0-9]{4}-Q[1-4]$")]
    quarter: Option<String>,
    /// Referrals of this calendar year.
    #[param(minimum = 2000, maximum = 2100)]
    year: Option<i32>,
    /// Referrals received on this day or later.
    from: Option<NaiveDate>,
    /// Referrals received on this day or earlier.
    to: Option<NaiveDate>,
    /// Each group's numbers in parts; the parts of a group add up to it.
    by: Option<Breakdown>,
    /// What was known at this instant, judged by its day, in place of what is known now.
    as_of: Option<DateTime<Utc>>,
    /// A byte-order mark at the beginning, by which Excel knows UTF-8.
    bom: Option<bool>,
}

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
/// answer; `listMeasureColumns` says what each is. `limit` counts groups: the rows of a group are
/// never cut apart. Give `asOf`, so that all pages tell of one instant.
#[utoipa::path(
    tag = "Measures",
    security(("bearer" = ["measures:read"])),
    params(GetMeasures),
    responses((status = 200, description = "A page of rows", body = MeasureRowsView)),
)]
#[get("/measures/rows")]
pub(super) async fn list_measure_rows(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadMeasures>,
    query: Params<GetMeasures>,
) -> Result<HttpResponse, Refusal> {
    let GetMeasures { level, key, term, quarter, year, from, to, by, as_of, limit, cursor } =
        query.0;
    let now = app.now(&req)?;
    let asked = Period { term, quarter, year, from, to };
    let period = asked.label();
    let PeriodDays { from, to, except } = asked.days(&app, as_of, now).await?;
    let scope = Scope { level, from, to, except, key, as_of };
    let page = page::request(&req, &app, &grant, Paging { limit, cursor, include_total: None })?;
    let found = app.store().measures(&grant, &scope, by, page, now).await?;
    let next_cursor = found.groups.next.as_ref().map(|key| page::seal(&req, &app, &grant, key));
    let asked = RowContext { period, scope: &scope, by, reach: reach(&grant) };
    let items = facts(&asked, &found).map(|fact| MeasureRowView::of(&fact)).collect();
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
    let DownloadMeasureRows { level, key, term, quarter, year, from, to, by, as_of, bom } = query.0;
    let now = app.now(&req)?;
    if level == Level::Student {
        return Err(unfit("not_one_of", "students come in the pages of `/v1/measures/rows`"));
    }
    let asked = Period { term, quarter, year, from, to };
    let period = asked.label();
    let PeriodDays { from, to, except } = asked.days(&app, as_of, now).await?;
    let scope = Scope { level, from, to, except, key, as_of };
    let limit = u32::try_from(MOST_ROWS / NUMBERS).unwrap_or(u32::MAX);
    let page = PageRequest { after: None, limit, with_total: false };
    let found = app.store().measures(&grant, &scope, by, page, now).await?;
    if found.groups.next.is_some() || found.groups.items.len() > MOST_ROWS / NUMBERS {
        let detail = format!("has more than {MOST_ROWS} rows: take pages, or one `key`");
        return Err(unfit("too_large", &detail));
    }
    let asked = RowContext { period, scope: &scope, by, reach: reach(&grant) };
    let mut csv = Csv::begin(bom.unwrap_or(false));
    facts(&asked, &found).for_each(|fact| csv.push(&fact));
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

pub(super) fn reach(grant: &Grant) -> CountedReach {
    if grant.reaches_the_nation() { CountedReach::Nation } else { CountedReach::Own }
}

/// Every number of every group, in the order of the answer.
pub(super) fn facts<'a>(
    asked: &'a RowContext<'a>,
    found: &'a Measures,
) -> impl Iterator<Item = Fact<'a>> {
    let made_by = &found.made_by;
    found.groups.items.iter().flat_map(move |group| {
        let each = group.tallies.iter();
        each.map(move |(number, tally)| Fact { asked, group, number, tally, made_by })
    })
}

fn unfit(code: &str, detail: &str) -> Refusal {
    let fault = Fault::of("level", code, detail);
    Refusal::faulty(Code::InvalidQuery, vec![fault])
}
