//! Where SQLite and PostgreSQL part, each difference with its reason.

use std::borrow::Cow;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    CommonTableExpression, Func, InsertStatement, IntoColumnRef, LockBehavior, LockType, SimpleExpr,
};
use sea_orm::sqlx::postgres::{PgDatabaseError, PgSeverity};
use sea_orm::sqlx::{self, error::DatabaseError};
use sea_orm::{
    Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, QuerySelect, RuntimeErr, Select,
    Statement,
};

use crate::connections::Connections;
use crate::{DatabaseTransaction, StoreError, audit};

pub(crate) mod commit_order;
pub(crate) mod migrating;
pub(crate) mod place;
pub(crate) mod roles;

/// Waits for everybody who has the lock.
const LOCK: &str = "pg_advisory_xact_lock";

/// Makes callers that name the same things wait for each other until the end of the transaction,
/// also when the rows do not exist yet. SQLite's single writer has the same effect.
pub(crate) async fn lock_names(txn: &DatabaseTransaction, names: &[String]) -> Result<(), DbErr> {
    if txn.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let mut ids: Vec<i64> = names.iter().map(|name| stable_hash(name)).collect();
    // Always in the same order, so that two callers with two names each cannot block each other.
    ids.sort_unstable();
    ids.dedup();
    lock_ids(txn, LOCK, &ids).await
}

/// Makes callers of [`lock_names`] with this name wait for those who share it, who do not wait for
/// each other.
pub(crate) async fn share_name(txn: &DatabaseTransaction, name: &str) -> Result<(), DbErr> {
    if txn.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    lock_ids(txn, "pg_advisory_xact_lock_shared", &[stable_hash(name)]).await
}

/// Locks the rows of a query for a change and leaves out those that somebody else has locked.
/// SQLite has no such words and needs none: its single writer has no rival.
pub(crate) fn skip_locked<E: EntityTrait>(query: Select<E>) -> Select<E> {
    query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
}

async fn lock_ids(txn: &impl ConnectionTrait, lock: &str, ids: &[i64]) -> Result<(), DbErr> {
    let locks: Vec<String> = (1..=ids.len()).map(|n| format!("{lock}(${n})")).collect();
    let values = ids.iter().map(|id| (*id).into());
    let sql = format!("SELECT {}", locks.join(", "));
    txn.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await?;
    Ok(())
}

/// FNV-1a, 64 bits: the same number in every process and release, which the standard hasher is not.
fn stable_hash(text: &str) -> i64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    i64::from_ne_bytes(hash.to_ne_bytes())
}

/// Entries of the audit trail that name one of these rows, as what they are about or beside it.
/// PostgreSQL has an index of the ids in a list (`@>`); SQLite has none and unfolds each list.
pub(crate) fn audit_names(backend: DbBackend, ids: &[Uuid]) -> Condition {
    let subject = audit::Column::SubjectId.is_in(ids.iter().copied());
    let named = Condition::any().add(subject);
    if backend == DbBackend::Postgres {
        let contains = |id: &Uuid| {
            let list = serde_json::json!([id]);
            Expr::cust_with_values("\"audit_entry\".\"further_ids\" @> $1", [list])
        };
        return ids.iter().map(contains).fold(named, Condition::add);
    }
    let marks = vec!["?"; ids.len()].join(", ");
    let unfolded = format!(
        "EXISTS (SELECT 1 FROM json_each(\"audit_entry\".\"further_ids\") WHERE value IN ({marks}))"
    );
    named.add(Expr::cust_with_values(unfolded, ids.iter().map(Uuid::to_string)))
}

/// The ids of many rows as one JSON list, or nothing or an empty list when there are none. SQLite
/// keeps an id as bytes, which JSON has no form for.
pub(crate) fn list_of_ids(backend: DbBackend, id: impl IntoColumnRef) -> SimpleExpr {
    let id = Expr::col(id);
    if backend == DbBackend::Postgres {
        return Func::cust("jsonb_agg").arg(id).into();
    }
    Func::cust("json_group_array").arg(Func::cust("hex").arg(id)).into()
}

/// Writes rows, and those of another table beside them, with one commit. PostgreSQL takes both in
/// one statement, which saves three round trips and is proven by its answer; SQLite has no such
/// statement, and its commit is proven as any other.
pub(crate) async fn insert_both(
    db: &Connections,
    mut rows: InsertStatement,
    beside: Option<InsertStatement>,
) -> Result<(), StoreError> {
    if db.get_database_backend() == DbBackend::Postgres {
        let Some(beside) = beside else {
            db.execute(&rows).await?;
            return Ok(());
        };
        let beside = CommonTableExpression::new().table_name("beside").query(beside).to_owned();
        db.execute(rows.with_cte(beside)).await?;
        return Ok(());
    }
    let txn = db.begin().await?;
    txn.execute(&rows).await?;
    if let Some(beside) = beside {
        txn.execute(&beside).await?;
    }
    txn.commit().await
}

