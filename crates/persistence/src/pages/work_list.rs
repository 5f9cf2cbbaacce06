//! Work lists: what somebody has to see to, counted and listed. The rules say which item belongs
//! to which queue (`domain::work_list`); here their facts are read, and the cases that a page
//! shows. Numbers and pages are made of the same items.

use std::collections::{HashMap, HashSet};

use ascms_domain::access::Grant;
use ascms_domain::calendar::{Region, nz_date};
use ascms_domain::ids::{CaseId, TaskId, UserId};
use ascms_domain::work_list::{Asking, WorkItem, WorkQueue, WorkReason};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use crate::features::cases;
use crate::pages::work_list::open_cases::Wanted;
use crate::reach::rows::attendance_case;
use crate::reference::calendars::Calendars;
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest, Pass};
use crate::store::position;
use crate::store::position::point::Position;
use crate::{Store, gate, reach};

mod caseloads;
mod open_cases;
mod open_needs;

pub use caseloads::{CaseloadKey, CaseloadRow};

/// Something to see to, and the case that it is about.
#[derive(Clone, Debug)]
pub struct WorkRow {
    pub item: WorkItem,
    pub case: gate::case::CaseRow,
}

/// Where a page of a queue goes on: by due date, then by case.
pub type WorkKey = (Option<NaiveDate>, CaseId, WorkReason, Option<TaskId>);

impl Store {
    /// One queue of the caller's work list, the earliest due date first.
    pub async fn work_items(
        &self,
        grant: &Grant,
        queue: WorkQueue,
        within_days: u16,
        page: PageRequest<Pass<WorkKey>>,
        now: DateTime<Utc>,
    ) -> Result<Page<WorkRow, Pass<WorkKey>>, StoreError> {
        let of_pass = page.of_pass(self).await?;
        let page = of_pass.page;
        let mut items = self.items(grant, Some(queue), within_days, now).await?;
        items.retain(|item| item.queue == queue);
        items.sort_unstable();
        let total = page.with_total.then(|| u64::try_from(items.len()).unwrap_or(u64::MAX));
        let mut pass = items.clone();
        if let Some(since) = &of_pass.since {
            let moved = self.cases_moved(grant, since).await?;
            pass.retain(|item| moved.contains(&item.case_id));
        }
        if let Some(after) = page.after {
            pass.retain(|item| key(item) > after);
        }
        let found = page.cut(pass, key);
        let moved = async |began: &Position| {
            let moved = self.cases_moved(grant, began).await?;
            Ok(items.iter().any(|item| moved.contains(&item.case_id)))
        };
        let next = of_pass.next(found.next, moved).await?;
        let ids = found.items.iter().map(|item| item.case_id);
        let rows = cases::rows(&self.read, grant, ids).await?;
        let of_id: HashMap<CaseId, gate::case::CaseRow> =
            rows.into_iter().map(|row| (row.case.id, row)).collect();
        // A case that went to somebody else in this moment is nothing to see to any more.
        let shown = found.items.into_iter().filter_map(|item| {
            let case = of_id.get(&item.case_id)?.clone();
            Some(WorkRow { item, case })
        });
        let items: Vec<WorkRow> = shown.collect();
        let ids = items.iter().map(|row| row.item.case_id.0).collect();
        self.read_log.record(audit::allowed(grant, Subject::many("case", ids), now)).await?;
        Ok(Page { items, next, total })
    }

    /// The cases whose items may have moved since a position.
    async fn cases_moved(
        &self,
        grant: &Grant,
        since: &Position,
    ) -> Result<HashSet<CaseId>, StoreError> {
        let backend = self.read.get_database_backend();
        let moved =
            position::cases_changed(backend, grant, &["case", "need", "task", "transfer"], since);
        let ids = reach::cases::within(grant)
            .select_only()
            .column(attendance_case::Column::Id)
            .filter(attendance_case::Column::Id.in_subquery(moved));
        let ids: Vec<CaseId> = ids.into_tuple().all(&self.read).await?;
        Ok(ids.into_iter().collect())
    }

    /// How many items each queue of the caller's work list has.
    pub async fn work_list_counts(
        &self,
        grant: &Grant,
        within_days: u16,
        now: DateTime<Utc>,
    ) -> Result<Vec<(WorkQueue, u64)>, StoreError> {
        let mut counts: HashMap<WorkQueue, u64> = HashMap::new();
        for item in self.items(grant, None, within_days, now).await? {
            *counts.entry(item.queue).or_default() += 1;
        }
        let count = |queue: &WorkQueue| (*queue, counts.get(queue).copied().unwrap_or(0));
        Ok(WorkQueue::ALL.iter().map(count).collect())
    }

    /// What the caller has to see to: everything, or at least what is in one queue.
    async fn items(
        &self,
        grant: &Grant,
        queue: Option<WorkQueue>,
        within_days: u16,
        now: DateTime<Utc>,
    ) -> Result<Vec<WorkItem>, StoreError> {
        let (caller, today) = (UserId(grant.caller().id()), nz_date(now));
        let calendars = self.calendars().await?;
        let soon = soon(&calendars, today, within_days)?;
        let furthest = soon.values().max().copied().unwrap_or(today);
        let wanted = match queue {
            Some(queue) => Wanted::of(queue, furthest),
            None => Wanted::all(furthest),
        };
        let mut items = Vec::new();
        for seen in self.open_cases(grant, &calendars, wanted).await? {
            let until = soon.get(&seen.region).copied().unwrap_or(today);
            seen.case.items(&Asking { caller, today, until }, &mut items);
        }
        Ok(items)
    }
}

/// The last day that is soon, in every region and where none is known.
fn soon(
    calendars: &Calendars,
    today: NaiveDate,
    within_days: u16,
) -> Result<HashMap<Option<Region>, NaiveDate>, StoreError> {
    let regions = Region::ALL.iter().copied().map(Some).chain([None]);
    let each = regions.map(|region| {
        let until = calendars.contract.add_business_days(today, within_days, region)?;
        Ok((region, until))
    });
    each.collect()
}

fn key(item: &WorkItem) -> WorkKey {
    let WorkItem { queue: _, due_on, case_id, reason, task_id } = *item;
    (due_on, case_id, reason, task_id)
}
