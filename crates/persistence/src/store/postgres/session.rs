//! One connection in use.

use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::Object;
use sea_orm::entity::prelude::async_trait;
use sea_orm::sea_query::Values;
use sea_orm::sqlx::postgres::{PgConnection, PgDatabaseError, PgSeverity, Postgres as Driver};
use sea_orm::sqlx::{self, AssertSqlSafe, Connection as _, Executor};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement};
use sea_query_sqlx::SqlxValues;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedSemaphorePermit};
use tokio::time::timeout;

use crate::store::postgres::connector::{Backend, Connector};
use crate::store::postgres::limits::{GRACE, Limits, TIDY_LIMIT, TIMEOUTS, closed, within};

/// The pool that a session came from and goes back to.
pub(super) trait Home: Send + Sync {
    fn limits(&self) -> Limits;

    /// A connection of this generation was lost: none of those beside it is used again.
    fn lost(&self, generation: u64);

    /// Ends what a connection that nobody listens to any more has left on the server: a statement,
    /// its locks, a commit that waits for a standby. Each of these would keep one of the
    /// connections that the server has. A commit that waits for a standby is done by then and stays
    /// done.
    fn end(&self, backend: Backend);
}

/// A connection that goes back to its pool when it is dropped, if it can be used again.
pub(super) struct Session {
    home: Arc<dyn Home>,
    /// There until the session is dropped.
    object: Option<Object<Connector>>,
    turn: Option<OwnedSemaphorePermit>,
    /// Something was asked that is not answered yet.
    under_way: bool,
    in_transaction: bool,
    /// The connection cannot be used again.
    lost: bool,
}

/// What is asked for, in the words of the metric.
#[derive(Clone, Copy)]
enum Asked {
    Statement,
    Commit,
}

impl Session {
    pub(super) fn new(
        home: Arc<dyn Home>,
        object: Object<Connector>,
        turn: Option<OwnedSemaphorePermit>,
    ) -> Self {
        let object = Some(object);
        Self { home, object, turn, under_way: false, in_transaction: false, lost: false }
    }

    pub(super) async fn execute(&mut self, statement: &Statement) -> Result<ExecResult, DbErr> {
        let limit = self.limit();
        let done = within(limit, query(statement).execute(self.ask()?)).await;
        self.answered(Asked::Statement, done).map(Into::into).map_err(execution)
    }

    pub(super) async fn execute_unprepared(&mut self, sql: &str) -> Result<ExecResult, DbErr> {
        let limit = self.limit();
        let done = within(limit, self.ask()?.execute(AssertSqlSafe(sql.to_owned()))).await;
        self.answered(Asked::Statement, done).map(Into::into).map_err(execution)
    }

    pub(super) async fn query_one(
        &mut self,
        statement: &Statement,
    ) -> Result<Option<QueryResult>, DbErr> {
        let limit = self.limit();
        // All of the answer is read, not the first row alone: what a statement outside a
        // transaction did is not done before its end.
        let found = within(limit, query(statement).fetch_all(self.ask()?)).await;
        let found = self.answered(Asked::Statement, found).map_err(asking)?;
        Ok(found.into_iter().next().map(Into::into))
    }

    pub(super) async fn query_all(
        &mut self,
        statement: &Statement,
    ) -> Result<Vec<QueryResult>, DbErr> {
        let limit = self.limit();
        let found = within(limit, query(statement).fetch_all(self.ask()?)).await;
        let found = self.answered(Asked::Statement, found).map_err(asking)?;
        Ok(found.into_iter().map(Into::into).collect())
    }

    pub(super) async fn ping(&mut self) -> Result<(), DbErr> {
        let limit = self.limit();
        let answer = within(limit, self.ask()?.ping()).await;
        self.answered(Asked::Statement, answer).map_err(asking)
    }

    /// BEGIN, COMMIT or ROLLBACK: without a plan, and without an answer but that it is done.
    async fn control(&mut self, asked: Asked, word: &'static str) -> Result<(), DbErr> {
        let limit = match asked {
            Asked::Statement => self.limit(),
            Asked::Commit => self.home.limits().commit,
        };
        let done = within(limit, self.ask()?.execute(word)).await;
        self.answered(asked, done).map(drop).map_err(asking)
    }

    fn limit(&self) -> Duration {
        self.home.limits().statement.saturating_add(GRACE)
    }

    /// The connection, to ask one thing of it.
    fn ask(&mut self) -> Result<&mut PgConnection, DbErr> {
        if self.lost {
            return Err(closed());
        }
        self.under_way = true;
        Ok(&mut self.object.as_mut().ok_or_else(closed)?.raw)
    }

