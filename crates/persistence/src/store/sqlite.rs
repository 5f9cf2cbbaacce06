//! What keeps SQLite's connections sound. SQLite rolls back by itself when the disk is full, a
//! file cannot be read or written, or memory runs out; the driver does not learn of it and takes
//! the next transaction for a nested one, whose commit keeps nothing. So a connection is used only
//! when the driver knows of no transaction on it, and one that was open during such a failure is
//! closed; and SQLite itself says what it committed.

use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::sqlx::pool::PoolOptions;
use sea_orm::sqlx::sqlite::{Sqlite, SqliteConnectOptions, SqliteConnection};
use sea_orm::sqlx::{self, Connection};
use sea_orm::{ConnectOptions, DatabaseConnection, DbErr};

use crate::store::dialect::codes::{self, DatabaseRefusal};
use crate::store::error::StoreError;

/// A connection's age is taken a moment before it is judged. One that was opened this shortly after
/// a failure is closed too, which costs nothing but opening another.
const MARGIN: Duration = Duration::from_millis(100);

/// Whether connections may be trusted; shared by the pools of one store. Of PostgreSQL it knows
/// nothing, and trusts all.
#[derive(Default)]
pub(crate) struct Soundness {
    /// Connections that were open then are not used again.
    failed_at: Mutex<Option<Instant>>,
    /// How often SQLite has committed on the writer's connection.
    commits: AtomicU64,
    /// The file, where there is one.
    file: Option<PathBuf>,
    /// Which file that was when the first connection was made.
    first: OnceLock<Inode>,
    /// The write-ahead log and its index, which stay as long as a connection is open.
    beside: OnceLock<[(PathBuf, Option<Inode>); 2]>,
    /// Whether a write has failed for want of room since somebody last found that there is some.
    no_room: AtomicBool,
    /// What is wrong inside the file, as far as somebody has come upon it.
    damage: Mutex<Option<String>>,
}

/// A file of SQLite's, as the address of a database names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseFile(PathBuf);

impl DatabaseFile {
    /// `None` where the address is of no file: of PostgreSQL, or of a database in memory.
    pub fn of(url: &str) -> Option<Self> {
        let options: SqliteConnectOptions = url.strip_prefix("sqlite:").and(url.parse().ok())?;
        let file = options.get_filename();
        let in_memory = url.contains(":memory:") || url.contains("mode=memory");
        (!in_memory).then(|| Self(file.to_owned()))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn exists(&self) -> bool {
        self.0.exists()
    }

    /// Whether the write-ahead log is there, which may hold what the file does not have yet.
    pub fn has_log(&self) -> bool {
        std::fs::metadata(with_ending(&self.0, "-wal")).is_ok_and(|log| log.len() > 0)
    }
}

/// Which file it is, whatever it is called: device and number.
type Inode = (u64, u64);

fn inode(file: &Path) -> std::io::Result<Inode> {
    let found = std::fs::metadata(file)?;
    Ok((found.dev(), found.ino()))
}

/// The name of what SQLite keeps beside its file.
fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(ending);
    name.into()
}

