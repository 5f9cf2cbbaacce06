//! Making connections, and judging those that are there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{self, ConnectOptions, Connection as _};
use sea_orm::{DbErr, RuntimeErr};
use tokio::time::{Instant, timeout};

use crate::store::postgres::hosts::{Host, Hosts};
use crate::store::postgres::limits::{Limits, PING_LIMIT, within};

/// How long one host may take to let us in.
const HOST_LIMIT: Duration = Duration::from_millis(700);
/// How long a server that is just starting is tried again, and how often.
const START_LIMIT: Duration = Duration::from_millis(500);
const BETWEEN_TRIES: Duration = Duration::from_millis(50);
/// A connection that rested this long is tried before it is used; a busy one is not, since that
/// costs a round trip.
const PING_AFTER_REST: Duration = Duration::from_secs(30);
const MOST_REST: Duration = Duration::from_secs(600);
const MOST_AGE: Duration = Duration::from_secs(1800);

/// The server's side of a connection.
#[derive(Clone, Debug)]
pub(super) struct Backend {
    pub(super) pid: i32,
    /// When it began: numbers of processes come again.
    pub(super) since: String,
}

pub(super) struct Connection {
    pub(super) raw: PgConnection,
    pub(super) generation: u64,
    pub(super) backend: Backend,
}

pub(super) struct Connector {
    hosts: Vec<(Host, PgConnectOptions)>,
    must_write: bool,
    /// The host that let us in last is asked first.
    first: AtomicUsize,
    /// Raised when a connection is lost: those made before are of no use.
    generation: AtomicU64,
}

impl Connector {
    pub(super) fn new(hosts: Hosts, durable: bool, limits: Limits) -> Result<Self, DbErr> {
        let Hosts { each, must_write } = hosts;
        let options = |host: Host| match host.url.parse::<PgConnectOptions>() {
            Ok(options) => Ok((host, limited(options, durable, limits))),
            Err(err) => Err(DbErr::Conn(RuntimeErr::SqlxError(Arc::new(err)))),
        };
        let hosts = each.into_iter().map(options).collect::<Result<_, _>>()?;
        let (first, generation) = (AtomicUsize::new(0), AtomicU64::new(0));
        Ok(Self { hosts, must_write, first, generation })
    }

    /// How long making a connection may take.
    pub(super) fn patience(&self) -> Duration {
        let hosts = u32::try_from(self.hosts.len()).unwrap_or(u32::MAX);
        HOST_LIMIT.saturating_mul(hosts)
    }

    /// How the host is reached that let us in last.
    pub(super) fn options(&self) -> Option<PgConnectOptions> {
        let host = self.hosts.get(self.first.load(Ordering::Acquire));
        host.map(|(_, options)| options.clone())
    }

    /// Begins a new generation after this one; false when another has begun already.
    pub(super) fn renew(&self, generation: u64) -> bool {
        let next = generation.wrapping_add(1);
        let (order, otherwise) = (Ordering::AcqRel, Ordering::Acquire);
        self.generation.compare_exchange(generation, next, order, otherwise).is_ok()
    }

    /// A connection, also to a server that is there in a moment.
    async fn make(&self) -> Result<Connection, sqlx::Error> {
        let began = Instant::now();
        loop {
            match self.let_in().await {
                Err(err) if is_starting(&err) && began.elapsed() < START_LIMIT => {
                    tokio::time::sleep(BETWEEN_TRIES).await;
                }
                done => return done,
            }
        }
    }

    /// The first host, from the one that let us in last, that lets us in and does what we need.
    async fn let_in(&self) -> Result<Connection, sqlx::Error> {
        let first = self.first.load(Ordering::Acquire);
        let mut refused = sqlx::Error::PoolTimedOut;
        let places = (0..self.hosts.len()).cycle().skip(first).take(self.hosts.len());
        for place in places {
            let Some((host, options)) = self.hosts.get(place) else { continue };
            match within(HOST_LIMIT, self.open(options)).await {
                Ok((connection, writes)) if writes || !self.must_write => {
                    self.first.store(place, Ordering::Release);
                    return Ok(connection);
                }
                Ok(_) => refused = only_reads(host),
                Err(err) => refused = err,
            }
        }
        Err(refused)
    }

