//! A transaction whose commit is proven. Drivers and databases answer "done" to a COMMIT that
//! commits nothing: PostgreSQL when a statement failed before it, the SQLite driver when SQLite
//! had rolled back by itself. Here such a commit is an error.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::entity::prelude::{Uuid, async_trait};
use sea_orm::sea_query::{SelectStatement, UpdateStatement};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use crate::store::dialect::codes;
use crate::store::either::Either;
use crate::store::error::{self, StoreError};
use crate::store::postgres;
use crate::store::sqlite::Soundness;

mod deferred;

use deferred::Deferred;
pub(crate) use deferred::NewRows;

type Inner = Either<sea_orm::DatabaseTransaction, postgres::Transaction>;

/// What every write happens in. Dropped without a commit, it is rolled back.
pub(crate) struct DatabaseTransaction {
    inner: Inner,
    pub(crate) soundness: Arc<Soundness>,
    /// What SQLite had committed on the writer's connection when this began.
    committed_before: u64,
    /// Statements that were begun and have not been answered with success: under way, failed, or
    /// abandoned by somebody who no longer waited.
    unsettled: AtomicUsize,
    /// A statement failed: SQLite may have rolled back, and what came after it would be committed
    /// one by one.
    failed: AtomicBool,
    /// The students who were looked up in it: the trail names them, whatever comes of the call.
    looked_up: Mutex<BTreeSet<Uuid>>,
    looks_up: AtomicBool,
    /// How often it was tried whether a stranger is known.
    guesses: AtomicU32,
    deferred: Deferred,
}

impl DatabaseTransaction {
    pub(crate) fn new(inner: Inner, soundness: Arc<Soundness>) -> Self {
        let committed_before = soundness.commits();
        Self {
            inner,
            soundness,
            committed_before,
            unsettled: AtomicUsize::new(0),
            failed: AtomicBool::new(false),
            looked_up: Mutex::default(),
            looks_up: AtomicBool::new(false),
            guesses: AtomicU32::new(0),
            deferred: Deferred::default(),
        }
    }

    /// Notes students who were found by what a caller sent; also that nobody was.
    pub(crate) fn look_up(&self, students: impl IntoIterator<Item = Uuid>) {
        self.looks_up.store(true, Ordering::Relaxed);
        self.looked_up.lock().unwrap_or_else(PoisonError::into_inner).extend(students);
    }

    /// Everybody who was looked up so far.
    pub(crate) fn looked_up(&self) -> Vec<Uuid> {
        let looked_up = self.looked_up.lock().unwrap_or_else(PoisonError::into_inner);
        looked_up.iter().copied().collect()
    }

    /// Whether anybody was sought in it.
    pub(crate) fn looks_up(&self) -> bool {
        self.looks_up.load(Ordering::Relaxed)
    }

