//! The flat rows of any size as lines of JSON (NDJSON), made by a job.

use actix_web::{HttpResponse, post};
use ascms_domain::jobs::JobKind;
use ascms_domain::measures::{Breakdown, Level};
use ascms_domain::terms::PartOfYear;
use ascms_persistence::jobs::{Claim, Made, Order};
use ascms_persistence::measures::Scope;
use ascms_persistence::page::PageRequest;
use ascms_persistence::{About, Store};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::columns::{MeasureRowView, RowContext};
use super::period::{Period, PeriodDays};
use super::table::{facts, reach};
use crate::AppState;
use crate::as_known::{self, AsOf};
use crate::auth::{Lately, ReadMeasures};
use crate::command::StepCommand;
use crate::jobs::{self, JobView, PartError};
use crate::problem::Refusal;

/// Which rows are wanted.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ExportMeasures {
    /// The level of the groups that are counted.
    level: Level,
    /// Only the group of this key: a region's name, a code, a school's number, a student's id.
    #[validate(length(min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100)]
    key: Option<String>,
    /// Referrals of this school term, or of the holidays of a year, such as `2026-holidays`; or give
    /// `quarter`, `year`, or `from` and `to`.
    term: Option<PartOfYear>,
    /// Referrals of this quarter of a year, such as `2026-Q1`.
    #[schema(pattern = "^[0-9]{4}-Q[1-4]$")]
    quarter: Option<String>,
    /// Referrals of this calendar year.
    #[schema(minimum = 2000, maximum = 2100)]
    year: Option<i32>,
    /// Referrals received on this day or later.
    from: Option<NaiveDate>,
    /// Referrals received on this day or earlier.
    to: Option<NaiveDate>,
    /// Splits each group's numbers into parts that add up to the group.
    by: Option<Breakdown>,
    /// Counts what was known at this instant, or at the end of this New Zealand day, judged by its
    /// day; the instant of the order by default, and while the day lasts.
    as_of: Option<AsOf>,
}

impl ExportMeasures {
    /// What is ordered, with the period's days and the instant that it is counted as of.
    async fn order(self, app: &AppState, now: DateTime<Utc>) -> Result<Order, Refusal> {
        let Self { level, key, term, quarter, year, from, to, by, as_of } = self;
        let asked = Period { term, quarter, year, from, to };
        let period = asked.label();
        let as_of = as_known::instant(app, as_of, now).await.map_err(Refusal::of_body)?;
        let days = asked.days(app, as_of).await;
        let PeriodDays { from, to, except } = days.map_err(Refusal::of_body)?;
        let as_of = match as_of {
            Some(instant) => instant,
            None => app.store().as_of_now(now).await?,
        };
        let kept = Kept { level, key, period, from, to, except, by, as_of };
        let asked = serde_json::to_value(&kept).unwrap_or_default();
        Ok(Order { kind: JobKind::MeasureRows, asked })
    }
}

/// The same as the job keeps it: every part tells of one period and one instant.
#[derive(Serialize, Deserialize)]
struct Kept {
    level: Level,
    key: Option<String>,
    period: String,
    from: NaiveDate,
    to: NaiveDate,
    #[serde(default)]
    except: Vec<(NaiveDate, NaiveDate)>,
    by: Option<Breakdown>,
    as_of: DateTime<Utc>,
}

/// Order an export of measures
///
/// All rows of `listMeasureRows`, however many, as lines of JSON: the job that makes them is read
/// at `Location` until it is done, then its result is fetched. At the most a million lines. A
/// person has signed in within the last 15 minutes.
#[utoipa::path(
    tag = "Measures",
    security(("bearer" = ["measures:read"])),
    request_body = ExportMeasures,
    responses((status = 202, description = "The job", body = JobView)),
)]
#[post("/measures/exports")]
pub(super) async fn order_measure_export(
    call: StepCommand<Lately<ReadMeasures>, ExportMeasures>,
) -> Result<HttpResponse, Refusal> {
    let order = call.body().clone().order(call.app(), call.now()).await?;
    let about = About::Named(ascms_persistence::jobs::about(call.grant())?);
    call.run(about, async |write, _body| Ok(jobs::accepted(&write.order_job(order).await?))).await
}

/// The next part of an export.
pub(crate) async fn part(
    store: &Store,
    claim: &Claim,
    groups: u32,
    now: DateTime<Utc>,
) -> Result<Made, PartError> {
    let kept: Kept = serde_json::from_value(claim.job.asked.clone())?;
    let Kept { level, key, period, from, to, except, by, as_of } = kept;
    let scope = Scope { level, from, to, except, key, as_of: Some(as_of) };
    let page = PageRequest { after: claim.job.after.clone(), limit: groups, with_total: false };
    let found = store.measures(&claim.grant, &scope, by, page, now).await?;
    let asked = RowContext { period, scope: &scope, by, reach: reach(&claim.grant) };
    let mut made = Made { body: String::new(), lines: 0, after: found.groups.next.clone() };
    for fact in facts(&asked, &found) {
        made.body.push_str(&serde_json::to_string(&MeasureRowView::of(&fact))?);
        made.body.push('\n');
        made.lines += 1;
    }
    Ok(made)
}
