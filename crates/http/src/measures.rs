//! `/v1/service-levels`: the contract's contact numbers for any level and period, and the referrals
//! behind each of them.

use std::collections::BTreeMap;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::access::Grant;
use ascms_domain::calendar::CalendarName;
use ascms_domain::ids::{CaseId, ReferralId, StudentId};
use ascms_domain::measures::{
    ContactMeasure, CountedReach, Exclusion, Level, Standing, Tally, Target,
};
use ascms_domain::terms::TermKey;
use ascms_persistence::measures::{Group, MemberFilter, MemberRow, Scope};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::{May, ReadMeasures};
use crate::incoming::Params;
use crate::page::{self, Paging};
use crate::problem::{Code, Fault, Refusal};
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_service_levels).service(list_service_level_members);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct GetServiceLevels {
    /// What the numbers are counted for.
    #[param(inline)]
    level: Level,
    /// Only the group of this key: a region's name, a code, a school's number, a student's id.
    #[param(max_length = 100)]
    key: Option<String>,
    /// Referrals of this school term; or give `from` and `to`.
    #[param(inline)]
    term: Option<TermKey>,
    /// Referrals received on this day or later.
    from: Option<NaiveDate>,
    /// Referrals received on this day or earlier.
    to: Option<NaiveDate>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    #[param(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListServiceLevelMembers {
    /// Whose number it is.
    #[param(inline)]
    measure: ContactMeasure,
    /// The number's limit in business days.
    #[param(minimum = 1, maximum = 366)]
    within_days: u16,
    /// Only the referrals that count this way.
    #[param(inline)]
    standing: Option<Standing>,
    #[param(inline)]
    level: Level,
    /// Only the group of this key: a region's name, a code, a school's number, a student's id.
    #[param(max_length = 100)]
    key: Option<String>,
    /// Referrals of this school term; or give `from` and `to`.
    #[param(inline)]
    term: Option<TermKey>,
    /// Referrals received on this day or later.
    from: Option<NaiveDate>,
    /// Referrals received on this day or earlier.
    to: Option<NaiveDate>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    #[param(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
    include_total: Option<bool>,
}

/// Service levels: numbers, and everything they were made by.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ServiceLevelsView {
    level: Level,
    /// The first day of the period.
    from: NaiveDate,
    /// The last day of the period.
    to: NaiveDate,
    reach: CountedReach,
    /// One a group, in the order of their keys.
    #[schema(max_items = 200)]
    items: Vec<GroupView>,
    /// Where the next page starts; null on the last one.
    #[schema(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    next_cursor: Option<String>,
    #[schema(max_length = 100)]
    rule_version: String,
    calendar: CalendarName,
    #[schema(max_length = 100)]
    calendar_version: String,
    /// The instant that decides what still is pending.
    as_of: DateTime<Utc>,
}

/// The numbers of one group.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct GroupView {
    /// A region's name, a code, a number or an id; `unassigned` for what belongs to none.
    #[schema(max_length = 100)]
    key: String,
    #[schema(max_length = 200)]
    name: Option<String>,
    /// The four numbers of the contract.
    #[schema(max_items = 10)]
    numbers: Vec<NumberView>,
}

/// One number.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NumberView {
    measure: ContactMeasure,
    /// Business days from the referral date.
    #[schema(minimum = 1, maximum = 366)]
    within_days: u16,
    /// Referrals with contact in time.
    #[schema(minimum = 0)]
    numerator: u64,
    /// Referrals that count: met and missed.
    #[schema(minimum = 0)]
    denominator: u64,
    /// Numerator by denominator, four decimals; null of nothing.
    #[schema(minimum = 0, maximum = 1)]
    rate: Option<f64>,
    /// Not reached yet, and the deadline is still ahead.
    #[schema(minimum = 0)]
    pending: u64,
    /// Referrals that do not count, by reason.
    #[schema(max_items = 20)]
    excluded: Vec<ExcludedView>,
    /// The contract's target, in percent.
    #[schema(minimum = 0, maximum = 100)]
    target_percent: u32,
    /// Whether the target is kept; null of nothing.
    met: Option<bool>,
}

/// How many referrals do not count for a reason.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExcludedView {
    reason: Exclusion,
    #[schema(minimum = 0)]
    count: u64,
}

/// The referrals behind a number.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MembersView {
    /// In the order of their referral dates.
    #[schema(max_items = 200)]
    items: Vec<MemberView>,
    /// Where the next page starts; null on the last one.
    #[schema(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    next_cursor: Option<String>,
    /// All members; null unless `includeTotal` was asked for.
    #[schema(minimum = 0)]
    total: Option<u64>,
    #[schema(max_length = 100)]
    rule_version: String,
    #[schema(max_length = 100)]
    calendar_version: String,
    as_of: DateTime<Utc>,
}

/// How one referral counts: ids, places, clocks and outcome, no names.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MemberView {
    referral_id: ReferralId,
    student_id: StudentId,
    case_id: Option<CaseId>,
    #[schema(max_length = 14, pattern = "^AS-[0-9]{4}-[0-9]{6}$")]
    case_number: Option<String>,
    #[schema(max_length = 4, pattern = "^[0-9]{1,4}$")]
    school_number: String,
    #[schema(max_length = 64)]
    provider_code: Option<String>,
    /// Day 0.
    referral_date: NaiveDate,
    /// The last day on which contact is in time.
    due_on: NaiveDate,
    /// Business days from the referral to contact; null while there was none.
    #[schema(minimum = 0, maximum = 10000)]
    days: Option<u16>,
    standing: Standing,
    exclusion: Option<Exclusion>,
}