impl Soundness {
    pub(crate) fn of(url: &str) -> Arc<Self> {
        let file = DatabaseFile::of(url).map(|file| file.0);
        Arc::new(Self { file, ..Self::default() })
    }

    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Acquire)
    }

    /// No connection that is open now is used again.
    pub(crate) fn distrust(&self) {
        *self.failed_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    pub(crate) fn lacks_room(&self) -> bool {
        self.no_room.load(Ordering::Acquire)
    }

    pub(crate) fn has_room(&self) {
        self.no_room.store(false, Ordering::Release);
    }

    /// Takes note of a failure, whoever is told of it.
    pub(crate) fn note(&self, err: &DbErr) {
        if codes::tells_of_no_room(err) {
            self.no_room.store(true, Ordering::Release);
        }
        if codes::leaves_doubt(err) {
            self.distrust();
        }
        // A file that was moved away reads as damaged, and is not.
        if codes::tells_of_damage(err) && self.files_unchanged().is_ok() {
            self.set_damage(Some(codes::cause(err)));
        }
    }

    /// The same of a BEGIN, which has no reason to fail but a lock that somebody else holds.
    pub(crate) fn note_begin(&self, err: &DbErr) {
        if codes::refusal(err) == DatabaseRefusal::Other {
            self.distrust();
        }
        self.note(err);
    }

    fn trusts(&self, age: Duration) -> bool {
        let failed_at = *self.failed_at.lock().unwrap_or_else(PoisonError::into_inner);
        failed_at.is_none_or(|at| age + MARGIN < at.elapsed())
    }

    /// Says no when the file, its log or the log's index was deleted or replaced since it was
    /// opened: what is written then is gone with the last connection, or is not seen by the next.
    /// Three looks at the file system before a write and three before its commit: microseconds.
    pub(crate) fn files_unchanged(&self) -> Result<(), StoreError> {
        let (Some(file), Some(first)) = (&self.file, self.first.get()) else { return Ok(()) };
        let beside = self.beside.get().into_iter().flatten();
        let beside = beside.filter_map(|(name, first)| Some((name, first.as_ref()?)));
        for (name, first) in std::iter::once((file, first)).chain(beside) {
            match inode(name) {
                Ok(found) if found == *first => {}
                Ok(_) => {
                    let reason = format!("{} was replaced under the server", name.display());
                    return Err(StoreError::Away(reason));
                }
                Err(err) => {
                    return Err(StoreError::Away(format!("{}: {err}", name.display())));
                }
            }
        }
        Ok(())
    }

    fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Remembers the log of a connection that stays open.
    fn log_opened(&self) {
        let Some(file) = &self.file else { return };
        let found = ["-wal", "-shm"].map(|ending| {
            let name = with_ending(file, ending);
            let inode = inode(&name).ok();
            (name, inode)
        });
        self.beside.get_or_init(|| found);
    }

    fn damage(&self) -> Option<String> {
        self.damage.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_damage(&self, found: Option<String>) {
        *self.damage.lock().unwrap_or_else(PoisonError::into_inner) = found;
    }

    /// Called for each new connection. Only the first may make the file, or find another one than
    /// before.
    fn opened(&self) -> Result<(), sqlx::Error> {
        let Some(file) = &self.file else { return Ok(()) };
        // A database in memory has no file.
        if let Ok(found) = inode(file) {
            self.first.get_or_init(|| found);
        }
        self.unchanged()
    }

    fn unchanged(&self) -> Result<(), sqlx::Error> {
        self.files_unchanged()
            .map_err(|err| sqlx::Error::Io(std::io::Error::other(err.to_string())))
    }
}

/// Has the pool look at its connections: before one is used, and when it comes back.
pub(crate) fn watch(options: &mut ConnectOptions, soundness: &Arc<Soundness>) {
    let watched = soundness.clone();
    options.map_sqlx_sqlite_before_acquire(move |connection, about| {
        // What was still to be rolled back has been: the pool waits for that.
        let sound = !connection.is_in_transaction() && watched.trusts(about.age);
        Box::pin(std::future::ready(Ok(sound)))
    });
    let watched = soundness.clone();
    options.map_sqlx_sqlite_pool_opts(move |pool| look_at_each(pool, &watched));
}

fn look_at_each(pool: PoolOptions<Sqlite>, soundness: &Arc<Soundness>) -> PoolOptions<Sqlite> {
    let (opened, back) = (soundness.clone(), soundness.clone());
    pool.after_connect(move |connection, _| {
        let soundness = opened.clone();
        Box::pin(async move {
            soundness.opened()?;
            let mut handle = connection.lock_handle().await?;
            handle.set_commit_hook(move || {
                soundness.commits.fetch_add(1, Ordering::AcqRel);
                true
            });
            Ok(())
        })
    })
    .after_release(move |connection, about| {
        let soundness = back.clone();
        Box::pin(async move { Ok(ended(connection).await? && soundness.trusts(about.age)) })
    })
}

/// Whether no transaction is left, after a rollback that may still be under way.
async fn ended(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// From here on a missing file is an error, not an occasion to make a new one. Answers how the pool
/// connects.
pub(crate) fn make_no_file(pool: &DatabaseConnection) -> SqliteConnectOptions {
    let pool = pool.get_sqlite_connection_pool();
    let options = pool.connect_options().as_ref().clone().create_if_missing(false);
    pool.set_connect_options(options.clone());
    options
}

/// Whether the file is no database any more.
fn is_damage(err: &sqlx::Error) -> bool {
    let sqlx::Error::Database(err) = err else { return false };
    err.code().is_some_and(|code| codes::is_damage(&code))
}

mod tending;

pub use tending::Log;
pub(crate) use tending::{CUT_OFF, Tended};

#[cfg(test)]
mod tests;
