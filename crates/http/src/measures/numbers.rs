//! Numbers, and everything they were made by.

use std::collections::BTreeMap;

use ascms_domain::access::Grant;
use ascms_domain::calendar::CalendarName;
use ascms_domain::measures::{
    Breakdown, CountedReach, DeadlinePassed, Exclusion, Level, Measure, Number, Tally,
};
use ascms_persistence::measures::{Group, MadeBy, Measures, Scope};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::table;
use crate::answer;

/// Measures: numbers, and everything they were made by.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MeasuresView {
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
    items: Vec<GroupView>,
    /// Where the next page starts; null on the last one.
    #[schema(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    next_cursor: Option<String>,
    /// The calendar that counted business days.
    calendar: CalendarName,
    /// Version of that calendar.
    #[schema(max_length = 100)]
    calendar_version: String,
    /// The answer counts what was known at this instant, judged by its day.
    as_of: DateTime<Utc>,
}

/// Days, both ends included.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DaysView {
    /// The first of the days.
    from: NaiveDate,
    /// The last of the days.
    to: NaiveDate,
}

/// The numbers of one group.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct GroupView {
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
    /// The six numbers of the contract: four of contact, two of outcome.
    #[schema(max_items = 10)]
    numbers: Vec<NumberView>,
}

/// One number.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NumberView {
    /// The measure that is counted.
    measure: Measure,
    /// The limit, in business days from the referral date; null for improved attendance, which has
    /// a term.
    #[schema(minimum = 1, maximum = 366)]
    within_days: Option<u16>,
    /// How many referrals met the limit.
    #[schema(minimum = 0)]
    numerator: u64,
    /// How many referrals count: those that met and those that missed.
    #[schema(minimum = 0)]
    denominator: u64,
    /// Numerator divided by denominator, four decimals; null when the denominator is 0.
    #[schema(minimum = 0, maximum = 1)]
    rate: Option<f64>,
    /// The same for only those referrals whose deadline has passed. While others are pending, it is
    /// the figure to go by: a referral that meets its limit early counts at once, one that misses
    /// it counts only afterwards.
    deadline_passed: DeadlinePassedView,
    /// How many referrals are not decided yet: the deadline, or the end of the term, is still
    /// ahead.
    #[schema(minimum = 0)]
    pending: u64,
    /// How many referrals do not count, by reason.
    #[schema(max_items = 20)]
    excluded: Vec<ExcludedView>,
    /// The contract's target, in percent.
    #[schema(minimum = 0, maximum = 100)]
    target_percent: u32,
    /// Whether the target is met; null while anything is pending, and when the denominator is 0.
    met: Option<bool>,
    /// Version of the rule that judged.
    #[schema(max_length = 100)]
    rule_version: String,
}

/// A number of the referrals whose deadline has passed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DeadlinePassedView {
    /// How many of these referrals met the limit.
    #[schema(minimum = 0)]
    numerator: u64,
    /// How many referrals count and have a deadline that has passed.
    #[schema(minimum = 0)]
    denominator: u64,
    /// Numerator divided by denominator, four decimals; null when the denominator is 0.
    #[schema(minimum = 0, maximum = 1)]
    rate: Option<f64>,
}

impl DeadlinePassedView {
    fn of(passed: DeadlinePassed) -> Self {
        Self {
            numerator: passed.met,
            denominator: passed.denominator,
            rate: answer::rate(passed.rate_ten_thousandths()),
        }
    }
}

/// How many referrals do not count for a reason.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExcludedView {
    /// Why the referrals do not count.
    reason: Exclusion,
    /// How many referrals there are.
    #[schema(minimum = 0)]
    count: u64,
}

/// The days of a period that are left out.
pub(super) fn except(scope: &Scope) -> Vec<DaysView> {
    scope.except.iter().map(|(from, to)| DaysView { from: *from, to: *to }).collect()
}

impl MeasuresView {
    pub(super) fn of(
        grant: &Grant,
        scope: &Scope,
        by: Option<Breakdown>,
        found: Measures,
        next_cursor: Option<String>,
    ) -> Self {
        let Measures { groups, made_by } = found;
        Self {
            level: scope.level,
            from: scope.from,
            to: scope.to,
            except: except(scope),
            reach: table::reach(grant),
            by,
            items: groups.items.into_iter().map(|group| GroupView::of(group, &made_by)).collect(),
            next_cursor,
            calendar: CalendarName::Contract2026,
            calendar_version: made_by.calendar_version.clone(),
            as_of: made_by.as_of,
        }
    }
}

impl GroupView {
    fn of(group: Group, made_by: &MadeBy) -> Self {
        let Group { key, name, part, tallies } = group;
        let numbers = tallies.iter().map(|number| NumberView::of(number, made_by)).collect();
        Self { key, name, part, numbers }
    }
}

impl NumberView {
    fn of((number, tally): &(Number, Tally), made_by: &MadeBy) -> Self {
        let excluded: &BTreeMap<Exclusion, u64> = &tally.excluded;
        Self {
            measure: number.measure,
            within_days: number.within_days,
            numerator: tally.met,
            denominator: tally.denominator(),
            rate: answer::rate(tally.rate_ten_thousandths()),
            deadline_passed: DeadlinePassedView::of(tally.deadline_passed()),
            pending: tally.pending,
            excluded: excluded
                .iter()
                .map(|(reason, count)| ExcludedView { reason: *reason, count: *count })
                .collect(),
            target_percent: number.target_percent,
            met: tally.meets(number.target_percent),
            rule_version: made_by.rule_version(number.measure).to_owned(),
        }
    }
}
