//! The pools of connections. Every statement goes through here or through a transaction, so that
//! a failure which leaves connections in doubt is seen where it happens, whoever asked.

use std::sync::Arc;
use std::time::Instant;

use sea_orm::entity::prelude::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use crate::store::either::Either;
use crate::store::error::{self, StoreError};
use crate::store::postgres::{Postgres, limits};
use crate::store::sqlite::Soundness;
use crate::store::transaction::DatabaseTransaction;
use crate::store::usage::Count;

pub(crate) type Pool = Either<DatabaseConnection, Postgres>;

/// A pool, and what is known of its connections. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Connections {
    pool: Pool,
    pub(crate) soundness: Arc<Soundness>,
}

impl Connections {
    pub(crate) fn new(pool: Pool, soundness: Arc<Soundness>) -> Self {
        Self { pool, soundness }
    }

    /// A transaction that will write. It holds SQLite's write lock from the start, so that what a
    /// rule has read is still true when it commits.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, StoreError> {
        self.soundness.files_unchanged()?;
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let begun = match &self.pool {
            Pool::Sqlite(pool) => {
                let began = Instant::now();
                let begun = pool.begin_with_options(options).await;
                limits::waited("transaction", began.elapsed());
                begun.map(Either::Sqlite)
            }
            Pool::Postgres(pool) => pool.begin().await.map(Either::Postgres),
        };
        let inner = begun.inspect_err(|err| self.soundness.note_begin(err))?;
        Ok(DatabaseTransaction::new(inner, self.soundness.clone()))
    }

    pub(crate) async fn ping(&self) -> Result<(), DbErr> {
        match &self.pool {
            Pool::Sqlite(pool) => self.ask(pool.ping()).await,
            Pool::Postgres(pool) => pool.ping().await,
        }
    }

    /// What migrations run on. On PostgreSQL a connection beside the pool: it may take long.
    pub(crate) async fn for_migrations(&self) -> Result<DatabaseConnection, DbErr> {
        match &self.pool {
            Pool::Sqlite(pool) => Ok(pool.clone()),
            Pool::Postgres(pool) => pool.long_connection().await,
        }
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.pool, Pool::Postgres(_))
    }

    /// How many connections there are.
    pub(crate) fn count(&self) -> Count {
        match &self.pool {
            Pool::Sqlite(pool) => {
                let pool = pool.get_sqlite_connection_pool();
                let open = usize::try_from(pool.size()).unwrap_or(usize::MAX);
                Count { open, used: open.saturating_sub(pool.num_idle()) }
            }
            Pool::Postgres(pool) => pool.count(),
        }
    }

    pub(crate) async fn close(&self) -> Result<(), DbErr> {
        match &self.pool {
            Pool::Sqlite(pool) => pool.close_by_ref().await,
            Pool::Postgres(pool) => {
                pool.close().await;
                Ok(())
            }
        }
    }

    /// Nothing is asked of a file that was moved or replaced, not even by a read: a new connection
    /// would open what is in its place, and closing that one would take the log away from those
    /// who have the right file.
    async fn ask<T>(&self, statement: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        self.soundness.files_unchanged().map_err(error::not_connected)?;
        statement.await.inspect_err(|err| self.soundness.note(err))
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Connections {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.ask(self.pool.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.ask(self.pool.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.ask(self.pool.query_one_raw(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.ask(self.pool.query_all_raw(statement)).await
    }
}
