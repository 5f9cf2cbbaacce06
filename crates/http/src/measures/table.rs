//! The rows of a table: periods one after another, the groups of each, all of one instant.

use std::collections::BTreeSet;

use ascms_domain::access::Grant;
use ascms_domain::measures::{Breakdown, CountedReach, Level};
use ascms_persistence::measures::{Groups, Measures, Scope};
use ascms_persistence::page::PageRequest;
use ascms_persistence::{Store, StoreError};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::columns::{Fact, RowContext};
use super::period::{Period, PeriodDays, PeriodNames};
use crate::AppState;
use crate::problem::{Code, Fault, Refusal};

/// What is counted, whatever the period.
pub(super) struct Counted {
    pub level: Level,
    pub key: Option<String>,
    pub by: Option<Breakdown>,
    pub with_empty: bool,
}

/// Which facts there are.
pub(super) struct Table {
    pub counted: Counted,
    pub periods: Vec<(String, PeriodDays)>,
    pub as_of: Option<DateTime<Utc>>,
}

/// Where a page of a table starts: the place of its period, and the group after which it goes on.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct RowKey(pub usize, pub Option<String>);

/// Whether groups without a referral are wanted. Of students there would be the whole nation's.
pub(super) fn with_empty(asked: Option<bool>, level: Level) -> Result<bool, Refusal> {
    let with_empty = asked.unwrap_or(false);
    if with_empty && level == Level::Student {
        let detail = "students come only where one of their referrals counts";
        let fault = Fault::of("includeEmpty", "not_one_of", detail);
        return Err(Refusal::faulty(Code::InvalidQuery, vec![fault]));
    }
    Ok(with_empty)
}

impl Table {
    pub(super) async fn of(
        app: &AppState,
        counted: Counted,
        (asked, names): (Period, Option<&PeriodNames>),
        as_of: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        let asked = asked.or_several(names)?;
        // Counted one after another, they would each be of another instant.
        let as_of = match as_of {
            None if asked.len() > 1 => Some(app.store().as_of_now(now).await?),
            known => known,
        };
        let mut periods = Vec::with_capacity(asked.len());
        for period in asked {
            let label = period.label();
            let days = period.days(app, as_of).await;
            let days = if names.is_some() { days.map_err(of_list)? } else { days? };
            periods.push((label, days));
        }
        Ok(Self { counted, periods, as_of })
    }

    /// Hands over each fact of a page, and answers where the next page starts. `limit` counts
    /// groups: the facts of a group are never cut apart.
    pub(super) async fn each_fact(
        self,
        store: &Store,
        grant: &Grant,
        page: PageRequest<RowKey>,
        now: DateTime<Utc>,
        mut take: impl FnMut(&Fact<'_>),
    ) -> Result<Option<RowKey>, StoreError> {
        let Self { counted, periods, as_of } = self;
        let Counted { level, key, by: breakdown, with_empty } = counted;
        let groups = Groups { breakdown, with_empty };
        let (RowKey(first, mut after), mut left) = (page.after.unwrap_or_default(), page.limit);
        for (place, (period, days)) in periods.into_iter().enumerate().skip(first) {
            if left == 0 {
                return Ok(Some(RowKey(place, None)));
            }
            let PeriodDays { from, to, except } = days;
            let scope = Scope { level, from, to, except, key: key.clone(), as_of };
            let page = PageRequest { after: after.take(), limit: left, with_total: false };
            let found = store.measures_of(grant, &scope, groups, page, now).await?;
            let asked = RowContext { period, scope: &scope, by: breakdown, reach: reach(grant) };
            facts(&asked, &found).for_each(|fact| take(&fact));
            if let Some(key) = found.groups.next {
                return Ok(Some(RowKey(place, Some(key))));
            }
            let keys: BTreeSet<&str> =
                found.groups.items.iter().map(|group| group.key.as_str()).collect();
            left = left.saturating_sub(u32::try_from(keys.len()).unwrap_or(u32::MAX));
        }
        Ok(None)
    }
}

/// The same refusal of a period that stands in the list.
fn of_list(mut refusal: Refusal) -> Refusal {
    for fault in &mut refusal.errors {
        fault.parameter = Some("periods".to_owned());
    }
    refusal
}

pub(super) fn reach(grant: &Grant) -> CountedReach {
    if grant.reaches_the_nation() { CountedReach::Nation } else { CountedReach::Own }
}

/// Every number of every group, in the order of the answer.
fn facts<'a>(asked: &'a RowContext<'a>, found: &'a Measures) -> impl Iterator<Item = Fact<'a>> {
    let made_by = &found.made_by;
    found.groups.items.iter().flat_map(move |group| {
        let each = group.tallies.iter();
        each.map(move |(number, tally)| Fact { asked, group, number, tally, made_by })
    })
}
