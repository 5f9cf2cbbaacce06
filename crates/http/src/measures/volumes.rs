//! `/v1/volumes`: how many referrals came in, and what became of them.

use std::collections::BTreeMap;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::access::Grant;
use ascms_domain::calendar::CalendarName;
use ascms_domain::measures::{Breakdown, CountedReach, Level, Sustained};
use ascms_persistence::measures::{Scope, VolumeGroup, Volumes};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::numbers::{self, DaysView};
use super::period::{Period, PeriodDays};
use super::queries::GetVolumes;
use super::table;
use crate::auth::{May, ReadMeasures};
use crate::incoming::Params;
use crate::page::{self, Paging};
use crate::problem::Refusal;
use crate::{AppState, answer, as_known};

/// Read volumes
///
/// How many referrals came in for every group of a level, and what became of them: accepted, declined
/// and why, the days to acceptance, the cases that are open, paused, without a case manager, closed and
/// why, opened again, their barriers, and attendance in the two full terms after a closure. The groups,
/// the periods, `by` and `asOf` are those of `getMeasures`.
#[utoipa::path(
    tag = "Measures",
    security(("bearer" = ["measures:read"])),
    params(GetVolumes),
    responses((status = 200, description = "The volumes", body = VolumesView)),
)]
#[get("/volumes")]
pub(super) async fn get_volumes(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadMeasures>,
    query: Params<GetVolumes>,
) -> Result<HttpResponse, Refusal> {
    let GetVolumes { level, key, by, as_of, limit, cursor, .. } = query.0;
    let GetVolumes { term, quarter, year, from, to, .. } = query.0;
    let now = app.now(&req)?;
    let as_of = as_known::instant(&app, as_of, now).await?;
    let asked = Period { term, quarter, year, from, to };
    let PeriodDays { from, to, except } = asked.days(&app, as_of).await?;
    let scope = Scope { level, from, to, except, key, as_of };
    let page = page::request(&req, &app, &grant, Paging { limit, cursor, include_total: None })?;
    let found = app.store().volumes(&grant, &scope, by, page, now).await?;
    let next_cursor = found.groups.next.as_ref().map(|key| page::seal(&req, &app, &grant, key));
    Ok(answer::list(&VolumesView::of(&grant, &scope, by, found, next_cursor), None))
}

/// Volumes: how many referrals came in, and what became of them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct VolumesView {
    /// The level of the groups that are counted.
    level: Level,
    /// The first day of the period.
    from: NaiveDate,
    /// The last day of the period.
    to: NaiveDate,
    /// Days of the period that are left out: the terms, where the holidays of a year were asked
    /// for.
    #[schema(max_items = 4)]
    except: Vec<DaysView>,
    /// Whether everybody's referrals are counted or only those within the caller's reach.
    reach: CountedReach,
    /// How each group is split into parts; null when it is not.
    by: Option<Breakdown>,
    /// One item for each group or part of a group, in the order of their keys.
    #[schema(max_items = 5000)]
    items: Vec<VolumeView>,
    /// Where the next page starts; null on the last one.
    #[schema(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    next_cursor: Option<String>,
    /// The calendar that counted business days.
    calendar: CalendarName,
    /// Version of that calendar.
    #[schema(max_length = 100)]
    calendar_version: String,
    /// Version of the rule that judged attendance after the closure.
    #[schema(max_length = 100)]
    rule_version: String,
    /// The answer counts what was known at this instant, judged by its day.
    as_of: DateTime<Utc>,
}

/// The volumes of one group. A referral that was received is one of waiting, without a provider,
/// declined, withdrawn, redirected, joined, resolved and accepted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct VolumeView {
    /// Key of the group: a region's name, a code, a number or an id; `unassigned` for referrals
    /// that belong to none.
    #[schema(max_length = 100)]
    key: String,
    /// Name of the group today; null for a group without one.
    #[schema(max_length = 200)]
    name: Option<String>,
    /// Part of the group; `not_stated` when it is not known, null when nothing is split.
    #[schema(max_length = 100)]
    part: Option<String>,
    /// Referrals that came in.
    #[schema(minimum = 0)]
    received: u64,
    /// How many of them came to a school's own team.
    #[schema(minimum = 0)]
    in_school: u64,
    /// That number divided by the referrals received, four decimals; null when there are none.
    #[schema(minimum = 0, maximum = 1)]
    in_school_share: Option<f64>,
    /// Referrals that wait for a provider's decision, or were returned to their sender.
    #[schema(minimum = 0)]
    waiting: u64,
    /// Referrals for which no provider is responsible yet.
    #[schema(minimum = 0)]
    without_provider: u64,
    /// Referrals that the provider declined, by code of the set `referral-decline-reasons`.
    #[schema(max_items = 100)]
    declined: Vec<CodeCountView>,
    /// Referrals that the sender took back.
    #[schema(minimum = 0)]
    withdrawn: u64,
    /// Referrals that went on to another provider, where another referral follows.
    #[schema(minimum = 0)]
    redirected: u64,
    /// Referrals that joined a case that was open already.
    #[schema(minimum = 0)]
    joined_to_open_case: u64,
    /// Referrals that ended since the student turned out to be enrolled.
    #[schema(minimum = 0)]
    resolved: u64,
    /// Referrals that opened a case: the open cases and the closed ones together.
    #[schema(minimum = 0)]
    accepted: u64,
    /// How long acceptance took, of the accepted referrals.
    days_to_accept: DaysToAcceptView,
    /// Cases that are open, also those that are paused or have no case manager.
    #[schema(minimum = 0)]
    open: u64,
    /// Open cases without a case manager.
    #[schema(minimum = 0)]
    unassigned: u64,
    /// Open cases that are paused.
    #[schema(minimum = 0)]
    paused: u64,
    /// Cases that are closed, by code of the set `case-closure-reasons`.
    #[schema(max_items = 100)]
    closed: Vec<CodeCountView>,
    /// Cases that were opened again once or more, whether they are closed by now or not.
    #[schema(minimum = 0)]
    reopened: u64,
    /// Cases for which a barrier is on record, resolved or not, by code of the set `barriers`: a case
    /// may have several. Null for callers of a school, and of a single student for the Ministry.
    #[schema(max_items = 500)]
    barriers: Option<Vec<CodeCountView>>,
    /// Attendance in the first full term after the closure, of the closed cases.
    sustained_first_term: SustainedView,
    /// Attendance in the second full term after the closure, of the closed cases.
    sustained_second_term: SustainedView,
}