    /// Notes that what was sent contradicts what is known of somebody whom the caller may not know.
    pub(crate) fn guess(&self) {
        self.guesses.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn guesses(&self) -> u32 {
        self.guesses.load(Ordering::Relaxed)
    }

    /// Adds rows to a table. On PostgreSQL they are added by the next statement of the transaction, at the
    /// latest by its commit: what the database has against them is told there. SQLite is in this
    /// process, and nothing is saved by waiting.
    ///
    /// # Errors
    ///
    /// The database's; of rows that waited, or of these.
    pub(crate) async fn add(&self, rows: NewRows) -> Result<(), DbErr> {
        let Some((table, insert)) = rows.into_parts() else { return Ok(()) };
        if self.get_database_backend() != DbBackend::Postgres {
            return self.execute(&insert).await.map(drop);
        }
        if self.deferred.holds(table) {
            self.add_deferred().await?;
        }
        self.deferred.push(table, insert);
        Ok(())
    }

    /// Adds the rows that wait.
    ///
    /// # Errors
    ///
    /// What the database has against one of them.
    pub(crate) async fn add_deferred(&self) -> Result<(), DbErr> {
        match self.deferred.take() {
            Some(rows) => self.settle(self.inner.execute_raw(rows)).await.map(drop),
            None => Ok(()),
        }
    }

    /// Adds the rows that wait together with an update that none of them bears on; answers how many rows
    /// were updated.
    ///
    /// # Errors
    ///
    /// What the database has against one of the rows, or against the update.
    pub(crate) async fn add_with(&self, update: UpdateStatement) -> Result<u64, DbErr> {
        if self.get_database_backend() != DbBackend::Postgres {
            return self.execute(&update).await.map(|done| done.rows_affected());
        }
        let done = self.settle(self.inner.execute_raw(self.deferred.take_with(update))).await?;
        Ok(done.rows_affected())
    }

    /// Reads a row while others wait to be added: for a read that none of them bears on.
    pub(crate) async fn read_beside(
        &self,
        select: &SelectStatement,
    ) -> Result<Option<QueryResult>, DbErr> {
        let select = self.get_database_backend().build(select);
        self.settle(self.inner.query_one_raw(select)).await
    }

    /// Commits, or says that nothing was committed, or says that this is not known
    /// ([`StoreError::OutcomeUnknown`]).
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        if self.unsettled.load(Ordering::Acquire) > 0 {
            self.rollback().await;
            return Err(StoreError::Away("a statement before the commit failed".to_owned()));
        }
        if let Err(err) = self.add_deferred().await {
            self.rollback().await;
            return Err(err.into());
        }
        if let Err(changed) = self.soundness.files_unchanged() {
            self.rollback().await;
            return Err(changed);
        }
        let Self { inner, soundness, committed_before, .. } = self;
        let is_sqlite = inner.get_database_backend() == DbBackend::Sqlite;
        let committed = match inner {
            Inner::Sqlite(open) => open.commit().await,
            Inner::Postgres(open) => open.commit().await,
        };
        match committed {
            Ok(()) if is_sqlite && soundness.commits() == committed_before => {
                soundness.distrust();
                Err(StoreError::OutcomeUnknown("SQLite committed nothing".to_owned()))
            }
            Ok(()) => Ok(()),
            Err(err) => {
                soundness.note(&err);
                if is_sqlite {
                    soundness.distrust();
                }
                Err(error::failed_commit(err))
            }
        }
    }

    /// Undoes everything. Where the database does not answer to that, the pool closes the
    /// connection, which has the same effect.
    pub(crate) async fn rollback(self) {
        let undone = match self.inner {
            Inner::Sqlite(open) => open.rollback().await,
            Inner::Postgres(open) => open.rollback().await,
        };
        if let Err(err) = undone {
            tracing::debug!(cause = codes::cause(&err), "a transaction ended before its rollback");
        }
    }

    /// What sea-orm has of it.
    #[cfg(test)]
    pub(crate) fn of_sqlite(&self) -> Option<&sea_orm::DatabaseTransaction> {
        match &self.inner {
            Inner::Sqlite(open) => Some(open),
            Inner::Postgres(_) => None,
        }
    }

    /// Runs a statement after the rows that wait for it.
    async fn settled<T>(
        &self,
        statement: impl Future<Output = Result<T, DbErr>>,
    ) -> Result<T, DbErr> {
        self.add_deferred().await?;
        self.settle(statement).await
    }

    async fn settle<T>(
        &self,
        statement: impl Future<Output = Result<T, DbErr>>,
    ) -> Result<T, DbErr> {
        self.unsettled.fetch_add(1, Ordering::AcqRel);
        if self.failed.load(Ordering::Acquire) {
            return Err(DbErr::Custom("a statement of the transaction failed before".to_owned()));
        }
        let answer = statement.await;
        match &answer {
            Ok(_) => {
                self.unsettled.fetch_sub(1, Ordering::AcqRel);
            }
            Err(err) => {
                self.failed.store(true, Ordering::Release);
                self.soundness.note(err);
            }
        }
        answer
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for DatabaseTransaction {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.settled(self.inner.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.settled(self.inner.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.settled(self.inner.query_one_raw(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.settled(self.inner.query_all_raw(statement)).await
    }
}
