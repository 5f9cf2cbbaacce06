//! PostgreSQL: connections with a deadline for whatever is asked of them. A server that says
//! nothing, because its machine, the network or its standby is gone, costs a caller seconds. The
//! connection that it was silent on is not used again, nor are those that were open beside it.
//!
//! The pool of the driver is not used: it waits without a limit for a connection that comes back,
//! and a silent one would keep its place for as long as the kernel tries.

use std::sync::Arc;
use std::time::{Duration, Instant};

use deadpool::managed::{Object, Pool, PoolError};
use sea_orm::entity::prelude::async_trait;
use sea_orm::sqlx::Connection as _;
use sea_orm::sqlx::postgres::PgPoolOptions;
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult,
    RuntimeErr, Statement,
};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::store::error::StoreError;
use crate::store::postgres::connector::{Backend, Connector};
use crate::store::postgres::hosts::Hosts;
use crate::store::postgres::limits::{
    ACQUIRE_LIMIT, BESIDE_LIMIT, CLOSE_LIMIT, TIMEOUTS, closed, unusable, waited,
};
use crate::store::postgres::session::{Home, Session};
use crate::store::settings::DatabaseSettings;
use crate::store::usage::Count;

mod connector;
pub mod hosts;
pub(crate) mod limits;
mod session;

pub use limits::Limits;
pub(crate) use session::Transaction;

/// How often, a second apart, it is tried to end what a silent connection left on the server.
const ENDINGS: u32 = 10;

/// What a connection is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Statement,
    Transaction,
}

/// A pool of connections to one database, on whichever of its hosts takes writes. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Postgres {
    pool: Pool<Connector>,
    /// Transactions wait for locks and for commits: some connections are kept for those who only
    /// ask, so that a queue of writers does not keep them out.
    writers: Arc<Semaphore>,
    limits: Limits,
}

impl Postgres {
    /// A pool that has tried its first connection.
    pub(crate) async fn connect(settings: &DatabaseSettings) -> Result<Self, DbErr> {
        let limits = settings.limits;
        let most = usize::try_from(settings.connections).unwrap_or(usize::MAX).max(1);
        let hosts = Hosts::of(&settings.url).map_err(|err| unusable(&err))?;
        let connector = Connector::new(hosts, settings.durable, limits)?;
        let built = Pool::builder(connector).max_size(most).build();
        let pool = built.map_err(|err| DbErr::Custom(err.to_string()))?;
        let writers = Arc::new(Semaphore::new(most.saturating_sub(most.div_ceil(4)).max(1)));
        let postgres = Self { pool, writers, limits };
        postgres.ping().await?;
        Ok(postgres)
    }

    pub(crate) async fn begin(&self) -> Result<Transaction, DbErr> {
        let session = self.session(Purpose::Transaction).await?;
        Transaction::begin(session).await
    }

    pub(crate) async fn ping(&self) -> Result<(), DbErr> {
        self.session(Purpose::Statement).await?.ping().await
    }

    pub(crate) fn count(&self) -> Count {
        let status = self.pool.status();
        Count { open: status.size, used: status.size.saturating_sub(status.available) }
    }

    /// A connection of its own, to the host that takes writes at the moment, for what takes longer
    /// than a call may. It lives as long as what is returned.
    pub(crate) async fn long_connection(&self) -> Result<DatabaseConnection, DbErr> {
        drop(self.session(Purpose::Statement).await?);
        let options = self.pool.manager().options().ok_or_else(closed)?;
        let one = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
        let one = one.acquire_timeout(BESIDE_LIMIT).connect_with(options).await;
        let one = one.map_err(|err| DbErr::Conn(RuntimeErr::SqlxError(Arc::new(err))))?;
        Ok(one.into())
    }

    /// Lets go of all connections; those in use are closed when they come back.
    pub(crate) async fn close(&self) {
        let idle = self.pool.retain(|_, _| false).removed;
        self.pool.close();
        for connection in idle {
            // The server notices a closed socket as well as a goodbye.
            drop(timeout(CLOSE_LIMIT, connection.raw.close()).await);
        }
    }

    async fn session(&self, purpose: Purpose) -> Result<Session, DbErr> {
        let began = Instant::now();
        let limit = ACQUIRE_LIMIT.saturating_add(self.pool.manager().patience());
        let taken = timeout(limit, self.take(purpose)).await;
        let kind = match purpose {
            Purpose::Statement => "statement",
            Purpose::Transaction => "transaction",
        };
        waited(kind, began.elapsed());
        let (object, turn) = taken.unwrap_or_else(|_elapsed| {
            metrics::counter!(TIMEOUTS, "of" => "connection").increment(1);
            Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))
        })?;
        Ok(Session::new(Arc::new(self.clone()), object, turn))
    }

    async fn take(
        &self,
        purpose: Purpose,
    ) -> Result<(Object<Connector>, Option<OwnedSemaphorePermit>), DbErr> {
        let turn = match purpose {
            Purpose::Statement => None,
            Purpose::Transaction => {
                let turn = Arc::clone(&self.writers).acquire_owned().await;
                Some(turn.map_err(|_closed| closed())?)
            }
        };
        let object = self.pool.get().await.map_err(|err| match err {
            PoolError::Backend(err) => DbErr::Conn(RuntimeErr::SqlxError(Arc::new(err))),
            PoolError::Closed => closed(),
            PoolError::Timeout(_)
            | PoolError::NoRuntimeSpecified
            | PoolError::PostCreateHook(_) => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        })?;
        Ok((object, turn))
    }

    async fn ended(&self, backend: &Backend) -> Result<(), DbErr> {
        const END: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE pid = $1 AND backend_start::text = $2";
        let values = [backend.pid.into(), backend.since.clone().into()];
        let end = Statement::from_sql_and_values(DbBackend::Postgres, END, values);
        self.execute_raw(end).await.map(drop)
    }
}

impl Home for Postgres {
    fn limits(&self) -> Limits {
        self.limits
    }

    fn lost(&self, generation: u64) {
        if self.pool.manager().renew(generation) {
            // Dropping one closes its socket without a word, which a silent server cannot delay.
            drop(self.pool.retain(|connection, _| connection.generation != generation));
        }
    }

    fn end(&self, backend: Backend) {
        let Ok(runtime) = Handle::try_current() else { return };
        let postgres = self.clone();
        drop(runtime.spawn(async move {
            for _ in 0..ENDINGS {
                if postgres.pool.is_closed() || postgres.ended(&backend).await.is_ok() {
                    return;
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }));
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Postgres {
    fn get_database_backend(&self) -> DbBackend {
        DbBackend::Postgres
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.session(Purpose::Statement).await?.execute(&statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.session(Purpose::Statement).await?.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.session(Purpose::Statement).await?.query_one(&statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.session(Purpose::Statement).await?.query_all(&statement).await
    }
}

/// Each host of an address by itself: its name, and whether it takes writes.
pub async fn try_out(url: &str) -> Vec<(String, Result<bool, StoreError>)> {
    let hosts = match Hosts::of(url) {
        Ok(hosts) => hosts.each,
        Err(err) => return vec![("database".to_owned(), Err(unusable(&err).into()))],
    };
    let mut tried = Vec::with_capacity(hosts.len());
    for host in hosts {
        let writes = connector::try_out(&host).await;
        let writes = writes.map_err(|err| DbErr::Conn(RuntimeErr::SqlxError(Arc::new(err))).into());
        tried.push((host.name, writes));
    }
    tried
}
