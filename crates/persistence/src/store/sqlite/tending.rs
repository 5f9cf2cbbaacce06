//! What SQLite leaves to its program: the write-ahead log is carried over into the file and cut
//! off, and the file is examined. A connection of its own does it, which also keeps the log in its
//! place as long as the store is open.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sea_orm::sqlx::{self, ConnectOptions, Connection, Row};
use tokio::sync::Mutex;

use crate::Store;
use crate::store::error::StoreError;
use crate::store::sqlite::Soundness;

/// A log beyond this is carried over by us; SQLite tries it itself at each commit beyond 4 MiB.
const CARRIED_OVER: u64 = 8 * MIB;
/// A log beyond this is cut off when all of it has been carried over, and after it was begun anew.
pub(crate) const CUT_OFF: u64 = 16 * MIB;
/// With a log beyond this the server is not well: somebody reads on and on, and the disk fills.
const TOO_LONG: u64 = 256 * MIB;
const MIB: u64 = 1024 * 1024;

/// How long is waited for the one writer to take room on trial.
const TAKING: Duration = Duration::from_secs(1);
/// How long the one writer may be kept waiting for the log to be cut off.
const CUTTING: Duration = Duration::from_millis(100);
/// The file is examined this often, and takes at most a fiftieth of the time.
const BETWEEN_LOOKS: Duration = Duration::from_secs(10);
const REST: u32 = 50;

/// The log after it was tended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Log {
    pub bytes: u64,
    /// Somebody reads what was true long ago, so that it can not be cut off.
    pub is_held: bool,
}

/// Tends one file; of PostgreSQL and of a database in memory there is nothing to tend.
#[derive(Clone)]
pub(crate) struct Tended {
    soundness: Arc<Soundness>,
    file: Option<Arc<File>>,
}

struct File {
    log: PathBuf,
    options: SqliteConnectOptions,
    connection: Mutex<Option<SqliteConnection>>,
    /// When the file is to be examined next.
    look: Mutex<Instant>,
}

impl Tended {
    /// Of a database that is not SQLite.
    pub(crate) fn nothing() -> Self {
        Self { soundness: Arc::default(), file: None }
    }

    /// Called when the first connection is open.
    pub(crate) async fn open(
        soundness: &Arc<Soundness>,
        options: SqliteConnectOptions,
    ) -> Result<Self, StoreError> {
        let soundness = soundness.clone();
        let file = match soundness.file() {
            Some(name) if name.exists() => {
                let options = options.busy_timeout(CUTTING);
                let mut connection = options.connect().await.map_err(|err| away(&err))?;
                // The log is there from the first read on.
                let read = sqlx::query("SELECT count(*) FROM sqlite_master");
                read.fetch_one(&mut connection).await.map_err(|err| away(&err))?;
                soundness.log_opened();
                Some(Arc::new(File {
                    log: crate::store::sqlite::with_ending(name, "-wal"),
                    options,
                    connection: Mutex::new(Some(connection)),
                    look: Mutex::new(Instant::now()),
                }))
            }
            Some(_) | None => None,
        };
        Ok(Self { soundness, file })
    }

    /// Whether nothing is known that is wrong with the files.
    pub(crate) fn well(&self) -> Result<(), StoreError> {
        self.soundness.files_unchanged()?;
        if let Some(damage) = self.soundness.damage() {
            return Err(StoreError::Away(damage));
        }
        let Some(bytes) = self.file.as_ref().and_then(|file| file.bytes()) else { return Ok(()) };
        if bytes <= TOO_LONG {
            return Ok(());
        }
        let reason = format!("somebody's reading keeps {} MiB of write-ahead log", bytes / MIB);
        Err(StoreError::Away(reason))
    }