/// Read service levels
///
/// The four contact numbers of every group of a level: with numerator, denominator, what is
/// pending and excluded, the target, and the versions of the rule and the calendar.
#[utoipa::path(
    tag = "Measures",
    security(("bearer" = ["measures:read"])),
    params(GetServiceLevels),
    responses((status = 200, description = "The numbers", body = ServiceLevelsView)),
)]
#[get("/service-levels")]
async fn get_service_levels(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadMeasures>,
    query: Params<GetServiceLevels>,
) -> Result<HttpResponse, Refusal> {
    let GetServiceLevels { level, key, term, from, to, limit, cursor } = query.0;
    let (from, to) = period(&app, term, from, to).await?;
    let scope = Scope { level, from, to, key };
    let page = page::request(&req, &app, &grant, Paging { limit, cursor, include_total: None })?;
    let found = app.store().service_levels(&grant, &scope, page, app.now(&req)?).await?;
    let next_cursor = found.groups.next.map(|key| page::seal(&req, &app, &grant, &key));
    let view = ServiceLevelsView {
        level,
        from,
        to,
        reach: reach(&grant),
        items: found.groups.items.into_iter().map(GroupView::of).collect(),
        next_cursor,
        rule_version: found.rule_version,
        calendar: CalendarName::Contract2026,
        calendar_version: found.calendar_version,
        as_of: found.as_of,
    };
    Ok(answer::list(&view, None))
}

/// List the referrals behind a number
#[utoipa::path(
    tag = "Measures",
    security(("bearer" = ["measures:read"])),
    params(ListServiceLevelMembers),
    responses((status = 200, description = "A page of members", body = MembersView)),
)]
#[get("/service-levels/members")]
async fn list_service_level_members(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadMeasures>,
    query: Params<ListServiceLevelMembers>,
) -> Result<HttpResponse, Refusal> {
    let ListServiceLevelMembers {
        measure, within_days, standing, level, key, term, from, to, ..
    } = query.0;
    let ListServiceLevelMembers { limit, cursor, include_total, .. } = query.0;
    let (from, to) = period(&app, term, from, to).await?;
    let scope = Scope { level, from, to, key };
    let filter = MemberFilter { scope, measure, within_days, standing };
    let page = page::request(&req, &app, &grant, Paging { limit, cursor, include_total })?;
    let found = app.store().service_level_members(&grant, &filter, page, app.now(&req)?).await?;
    let found = found.ok_or_else(|| {
        let fault = Fault::of("withinDays", "not_one_of", "is no limit of this measure");
        Refusal::new(Code::InvalidQuery, "see `errors`").with_errors(vec![fault])
    })?;
    let next_cursor = found.page.next.map(|key| page::seal(&req, &app, &grant, &key));
    let view = MembersView {
        items: found.page.items.into_iter().map(MemberView::of).collect(),
        next_cursor,
        total: found.page.total,
        rule_version: found.rule_version,
        calendar_version: found.calendar_version,
        as_of: found.as_of,
    };
    Ok(answer::list(&view, None))
}

/// The period asked for: a term, or any dates.
async fn period(
    app: &AppState,
    term: Option<TermKey>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Result<(NaiveDate, NaiveDate), Refusal> {
    let refused = |parameter: &str, code: &str, detail: &str| {
        let fault = Fault::of(parameter, code, detail);
        Refusal::new(Code::InvalidQuery, "see `errors`").with_errors(vec![fault])
    };
    match (term, from, to) {
        (Some(key), None, None) => {
            let almanac = app.store().almanac().await?;
            let term = almanac.terms.get(key);
            let term = term.ok_or_else(|| refused("term", "unknown", "no such term is known"))?;
            Ok((term.starts_on, term.ends_on))
        }
        (None, Some(from), Some(to)) if from <= to => Ok((from, to)),
        (None, Some(_), Some(_)) => Err(refused("to", "too_small", "lies before `from`")),
        (None, None, None) => Err(refused("term", "required", "a term, or from and to, is needed")),
        (Some(_), _, _) => Err(refused("term", "repeated", "a term, or from and to, not both")),
        (None, Some(_), None) => Err(refused("to", "required", "is missing")),
        (None, None, Some(_)) => Err(refused("from", "required", "is missing")),
    }
}

fn reach(grant: &Grant) -> CountedReach {
    if grant.reaches_the_nation() { CountedReach::Nation } else { CountedReach::Own }
}

impl GroupView {
    fn of(group: Group) -> Self {
        let Group { key, name, tallies } = group;
        Self { key, name, numbers: tallies.iter().map(NumberView::of).collect() }
    }
}

impl NumberView {
    fn of((target, tally): &(Target, Tally)) -> Self {
        let excluded: &BTreeMap<Exclusion, u64> = &tally.excluded;
        Self {
            measure: target.measure,
            within_days: target.level.within_days,
            numerator: tally.met,
            denominator: tally.denominator(),
            rate: answer::rate(tally.rate_ten_thousandths()),
            pending: tally.pending,
            excluded: excluded
                .iter()
                .map(|(reason, count)| ExcludedView { reason: *reason, count: *count })
                .collect(),
            target_percent: target.level.target_percent,
            met: tally.meets(target.level.target_percent),
        }
    }
}

impl MemberView {
    fn of(row: MemberRow) -> Self {
        Self {
            referral_id: row.clock.referral_id,
            student_id: row.clock.student_id,
            case_id: row.case_id,
            case_number: row.case_number,
            school_number: row.school_number.to_string(),
            provider_code: row.provider_code,
            referral_date: row.clock.referral_date,
            due_on: row.due_on,
            days: row.days,
            standing: row.standing,
            exclusion: row.clock.exclusion.map(Exclusion::from),
        }
    }
}
