//! Whether the database keeps what it is given: something is written, committed, and read back
//! over another connection. An answer alone proves nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sea_orm::entity::prelude::*;
use sea_orm::{DbBackend, ExprTrait, QuerySelect};
use tokio::sync::Mutex;

use crate::Store;
use crate::rows::heartbeat::{Column, Entity};
use crate::store::connections::Connections;
use crate::store::dialect;
use crate::store::error::StoreError;

/// The table's one row.
const ROW: i32 = 1;
/// However often somebody asks, the database is asked this often.
const AT_MOST_EVERY: Duration = Duration::from_secs(1);
/// A database that has not answered by then is not well. Of SQLite it means that somebody else is
/// writing: there is no network on the way to it.
const PATIENCE: Duration = Duration::from_secs(2);
/// So long after it was well, a database is still well that is only too busy.
const BUSY_FOR: Duration = Duration::from_secs(10);

/// What was found last. Those who ask at the same moment wait for one answer.
#[derive(Clone, Default)]
pub(crate) struct Pulse(Arc<Mutex<Felt>>);

#[derive(Default)]
struct Felt {
    found: Option<(Instant, Result<(), String>)>,
    well_at: Option<Instant>,
}

impl Store {
    /// Whether a write is kept now; the reason when it is not. A write that found no room is believed at
    /// once: nothing that was found before it counts, until there is room for a megabyte.
    pub async fn keeps_writes(&self) -> Result<(), String> {
        let mut felt = self.pulse.0.lock().await;
        let lacks_room = self.write.soundness.lacks_room();
        if let Some((at, found)) = &felt.found
            && at.elapsed() < AT_MOST_EVERY
            && (found.is_err() || !lacks_room)
        {
            return found.clone();
        }
        let found = tokio::time::timeout(PATIENCE, self.beat()).await;
        let found = found.unwrap_or_else(|_| Err(self.no_answer()));
        let was_well = felt.well_at.is_some_and(|at| at.elapsed() < BUSY_FOR);
        let found = match found {
            Ok(()) => {
                felt.well_at = Some(Instant::now());
                Ok(())
            }
            Err(StoreError::Busy | StoreError::Locked)
                if was_well && !self.write.soundness.lacks_room() =>
            {
                Ok(())
            }
            Err(err) => Err(err.to_string()),
        };
        felt.found = Some((Instant::now(), found.clone()));
        found
    }

    fn no_answer(&self) -> StoreError {
        if self.read.get_database_backend() == DbBackend::Sqlite {
            return StoreError::Busy;
        }
        StoreError::Away("no answer".to_owned())
    }

    async fn beat(&self) -> Result<(), StoreError> {
        self.tended.well()?;
        // PostgreSQL may have one pool: the other connection is taken first.
        let is_postgres = self.read.get_database_backend() == DbBackend::Postgres;
        let other = if is_postgres { Some(self.read.begin().await?) } else { None };
        let written = write(&self.write).await?;
        let read = match &other {
            Some(txn) => beats(txn).await?,
            None => beats(&self.read).await?,
        };
        drop(other);
        // Another server may have written since.
        if read.is_none_or(|read| read < written) {
            return Err(StoreError::Away("what was written can not be read back".to_owned()));
        }
        if self.write.soundness.lacks_room() { self.find_room().await } else { Ok(()) }
    }

    /// Whether the database's disk has room. The heartbeat's row is written over and over in its own
    /// page, or fits into what is left of SQLite's log, also on a disk that is full: this takes a megabyte
    /// and gives it back.
    ///
    /// # Errors
    /// When there is none, or the database can not be asked.
    pub async fn find_room(&self) -> Result<(), StoreError> {
        if self.write.is_postgres() {
            let txn = self.write.begin().await?;
            let taken = dialect::take_a_megabyte(&txn).await;
            txn.rollback().await;
            taken?;
        } else {
            self.tended.take_a_megabyte().await?;
        }
        self.write.soundness.has_room();
        Ok(())
    }
}

async fn write(pool: &Connections) -> Result<i64, StoreError> {
    let txn = pool.begin().await?;
    let beat = Entity::update_many()
        .col_expr(Column::Beats, Expr::col(Column::Beats).add(1))
        .filter(Column::Id.eq(ROW))
        .exec(&txn)
        .await?;
    let written = beats(&txn).await?.filter(|_| beat.rows_affected == 1);
    txn.commit().await?;
    written.ok_or_else(|| StoreError::Away("the row of the heartbeat is missing".to_owned()))
}

async fn beats(db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    Entity::find_by_id(ROW).select_only().column(Column::Beats).into_tuple().one(db).await
}