    /// Takes note of what an answer says about the connection.
    fn answered<T>(
        &mut self,
        asked: Asked,
        answer: Result<T, sqlx::Error>,
    ) -> Result<T, sqlx::Error> {
        let Err(err) = &answer else {
            self.under_way = false;
            return answer;
        };
        match fate(err) {
            Fate::Kept => self.under_way = false,
            Fate::Lost => self.lose(None),
            Fate::Silent => self.lose(Some(asked)),
        }
        answer
    }

    fn lose(&mut self, silent: Option<Asked>) {
        self.lost = true;
        let Some(object) = &self.object else { return };
        self.home.lost(object.generation);
        if let Some(asked) = silent {
            let of = match asked {
                Asked::Statement => "statement",
                Asked::Commit => "commit",
            };
            metrics::counter!(TIMEOUTS, "of" => of).increment(1);
            tracing::warn!(of, "the database did not answer in time: its connections are given up");
            self.home.end(object.backend.clone());
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(object) = self.object.take() else { return };
        if self.lost {
            // Closed here and now, with nothing said that could wait for an answer.
            drop(Object::take(object));
            return;
        }
        if !self.under_way && !self.in_transaction {
            return;
        }
        let (turn, in_transaction) = (self.turn.take(), self.in_transaction);
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(tidy(object, in_transaction, turn))),
            Err(_no_runtime) => drop(Object::take(object)),
        }
    }
}

/// Ends what was broken off on a connection, and gives it back; or closes it when that takes long.
async fn tidy(
    mut object: Object<Connector>,
    in_transaction: bool,
    turn: Option<OwnedSemaphorePermit>,
) {
    let ended = async {
        if in_transaction {
            object.raw.execute("ROLLBACK").await.map(drop)
        } else {
            object.raw.ping().await
        }
    };
    if !matches!(timeout(TIDY_LIMIT, ended).await, Ok(Ok(()))) {
        drop(Object::take(object));
    }
    drop(turn);
}

/// A transaction. Dropped without a commit, it is rolled back.
pub(crate) struct Transaction(Mutex<Session>);

impl Transaction {
    pub(super) async fn begin(mut session: Session) -> Result<Self, DbErr> {
        session.in_transaction = true;
        session.control(Asked::Statement, "BEGIN").await?;
        Ok(Self(Mutex::new(session)))
    }

    pub(crate) async fn commit(self) -> Result<(), DbErr> {
        self.end(Asked::Commit, "COMMIT").await
    }

    pub(crate) async fn rollback(self) -> Result<(), DbErr> {
        self.end(Asked::Statement, "ROLLBACK").await
    }

    async fn end(self, asked: Asked, word: &'static str) -> Result<(), DbErr> {
        let mut session = self.0.into_inner();
        session.control(asked, word).await?;
        session.in_transaction = false;
        Ok(())
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        DbBackend::Postgres
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.0.lock().await.execute(&statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.0.lock().await.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.0.lock().await.query_one(&statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.0.lock().await.query_all(&statement).await
    }
}

/// What an error means for its connection.
enum Fate {
    Kept,
    Lost,
    Silent,
}

fn fate(err: &sqlx::Error) -> Fate {
    use sqlx::Error::{Io, PoolClosed, PoolTimedOut, Protocol, Tls, WorkerCrashed};
    if let sqlx::Error::Database(err) = err {
        let err = err.try_downcast_ref::<PgDatabaseError>();
        // After these the server hangs up; one that takes no writes any more is a standby now.
        let ends = |err: &PgDatabaseError| {
            matches!(err.severity(), PgSeverity::Fatal | PgSeverity::Panic) || err.code() == "25006"
        };
        return if err.is_some_and(ends) { Fate::Lost } else { Fate::Kept };
    }
    if matches!(err, Io(err) if err.kind() == std::io::ErrorKind::TimedOut) {
        return Fate::Silent;
    }
    let is_cut =
        matches!(err, Io(_) | Tls(_) | Protocol(_) | PoolClosed | PoolTimedOut | WorkerCrashed);
    if is_cut { Fate::Lost } else { Fate::Kept }
}

fn query(statement: &Statement) -> sqlx::query::Query<'_, Driver, SqlxValues> {
    let values = statement.values.clone().unwrap_or_else(|| Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), SqlxValues(values))
}

fn execution(err: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(Arc::new(err)))
}

fn asking(err: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(err)))
}