/// What a refused statement means to a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
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
pub(crate) fn refusal(err: &DbErr) -> Refusal {
    let meaning = code(err).map_or(Refusal::Other, |code| of_code(&code));
    if meaning == Refusal::Other && (not_let_in(err) || sqlx_error(err).is_some_and(is_cut)) {
        return Refusal::Away;
    }
    meaning
}

/// Whether there was no connection yet to ask anything with.
fn not_let_in(err: &DbErr) -> bool {
    matches!(err, DbErr::ConnectionAcquire(_) | DbErr::Conn(_))
}

/// Reads the error codes of both databases: SQLite's result codes and PostgreSQL's SQLSTATE.
fn of_code(code: &str) -> Refusal {
    match code {
        "2067" | "1555" | "23505" => Refusal::Duplicate,
        "275" | "23514" => Refusal::Check,
        "5" | "517" | "261" | "40001" | "40P01" | "57014" => Refusal::Busy,
        "55P03" => Refusal::Locked,
        // PostgreSQL's database is in use by its administrator, missing, read-only after a change
        // of servers, or cannot read or write its files.
        "55006" | "3D000" | "25006" | "58030" => Refusal::Away,
        // SQLSTATE classes: connection, insufficient resources, shutdown by the operator.
        _ if code.len() == 5 && ["08", "53", "57P"].iter().any(|class| code.starts_with(class)) => {
            Refusal::Away
        }
        _ if sqlite_code(code).is_some_and(is_doubtful) => Refusal::Away,
        _ => Refusal::Other,
    }
}

/// SQLite's result code without its extension, which stands in the higher bits; `None` of a
/// SQLSTATE, which has five characters.
fn sqlite_code(code: &str) -> Option<u32> {
    let code: u32 = code.parse().ok().filter(|_| code.len() < 5)?;
    Some(code & 0xff)
}

/// SQLite's codes after which it may have rolled back by itself, or after which what a connection
/// remembers of the file need not be true: internal, no memory, read-only, I/O, corrupt, full, can
/// not open, locking protocol, misuse, not a database.
fn is_doubtful(code: u32) -> bool {
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

/// What a COMMIT that failed means. Only where the database says that it has undone everything is
/// that known; an answer that did not come, or SQLite's that a file could not be written, leaves
/// it open.
pub(crate) fn failed_commit(err: DbErr) -> StoreError {
    if is_undone(&err) { err.into() } else { StoreError::OutcomeUnknown(cause(&err)) }
}

fn is_undone(err: &DbErr) -> bool {
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

/// The error of a statement that was not even sent.
pub(crate) fn not_connected(reason: StoreError) -> DbErr {
    // Whoever is told of this says that much already.
    let reason = if let StoreError::Away(reason) = reason { reason } else { reason.to_string() };
    DbErr::Conn(RuntimeErr::Internal(reason))
}

/// Takes a megabyte of PostgreSQL's disk, until the transaction is over: some 64 bytes in each row,
/// which do not compress.
pub(crate) async fn take_a_megabyte(txn: &DatabaseTransaction) -> Result<(), DbErr> {
    let sql = "CREATE TEMPORARY TABLE room ON COMMIT DROP AS \
               SELECT n, md5(n::text) AS filling FROM generate_series(1, 16384) AS n";
    txn.execute_unprepared(sql).await.map(drop)
}

/// Whether PostgreSQL found no room on its disk. What SQLite then says leaves doubt besides, and
/// its next write tells by itself whether there is room again.
pub(crate) fn tells_of_no_room(err: &DbErr) -> bool {
    code(err).is_some_and(|code| code == "53100")
}

/// Whether the connection broke, or there was none.
fn is_cut(err: &sqlx::Error) -> bool {
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
            let safe = of_code(&code) == Refusal::Away || not_let_in(err);
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

fn code(err: &DbErr) -> Option<String> {
    database_error(err)?.code().map(Cow::into_owned)
}

fn database_error(err: &DbErr) -> Option<&dyn DatabaseError> {
    let sqlx::Error::Database(db) = sqlx_error(err)? else { return None };
    Some(db.as_ref())
}

fn sqlx_error(err: &DbErr) -> Option<&sqlx::Error> {
    let (DbErr::Conn(runtime) | DbErr::Exec(runtime) | DbErr::Query(runtime)) = err else {
        return None;
    };
    let RuntimeErr::SqlxError(err) = runtime else { return None };
    Some(err)
}

#[cfg(test)]
mod tests;