/// How many there are with a code.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CodeCountView {
    /// The code; `not_stated` where none is on record.
    #[schema(max_length = 100)]
    code: String,
    /// How many there are.
    #[schema(minimum = 0)]
    count: u64,
}

/// Business days from the referral to its acceptance.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DaysToAcceptView {
    /// Half of the referrals were accepted within so many days; null when none was.
    #[schema(minimum = 0)]
    median: Option<u16>,
    /// Nine of ten referrals were accepted within so many days; null when none was.
    #[schema(minimum = 0)]
    p90: Option<u16>,
}

/// Attendance in a full term after the closure. Students who died or moved overseas by its end are left
/// out.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SustainedView {
    /// Cases whose student attended over 70 % of the term, or over what the rule says.
    #[schema(minimum = 0)]
    over: u64,
    /// Cases whose student attended less.
    #[schema(minimum = 0)]
    not_over: u64,
    /// Cases of which it is not known yet, since the term is not over.
    #[schema(minimum = 0)]
    pending: u64,
    /// Cases of which too little of the term is on record.
    #[schema(minimum = 0)]
    too_little_attendance: u64,
    /// `over` divided by `over` and `notOver`, four decimals; null when both are 0.
    #[schema(minimum = 0, maximum = 1)]
    rate: Option<f64>,
}

impl VolumesView {
    fn of(
        grant: &Grant,
        scope: &Scope,
        by: Option<Breakdown>,
        found: Volumes,
        next_cursor: Option<String>,
    ) -> Self {
        let Volumes { groups, with_barriers, made_by } = found;
        let items = groups.items.into_iter().map(|group| VolumeView::of(group, with_barriers));
        Self {
            level: scope.level,
            from: scope.from,
            to: scope.to,
            except: numbers::except(scope),
            reach: table::reach(grant),
            by,
            items: items.collect(),
            next_cursor,
            calendar: CalendarName::Contract2026,
            calendar_version: made_by.calendar_version,
            rule_version: made_by.outcomes,
            as_of: made_by.as_of,
        }
    }
}

impl VolumeView {
    fn of(group: VolumeGroup, with_barriers: bool) -> Self {
        let VolumeGroup { key, name, part, volume } = group;
        let accepted = volume.accepted();
        let in_school_share = answer::rate(volume.in_school_ten_thousandths());
        let [first, second] = volume.sustained;
        Self {
            key,
            name,
            part,
            received: volume.received,
            in_school: volume.in_school,
            in_school_share,
            waiting: volume.waiting,
            without_provider: volume.without_provider,
            declined: by_code(volume.declined),
            withdrawn: volume.withdrawn,
            redirected: volume.redirected,
            joined_to_open_case: volume.joined,
            resolved: volume.resolved,
            accepted,
            days_to_accept: DaysToAcceptView {
                median: volume.days_to_accept.percentile(50),
                p90: volume.days_to_accept.percentile(90),
            },
            open: volume.open,
            unassigned: volume.unassigned,
            paused: volume.paused,
            closed: by_code(volume.closed),
            reopened: volume.reopened,
            barriers: with_barriers.then(|| by_code(volume.barriers)),
            sustained_first_term: SustainedView::of(first),
            sustained_second_term: SustainedView::of(second),
        }
    }
}

impl SustainedView {
    fn of(sustained: Sustained) -> Self {
        let rate = answer::rate(sustained.rate_ten_thousandths());
        let Sustained { over, not_over, pending, too_little_attendance } = sustained;
        Self { over, not_over, pending, too_little_attendance, rate }
    }
}

fn by_code(counts: BTreeMap<String, u64>) -> Vec<CodeCountView> {
    counts.into_iter().map(|(code, count)| CodeCountView { code, count }).collect()
}
