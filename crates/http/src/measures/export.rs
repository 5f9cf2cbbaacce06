//! The flat rows of any size as lines of JSON (NDJSON), made by a job.

use actix_web::{HttpResponse, post};
use ascms_domain::jobs::JobKind;
use ascms_domain::measures::{Breakdown, Level};
use ascms_domain::terms::PartOfYear;
use ascms_persistence::jobs::{Claim, Made, Order};
use ascms_persistence::page::PageRequest;
use ascms_persistence::{About, Store};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::columns::{Fact, MeasureRowView};
use super::period::{Period, PeriodDays, PeriodNames};
use super::table::{Counted, RowKey, Table};
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
    /// Up to twelve periods, one after another, with commas between them: terms such as `2026-T1`,
    /// holidays such as `2026-holidays`, quarters such as `2026-Q1`, and years.
    periods: Option<PeriodNames>,
    /// Referrals of this school term, or of the holidays of a year, such as `2026-holidays`; or give
    /// `periods`, `quarter`, `year`, or `from` and `to`.
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
    /// What is ordered, with the days of the periods and the instant that they are counted as of.
    async fn order(self, app: &AppState, now: DateTime<Utc>) -> Result<Order, Refusal> {
        let Self { level, key, periods, term, quarter, year, from, to, by, as_of } = self;
        let as_of = as_known::instant(app, as_of, now).await.map_err(Refusal::of_body)?;
        let asked = (Period { term, quarter, year, from, to }, periods.as_ref());
        let counted = Counted { level, key, by, with_empty: false };
        let table = Table::of(app, counted, asked, as_of, now).await.map_err(Refusal::of_body)?;
        let Table { counted: Counted { level, key, by, with_empty: _ }, periods, as_of } = table;
        let as_of = match as_of {
            Some(instant) => instant,
            None => app.store().as_of_now(now).await?,
        };
        let kept = Kept { level, key, periods: KeptPeriods::of(periods), by, as_of };
        let asked = serde_json::to_value(&kept).unwrap_or_default();
        Ok(Order { kind: JobKind::MeasureRows, asked })
    }
}

/// The same as the job keeps it: every part tells of the same days and one instant.
#[derive(Serialize, Deserialize)]
struct Kept {
    level: Level,
    key: Option<String>,
    #[serde(flatten)]
    periods: KeptPeriods,
    by: Option<Breakdown>,
    as_of: DateTime<Utc>,
}

/// One period stands beside the other members, as in the orders of earlier releases. A server of such a
/// release fails to read a list of periods: it makes no result that lacks all but one.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum KeptPeriods {
    Several { periods: Vec<KeptPeriod> },
    One(KeptPeriod),
}

#[derive(Serialize, Deserialize)]
struct KeptPeriod {
    period: String,
    from: NaiveDate,
    to: NaiveDate,
    #[serde(default)]
    except: Vec<(NaiveDate, NaiveDate)>,
}

impl KeptPeriods {
    fn of(periods: Vec<(String, PeriodDays)>) -> Self {
        let kept =
            |(period, PeriodDays { from, to, except })| KeptPeriod { period, from, to, except };
        let mut periods: Vec<KeptPeriod> = periods.into_iter().map(kept).collect();
        match periods.pop() {
            Some(only) if periods.is_empty() => Self::One(only),
            last => Self::Several { periods: periods.into_iter().chain(last).collect() },
        }
    }

    fn into_vec(self) -> Vec<(String, PeriodDays)> {
        let periods = match self {
            Self::Several { periods } => periods,
            Self::One(period) => vec![period],
        };
        let days =
            |KeptPeriod { period, from, to, except }| (period, PeriodDays { from, to, except });
        periods.into_iter().map(days).collect()
    }

    /// Where the next part begins, as the job keeps it: a group alone, where there is one period.
    fn read_key(&self, after: Option<String>) -> Result<Option<RowKey>, serde_json::Error> {
        let read = |text: String| match self {
            Self::Several { .. } => serde_json::from_str(&text),
            Self::One(_) => Ok(RowKey(0, Some(text))),
        };
        after.map(read).transpose()
    }
}

fn written_key(key: RowKey, is_one: bool) -> Result<Option<String>, serde_json::Error> {
    if is_one { Ok(key.1) } else { serde_json::to_string(&key).map(Some) }
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
    let Kept { level, key, periods, by, as_of } = kept;
    let after = periods.read_key(claim.job.after.clone())?;
    let is_one = matches!(periods, KeptPeriods::One(_));
    let counted = Counted { level, key, by, with_empty: false };
    let table = Table { counted, periods: periods.into_vec(), as_of: Some(as_of) };
    let page = PageRequest { after, limit: groups, with_total: false };
    let mut lines = Vec::new();
    let take = |fact: &Fact<'_>| lines.push(serde_json::to_string(&MeasureRowView::of(fact)));
    let next = table.each_fact(store, &claim.grant, page, now, take).await?;
    let after = next.map_or(Ok(None), |key| written_key(key, is_one))?;
    let mut made = Made { body: String::new(), lines: 0, after };
    for line in lines {
        made.body.push_str(&line?);
        made.body.push('\n');
        made.lines += 1;
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Kept, KeptPeriods};
    use crate::measures::table::RowKey;

    fn kept(asked: &Value) -> Kept {
        let kept: Kept = serde_json::from_value(asked.clone()).unwrap();
        assert_eq!(serde_json::to_value(&kept).unwrap(), *asked, "it is written as it was read");
        kept
    }

    #[test]
    fn an_order_of_an_earlier_release_is_read() {
        let order = kept(&json!({
            "level": "school", "key": null, "period": "2026-T1", "from": "2026-01-26",
            "to": "2026-04-02", "except": [], "by": "kind", "as_of": "2026-04-20T00:00:00Z",
        }));
        let KeptPeriods::One(period) = &order.periods else { panic!("it has one period") };
        assert_eq!(period.period, "2026-T1");
        let RowKey(place, group) =
            order.periods.read_key(Some("9001".to_owned())).unwrap().unwrap();
        assert_eq!((place, group.as_deref()), (0, Some("9001")));
    }

    #[test]
    fn several_periods_go_on_in_the_one_that_was_reached() {
        let period = |name: &str| json!({ "period": name, "from": "2026-01-26", "to": "2026-04-02", "except": [] });
        let order = kept(&json!({
            "level": "school", "key": null, "periods": [period("2026-T1"), period("2026-T2")],
            "by": null, "as_of": "2026-04-20T00:00:00Z",
        }));
        for key in [RowKey(1, None), RowKey(0, Some("9001".to_owned()))] {
            let text = super::written_key(RowKey(key.0, key.1.clone()), false).unwrap();
            let RowKey(place, group) = order.periods.read_key(text).unwrap().unwrap();
            assert_eq!((place, group), (key.0, key.1));
        }
    }
}
