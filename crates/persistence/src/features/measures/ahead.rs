//! Versions that had to be dated later than the clock said, because of what they follow. An answer
//! that counts them is as of an instant that does too.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

use crate::Store;
use crate::rows::version_ahead::{ActiveModel, Column, Entity, Model};
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;

/// Further ahead than servers' clocks may be apart, a version is of another day of the sandbox, or
/// of a clock that was set back: an answer of now is then not as of that day.
const AHEAD: TimeDelta = TimeDelta::minutes(1);

/// Notes a version that is ahead of the clock. Seldom: two changes of one instant, or two servers
/// whose clocks differ.
pub(super) async fn note(
    txn: &DatabaseTransaction,
    known_from: DateTime<Utc>,
) -> Result<(), DbErr> {
    let later = Expr::col((Entity, Column::KnownFrom)).lt(known_from);
    let further = OnConflict::column(Column::OnlyOne)
        .update_column(Column::KnownFrom)
        .action_and_where(later)
        .to_owned();
    Entity::insert(ActiveModel::from(Model { only_one: 1, known_from }).reset_all())
        .on_conflict(further)
        .exec_without_returning(txn)
        .await?;
    Ok(())
}

impl Store {
    /// The instant of which an answer of now is: now, or a little later when what it counts is.
    pub async fn as_of_now(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>, StoreError> {
        let ahead = Entity::find_by_id(1).one(&self.read).await?.map(|row| row.known_from);
        let ahead = ahead.filter(|ahead| *ahead > now && *ahead - now <= AHEAD);
        Ok(ahead.unwrap_or(now))
    }
}
