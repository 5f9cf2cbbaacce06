//! The pools of connections. Every statement goes through here or through a transaction, so that
//! a failure which leaves connections in doubt is seen where it happens, whoever asked.

use std::sync::Arc;

use sea_orm::entity::prelude::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use crate::sqlite::Soundness;
use crate::transaction::DatabaseTransaction;
use crate::{StoreError, dialect};

/// A pool, and what is known of its connections. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Connections {
    pool: DatabaseConnection,
    pub(crate) soundness: Arc<Soundness>,
}

impl Connections {
    pub(crate) fn new(pool: DatabaseConnection, soundness: Arc<Soundness>) -> Self {
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
        let begun = self.pool.begin_with_options(options).await;
        let inner = begun.inspect_err(|err| self.soundness.note_begin(err))?;
        Ok(DatabaseTransaction::new(inner, self.soundness.clone()))
    }

    /// The pool itself, for what brings statements of its own.
    pub(crate) fn pool(&self) -> &DatabaseConnection {
        &self.pool
    }

    pub(crate) async fn close(&self) -> Result<(), DbErr> {
        self.pool.close_by_ref().await
    }

    fn noted<T>(&self, answer: Result<T, DbErr>) -> Result<T, DbErr> {
        answer.inspect_err(|err| self.soundness.note(err))
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Connections {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.soundness.files_unchanged().map_err(dialect::not_connected)?;
        self.noted(self.pool.execute_raw(statement).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.soundness.files_unchanged().map_err(dialect::not_connected)?;
        self.noted(self.pool.execute_unprepared(sql).await)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.noted(self.pool.query_one_raw(statement).await)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.noted(self.pool.query_all_raw(statement).await)
    }
}
