//! How a recalculation is done: some clocks in each transaction, and in the same one how far it has
//! come. A server that is killed leaves it where it is, for the next one to take up.

use ascms_domain::ids::ReferralId;
use ascms_domain::measures::ClockCause;
use ascms_domain::recalculations::RecalculationCause;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect};

use crate::Store;
use crate::features::measures::{self, ClockScope, TouchedClocks};
use crate::reference::calendars;
use crate::rows::recalculation::{ActiveModel, Column, Entity, Model};
use crate::store::audit::{self, Subject};
use crate::store::dialect;
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;

/// Other servers remember calendars, terms and rules for ten seconds, and a call that has read
/// them may take five more. A count before this time is over could be overwritten by a clock that is
/// set by what was known before.
const SETTLED_AFTER: TimeDelta = TimeDelta::seconds(30);

impl Store {
    /// Counts at most so many clocks of the oldest recalculation that is due, by the calendar and
    /// the terms in the database. Answers whether there was one: then there may be more to do.
    ///
    /// A recalculation that another server is at is left to it.
    pub async fn recalculate_some(
        &self,
        now: DateTime<Utc>,
        at_most: u64,
    ) -> Result<bool, StoreError> {
        let due = due(now);
        // Nearly always there is nothing: found out without the lock of a write.
        if due.clone().one(&self.read).await?.is_none() {
            return Ok(false);
        }
        let txn = self.begin().await?;
        let Some(mut row) = dialect::skip_locked(due).one(&txn).await? else {
            return Ok(false);
        };
        let touched = touched(&row);
        if row.started_at.is_none() {
            let total = match &touched {
                Some(touched) => measures::count_touched(&txn, touched).await?,
                None => 0,
            };
            row.total = Some(i32::try_from(total).unwrap_or(i32::MAX));
            row.started_at = Some(now);
        }
        let counted = match &touched {
            Some(touched) => count_some(&txn, &mut row, touched, at_most, now).await?,
            None => 0,
        };
        if counted < at_most {
            finish(&txn, &mut row, now).await?;
        }
        whole_row::update(&txn, ActiveModel::from(row)).await?;
        txn.commit().await?;
        Ok(true)
    }
}

/// The oldest recalculation that is not finished, once everybody knows what ordered it. What a
/// release orders, the servers that run it know from their start.
fn due(now: DateTime<Utc>) -> Select<Entity> {
    let settled = Condition::any()
        .add(Column::OrderedAt.lte(now - SETTLED_AFTER))
        .add(Column::Cause.eq(RecalculationCause::Upgrade));
    // A constant, so that the partial index serves it.
    let unfinished = Entity::find().filter(Expr::cust("finished_at IS NULL"));
    unfinished.filter(settled).order_by_asc(Column::Id).limit(1)
}

/// The clocks it is about.
fn touched(row: &Model) -> Option<TouchedClocks> {
    let (first, last) = row.from_date.zip(row.to_date)?;
    let until = match row.cause {
        RecalculationCause::Holiday => Some(last),
        RecalculationCause::Terms | RecalculationCause::Rule | RecalculationCause::Upgrade => None,
    };
    Some(TouchedClocks { first, last, counted_until: until })
}

async fn count_some(
    txn: &DatabaseTransaction,
    row: &mut Model,
    touched: &TouchedClocks,
    at_most: u64,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let after = row.last_referral_date.zip(row.last_referral_id);
    let some = measures::next_touched(txn, touched, after, at_most).await?;
    let Some((last_date, last_id)) = some.last().copied() else { return Ok(0) };
    let ids: Vec<ReferralId> = some.iter().map(|(_, id)| *id).collect();
    // Not the one in memory: that may be from before the change.
    let calendars = calendars::load(txn).await?;
    let which = ClockScope::Referrals(&ids);
    measures::recompute_clocks(txn, which, ClockCause::Calendar, &calendars, now).await?;
    row.last_referral_date = Some(last_date);
    row.last_referral_id = Some(last_id);
    let more = i32::try_from(some.len()).unwrap_or(i32::MAX);
    row.done = row.done.saturating_add(more);
    // Referrals that came in meanwhile were counted too.
    row.total = row.total.map(|total| total.max(row.done));
    Ok(u64::try_from(some.len()).unwrap_or(u64::MAX))
}

async fn finish(
    txn: &DatabaseTransaction,
    row: &mut Model,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    row.finished_at = Some(now);
    // Some may have changed meanwhile so that nothing of this kind can touch them.
    row.total = Some(row.done);
    let event = Event {
        kind: "measures.recalculated",
        subject_id: row.id.0,
        version: 1,
        provider_id: None,
        school_id: None,
    };
    events::record(txn, event, now).await?;
    let subject = Subject::one("recalculation", row.id.0);
    Ok(audit::record(txn, audit::by_operator("measures:recalculate", subject, now)).await?)
}
