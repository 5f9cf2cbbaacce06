//! Opening the database, asking whether it is well.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

use crate::Store;
use crate::store::connections::{Connections, Pool};
use crate::store::error::StoreError;
use crate::store::heartbeat::Pulse;
use crate::store::postgres::Postgres;
use crate::store::read_log::ReadLog;
use crate::store::settings::DatabaseSettings;
use crate::store::sqlite::{self, Soundness, Tended};
use crate::store::turns::Turns;
use crate::store::usage::Count;

/// How long a request may wait for a connection before it is told to come back (503).
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(1);
/// How long a write may wait for SQLite's one writer: as long as its lock would be waited for.
const WRITER_TIMEOUT: Duration = Duration::from_secs(4);
/// A connection that rested this long is tried before it is used; a busy one is not, since the
/// ping costs a fifth of the throughput.
const PING_AFTER_IDLE: Duration = Duration::from_secs(30);
/// How many statements a connection that reads keeps prepared on SQLite, each some 20 kilobytes.
const READERS_STATEMENTS: usize = 50;
/// All writes go through one connection, and preparing a statement costs more than most take to run.
const WRITERS_STATEMENTS: usize = 500;

impl Store {
    /// Opens the database. SQLite's file is made when it is missing.
    pub async fn connect(settings: &DatabaseSettings) -> Result<Self, StoreError> {
        let (read, write, tended) = if settings.url.starts_with("sqlite:") {
            open_sqlite(settings).await?
        } else {
            let pool = Pool::Postgres(Postgres::connect(settings).await?);
            let both = Connections::new(pool, Arc::default());
            (both.clone(), both, Tended::nothing())
        };
        let read_log = ReadLog::start(write.clone());
        let (turns, pulse, caches) = (Turns::default(), Pulse::default(), Arc::default());
        let guesses = Arc::default();
        Ok(Self { read, write, read_log, tended, pulse, turns, caches, guesses })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(self.read.ping().await?)
    }

    /// How many connections are open and how many are used, by what they are for. On PostgreSQL one
    /// pool is for both.
    pub fn connections(&self) -> Vec<(&'static str, Count)> {
        if self.write.is_postgres() {
            return vec![("all", self.read.count())];
        }
        vec![("reading", self.read.count()), ("writing", self.write.count())]
    }

    /// Lets go of all connections.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.read.close().await?;
        self.write.close().await?;
        self.tended.close().await
    }

    /// The connection that reads use: for statements that start in this crate only.
    pub(crate) fn reader(&self) -> &Connections {
        &self.read
    }
}

/// The pool that reads, the pool of one that writes, and what looks after the file.
async fn open_sqlite(
    settings: &DatabaseSettings,
) -> Result<(Connections, Connections, Tended), StoreError> {
    let soundness = Soundness::of(&settings.url);
    let connect = async |options: ConnectOptions| -> Result<_, StoreError> {
        let pool = patiently(options).await?;
        let how = sqlite::make_no_file(&pool);
        Ok((Connections::new(Pool::Sqlite(pool), soundness.clone()), how))
    };
    let (read, how) =
        connect(options(settings, settings.connections, READERS_STATEMENTS, &soundness)).await?;
    let mut one = options(settings, 1, WRITERS_STATEMENTS, &soundness);
    one.acquire_timeout(WRITER_TIMEOUT);
    let (write, _) = connect(one).await?;
    Ok((read, write, Tended::open(&soundness, how).await?))
}

/// Opens a pool. Programs that make one file at the same time are refused by SQLite at once, where it
/// would wait for each other's statements: they try again, as long as a write is waited for.
async fn patiently(options: ConnectOptions) -> Result<DatabaseConnection, StoreError> {
    let began = Instant::now();
    loop {
        let refused = match Database::connect(options.clone()).await {
            Ok(pool) => return Ok(pool),
            Err(err) => StoreError::from(err),
        };
        if !matches!(refused, StoreError::Busy) || began.elapsed() > WRITER_TIMEOUT {
            return Err(refused);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn options(
    settings: &DatabaseSettings,
    connections: u32,
    statements: usize,
    soundness: &Arc<Soundness>,
) -> ConnectOptions {
    let mut options = ConnectOptions::new(settings.url.clone());
    sqlite::watch(&mut options, soundness);
    let durable = settings.durable;
    options
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .test_before_acquire_if_idle_for(PING_AFTER_IDLE)
        // Neither statements nor the values in them belong in a log.
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            let synchronous =
                if durable { SqliteSynchronous::Full } else { SqliteSynchronous::Off };
            sqlite
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(synchronous)
                .busy_timeout(Duration::from_secs(5))
                .foreign_keys(true)
                .statement_cache_capacity(statements)
                // The rows of one term take some four megabytes: with SQLite's two, each query reads the file again.
                .pragma("cache_size", "-4096")
                .pragma("case_sensitive_like", "ON")
                .pragma("journal_size_limit", sqlite::CUT_OFF.to_string())
        });
    options
}