    /// Takes a megabyte of the disk for the log and gives it back: more than any call writes. Nothing of it
    /// is committed, and a connection of its own writes it to the log all the same, since its cache has no
    /// place for it.
    pub(crate) async fn take_a_megabyte(&self) -> Result<(), StoreError> {
        let Some(file) = &self.file else { return Ok(()) };
        self.soundness.files_unchanged()?;
        let options = file.options.clone().busy_timeout(TAKING).pragma("cache_size", "16");
        let taken = async {
            let mut connection = options.connect().await?;
            for sql in [
                "BEGIN IMMEDIATE",
                "CREATE TABLE room_on_trial (filling blob)",
                "INSERT INTO room_on_trial (filling) VALUES (randomblob(1048576))",
                "ROLLBACK",
            ] {
                sqlx::query(sql).execute(&mut connection).await?;
            }
            connection.close().await
        };
        taken.await.map_err(|err| away(&err))
    }

    pub(crate) async fn close(&self) -> Result<(), StoreError> {
        let Some(file) = &self.file else { return Ok(()) };
        match file.connection.lock().await.take() {
            Some(connection) => connection.close().await.map_err(|err| away(&err)),
            None => Ok(()),
        }
    }
}

impl Store {
    /// Carries the write-ahead log over and cuts it off where that can be; `None` where there is
    /// no such log.
    pub async fn tend_log(&self) -> Result<Option<Log>, StoreError> {
        let Some(file) = &self.tended.file else { return Ok(None) };
        self.tended.soundness.files_unchanged()?;
        let Some(bytes) = file.bytes() else { return Ok(None) };
        if bytes <= CARRIED_OVER {
            return Ok(Some(Log { bytes, is_held: false }));
        }
        let all = file.checkpoint("PRAGMA wal_checkpoint(PASSIVE)").await?;
        if all && bytes > CUT_OFF {
            file.checkpoint("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        }
        let bytes = file.bytes().unwrap_or_default();
        Ok(Some(Log { bytes, is_held: bytes > CUT_OFF }))
    }

    /// Examines the file when it is time for it. What is found is told by [`Store::keeps_writes`].
    pub async fn look_at_file(&self) -> Result<(), StoreError> {
        let Some(file) = &self.tended.file else { return Ok(()) };
        let mut next = file.look.lock().await;
        let began = Instant::now();
        if began < *next {
            return Ok(());
        }
        let found = self.examine_file().await;
        *next = Instant::now() + BETWEEN_LOOKS.max(began.elapsed() * REST);
        let damage = found?;
        if let Some(damage) = &damage {
            tracing::error!(damage, "the database's file is damaged");
        }
        self.tended.soundness.set_damage(damage);
        Ok(())
    }

    /// Reads all of the file and says what is wrong with it (`PRAGMA quick_check`).
    pub async fn examine_file(&self) -> Result<Option<String>, StoreError> {
        let Some(file) = &self.tended.file else { return Ok(None) };
        self.tended.soundness.files_unchanged()?;
        // Another connection would tell what it remembers of the file.
        let options = file.options.clone().read_only(true);
        let examined = async {
            let mut connection = options.connect().await?;
            let check = sqlx::query("PRAGMA quick_check(1)").fetch_one(&mut connection).await;
            let found: String = check?.try_get(0)?;
            connection.close().await?;
            Ok::<_, sqlx::Error>(found)
        };
        match examined.await {
            Ok(found) if found == "ok" => Ok(None),
            Ok(found) => Ok(Some(found)),
            Err(err) if crate::store::sqlite::is_damage(&err) => Ok(Some(err.to_string())),
            Err(err) => Err(away(&err)),
        }
    }
}

impl File {
    fn bytes(&self) -> Option<u64> {
        Some(std::fs::metadata(&self.log).ok()?.len())
    }

    /// Whether all of the log has been carried over.
    async fn checkpoint(&self, how: &'static str) -> Result<bool, StoreError> {
        let mut connection = self.connection.lock().await;
        let Some(connection) = connection.as_mut() else { return Ok(false) };
        let done = async {
            let row = sqlx::query(how).fetch_one(connection).await?;
            let (busy, frames, carried): (i64, i64, i64) =
                (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            Ok::<_, sqlx::Error>(busy == 0 && frames == carried)
        };
        done.await.map_err(|err| away(&err))
    }
}

fn away(err: &sqlx::Error) -> StoreError {
    StoreError::Away(err.to_string())
}
