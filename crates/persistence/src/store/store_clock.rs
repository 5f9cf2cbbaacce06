//! How far the clock has come by which rows are dated. Every server notes it every few seconds, so
//! that a clock that was set back, or far ahead, is seen at the next start.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{QueryOrder, QuerySelect};

use crate::Store;
use crate::rows::audit_entry;
use crate::rows::store_clock::{ActiveModel, Column, Entity, Model};
use crate::store::audit::{self, Subject};
use crate::store::dialect::place;
use crate::store::error::StoreError;

/// A server that is away for longer than a night and a day may come back with another clock.
const GAP: TimeDelta = TimeDelta::hours(36);

/// The times that a server's clock is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// The highest instant that is on record; `None` in a new database.
    pub latest: Option<DateTime<Utc>>,
    /// The database's own; `None` where it is this machine's.
    pub database: Option<DateTime<Utc>>,
}

impl Store {
    pub async fn times(&self) -> Result<Times, StoreError> {
        let noted = Entity::find_by_id(1).one(&self.read).await?.map(|row| row.latest_at);
        let latest = match noted {
            Some(latest) => Some(latest),
            // Of a release that noted nothing, the audit trail tells.
            None => {
                let newest = audit_entry::Entity::find().order_by_desc(audit_entry::Column::Id);
                newest.one(&self.read).await?.map(|entry| entry.at)
            }
        };
        Ok(Times { latest, database: place::now(&self.read).await? })
    }

    /// Notes that a server's clock has come so far. After a gap its steadiness begins anew: whether
    /// the time passed, or the clock was set ahead, nobody can tell.
    pub async fn note_instant(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let txn = self.begin().await?;
        let first = Model { only_one: 1, latest_at: now, steady_since: now };
        Entity::insert(ActiveModel::from(first).reset_all())
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&txn)
            .await?;
        let row = Entity::find_by_id(1).lock_exclusive().one(&txn).await?;
        if let Some(row) = row.filter(|row| row.latest_at < now) {
            let gap = now - row.latest_at > GAP;
            let steady_since = if gap { now } else { row.steady_since };
            let row = Model { latest_at: now, steady_since, ..row };
            let row = ActiveModel::from(row).reset_all();
            Entity::update(row).exec_without_returning(&txn).await?;
        }
        txn.commit().await?;
        Ok(())
    }

    /// The operator's word that this is the time, whatever is on record.
    pub async fn accept_clock(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let txn = self.begin().await?;
        let row = Model { only_one: 1, latest_at: now, steady_since: now };
        let anew = OnConflict::column(Column::OnlyOne)
            .update_columns([Column::LatestAt, Column::SteadySince])
            .to_owned();
        Entity::insert(ActiveModel::from(row).reset_all())
            .on_conflict(anew)
            .exec_without_returning(&txn)
            .await?;
        let subject = Subject::many("store_clock", Vec::new());
        audit::record(&txn, audit::by_operator("clock:accept", subject, now)).await?;
        txn.commit().await?;
        Ok(())
    }

    /// The time by which what is older than `age` may go: the earlier one of the server's and the
    /// database's. `None` while the clock has not gone steadily for so long: then nobody knows
    /// what is so old.
    pub async fn time_to_forget(
        &self,
        now: DateTime<Utc>,
        age: TimeDelta,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let Some(row) = Entity::find_by_id(1).one(&self.read).await? else { return Ok(None) };
        let now = place::now(&self.read).await?.map_or(now, |theirs| theirs.min(now));
        // Far from what was noted last, it was set since.
        let noted = (now - row.latest_at).abs() <= TimeDelta::minutes(5);
        Ok((noted && now - row.steady_since >= age).then_some(now))
    }
}