    async fn open(&self, options: &PgConnectOptions) -> Result<(Connection, bool), sqlx::Error> {
        // Read first: what is lost while this one is made concerns it too.
        let generation = self.generation.load(Ordering::Acquire);
        let mut raw = options.connect().await?;
        let (backend, writes) = about(&mut raw).await?;
        Ok((Connection { raw, generation, backend }, writes))
    }
}

impl Manager for Connector {
    type Type = Connection;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<Connection, sqlx::Error> {
        // On the heap: it is large, and part of everything that asks for a connection.
        Box::pin(self.make()).await
    }

    async fn recycle(
        &self,
        connection: &mut Connection,
        metrics: &Metrics,
    ) -> RecycleResult<sqlx::Error> {
        let rest = metrics.last_used();
        if connection.generation != self.generation.load(Ordering::Acquire) {
            return Err(RecycleError::message("one beside it was lost"));
        }
        if metrics.age() > MOST_AGE || rest > MOST_REST {
            return Err(RecycleError::message("it is old"));
        }
        if rest > PING_AFTER_REST {
            Box::pin(within(PING_LIMIT, connection.raw.ping())).await?;
        }
        Ok(())
    }
}

/// Tries one host by itself: whether it takes writes.
pub(super) async fn try_out(host: &Host) -> Result<bool, sqlx::Error> {
    let options: PgConnectOptions = host.url.parse()?;
    let options = options.disable_statement_logging();
    let tried = async {
        let mut raw = options.connect().await?;
        let (_, writes) = about(&mut raw).await?;
        Ok(writes)
    };
    timeout(HOST_LIMIT, tried).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// The server's side of a connection, and whether it takes writes.
async fn about(raw: &mut PgConnection) -> Result<(Backend, bool), sqlx::Error> {
    const ABOUT: &str = "SELECT pg_backend_pid(), \
         coalesce((SELECT backend_start::text FROM pg_stat_activity \
         WHERE pid = pg_backend_pid()), ''), current_setting('transaction_read_only') = 'off'";
    let row: (i32, String, bool) = sqlx::query_as(ABOUT).fetch_one(raw).await?;
    Ok((Backend { pid: row.0, since: row.1 }, row.2))
}

/// The limits that the server itself keeps, for when it does not hear from us any more.
fn limited(options: PgConnectOptions, durable: bool, limits: Limits) -> PgConnectOptions {
    // Neither statements nor the values in them belong in a log.
    let options = options.disable_statement_logging();
    let options = if durable { options } else { options.options([("synchronous_commit", "off")]) };
    let statement = limits.statement.as_millis().to_string();
    options.options([
        ("statement_timeout", statement.as_str()),
        ("lock_timeout", "1000"),
        // A server of ours that stands still keeps the locks of its transactions no longer.
        ("idle_in_transaction_session_timeout", "4000"),
        // The same for one that is gone: whether it is there is asked while a statement runs, and
        // of the network while nothing does.
        ("client_connection_check_interval", "2000"),
        ("tcp_keepalives_idle", "10"),
        ("tcp_keepalives_interval", "5"),
        ("tcp_keepalives_count", "3"),
        ("tcp_user_timeout", "20000"),
        // Disks without moving parts: with PostgreSQL's own default of 4 it reads a large
        // table whole where a few thousand looks into an index take a fifth of the time.
        ("random_page_cost", "1.1"),
        // One caller's statement takes one processor, and leaves the others to other callers; none is so
        // long that compiling it pays.
        ("max_parallel_workers_per_gather", "0"),
        ("jit", "off"),
    ])
}

fn only_reads(host: &Host) -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::other(format!("{} takes no writes", host.name)))
}

/// Whether the server may be there in a moment.
fn is_starting(err: &sqlx::Error) -> bool {
    if let sqlx::Error::Database(err) = err {
        // It is starting up, or has as many connections as it may have.
        return err.code().is_some_and(|code| matches!(&*code, "57P03" | "53300"));
    }
    matches!(err, sqlx::Error::Io(err) if err.kind() == std::io::ErrorKind::ConnectionRefused)
}
