//! What an error of a database means: the codes of SQLite and the SQLSTATEs of PostgreSQL in one list.

use sea_orm::sqlx::error::DatabaseError;
use sea_orm::sqlx::postgres::{PgDatabaseError, PgSeverity};
use sea_orm::{DbErr, RuntimeErr, sqlx};
use std::borrow::Cow;

/// What a refused statement means to a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DatabaseRefusal {
    /// Another row already has this unique value.
    Duplicate,
    /// A CHECK of the schema says no: the last net below the rules.
    Check,
    /// The database is too busy for this call: it may be tried again.
    Busy,
    /// A lock was not to be had in time: somebody else is at the same thing.
    Locked,
    /// The database is away, going away, or takes nobody in.
    Away,
    Other,
}

/// What an error of either database means.
pub(crate) fn refusal(err: &DbErr) -> DatabaseRefusal {
    let meaning = code(err).map_or(DatabaseRefusal::Other, |code| of_code(&code));
    if meaning == DatabaseRefusal::Other && (not_let_in(err) || sqlx_error(err).is_some_and(is_cut))
    {
        return DatabaseRefusal::Away;
    }
    meaning
}

/// Whether there was no connection yet to ask anything with.
pub(crate) fn not_let_in(err: &DbErr) -> bool {
    matches!(err, DbErr::ConnectionAcquire(_) | DbErr::Conn(_))
}

/// Reads the error codes of both databases: SQLite's result codes and PostgreSQL's SQLSTATE.
pub(crate) fn of_code(code: &str) -> DatabaseRefusal {
    match code {
        "2067" | "1555" | "23505" => DatabaseRefusal::Duplicate,
        "275" | "23514" => DatabaseRefusal::Check,
        "5" | "517" | "261" | "40001" | "40P01" | "57014" => DatabaseRefusal::Busy,
        "55P03" => DatabaseRefusal::Locked,
        // PostgreSQL's database is in use by its administrator, missing, read-only after a change
        // of servers, or cannot read or write its files.
        "55006" | "3D000" | "25006" | "58030" => DatabaseRefusal::Away,
        // SQLSTATE classes: connection, insufficient resources, shutdown by the operator.
        _ if code.len() == 5 && ["08", "53", "57P"].iter().any(|class| code.starts_with(class)) => {
            DatabaseRefusal::Away
        }
        _ if sqlite_code(code).is_some_and(is_doubtful) => DatabaseRefusal::Away,
        _ => DatabaseRefusal::Other,
    }
}

/// SQLite's result code without its extension, which stands in the higher bits; `None` of a
/// SQLSTATE, which has five characters.
pub(crate) fn sqlite_code(code: &str) -> Option<u32> {
    let code: u32 = code.parse().ok().filter(|_| code.len() < 5)?;
    Some(code & 0xff)
}

/// SQLite's codes after which it may have rolled back by itself, or after which what a connection
/// remembers of the file need not be true: internal, no memory, read-only, I/O, corrupt, full, can
/// not open, locking protocol, misuse, not a database.
pub(crate) fn is_doubtful(code: u32) -> bool {
    matches!(code, 2 | 7 | 8 | 10 | 11 | 13 | 14 | 15 | 21 | 26)
}

/// Whether SQLite's connections are not to be used again after this. PostgreSQL says itself in
/// which state a session is.
pub(crate) fn leaves_doubt(err: &DbErr) -> bool {
    code(err).as_deref().and_then(sqlite_code).is_some_and(is_doubtful)
}

/// Whether SQLite says that its file is damaged, or is no database.
pub(crate) fn tells_of_damage(err: &DbErr) -> bool {
    code(err).as_deref().is_some_and(is_damage)
}

pub(crate) fn is_damage(code: &str) -> bool {
    matches!(sqlite_code(code), Some(11 | 26))
}

pub(crate) fn is_undone(err: &DbErr) -> bool {
    const BUSY: u32 = 5;
    const CONSTRAINT: u32 = 19;
    let Some(db) = database_error(err) else { return false };
    if let Some(refused) = db.try_downcast_ref::<PgDatabaseError>() {
        // Whatever is worse ends the session, maybe after the commit.
        return refused.severity() == PgSeverity::Error;
    }
    let code = db.code().and_then(|code| sqlite_code(&code));
    matches!(code, Some(BUSY | CONSTRAINT))
}

/// Whether there was no room on the disk, as far as the database can tell: SQLite says "full" of some
/// disks and "I/O error" of others, and of a limit of the process.
pub(crate) fn tells_of_no_room(err: &DbErr) -> bool {
    const IO_ERROR: u32 = 10;
    const FULL: u32 = 13;
    let sqlite = |code: &str| matches!(sqlite_code(code), Some(IO_ERROR | FULL));
    code(err).is_some_and(|code| code == "53100" || sqlite(&code))
}

/// Whether the connection broke, or there was none.
pub(crate) fn is_cut(err: &sqlx::Error) -> bool {
    use sqlx::Error::{BeginFailed, Io, PoolClosed, PoolTimedOut, Tls, WorkerCrashed};
    matches!(err, Io(_) | Tls(_) | PoolTimedOut | PoolClosed | WorkerCrashed | BeginFailed)
}

/// What went wrong, for logs: its kind and its code. A message of the database may hold values of
/// a row; only that of a connection that was not made or broke can not, and says more.
pub(crate) fn cause(err: &DbErr) -> String {
    if let DbErr::Conn(RuntimeErr::Internal(ours)) = err {
        return ours.clone();
    }
    let detailed = format!("{err:?}");
    let kind = detailed.split(|c: char| !(c.is_alphanumeric() || c == '(')).next();
    let kind = kind.unwrap_or_default().trim_end_matches('(').replace('(', " ");
    match sqlx_error(err) {
        Some(sqlx::Error::Database(db)) => {
            let code = db.code().unwrap_or_default();
            let safe = of_code(&code) == DatabaseRefusal::Away || not_let_in(err);
            if safe { format!("{code}: {}", db.message()) } else { format!("code {code}") }
        }
        Some(cut) if is_cut(cut) => cut.to_string(),
        Some(_) | None => kind,
    }
}

/// The word that tells which constraint refused: an index name or `table.column`.
pub(crate) fn constraint(err: &DbErr) -> Option<String> {
    let db = database_error(err)?;
    Some(db.constraint().map_or_else(|| db.message().to_owned(), str::to_owned))
}

pub(crate) fn code(err: &DbErr) -> Option<String> {
    database_error(err)?.code().map(Cow::into_owned)
}

pub(crate) fn database_error(err: &DbErr) -> Option<&dyn DatabaseError> {
    let sqlx::Error::Database(db) = sqlx_error(err)? else { return None };
    Some(db.as_ref())
}

pub(crate) fn sqlx_error(err: &DbErr) -> Option<&sqlx::Error> {
    let (DbErr::Conn(runtime) | DbErr::Exec(runtime) | DbErr::Query(runtime)) = err else {
        return None;
    };
    let RuntimeErr::SqlxError(err) = runtime else { return None };
    Some(err)
}
