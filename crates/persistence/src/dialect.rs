//! Where SQLite and PostgreSQL part, each difference with its reason.

use std::borrow::Cow;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    CommonTableExpression, Func, InsertStatement, IntoColumnRef, LockBehavior, LockType, SimpleExpr,
};
use sea_orm::sqlx::{self, error::DatabaseError};
use sea_orm::{
    Condition, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    EntityTrait, QuerySelect, RuntimeErr, Select, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};

use crate::audit;

/// One starter at a time migrates. SQLite's immediate transaction already holds the file.
pub(crate) async fn lock_migrations(txn: &DatabaseTransaction) -> Result<(), DbErr> {
    const MIGRATIONS: i64 = 0x4153_434d_5300;
    if txn.get_database_backend() == DbBackend::Postgres {
        lock_ids(txn, &[MIGRATIONS]).await?;
        // Migrations may take longer than a request may.
        txn.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
    }
    Ok(())
}

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
    lock_ids(txn, &ids).await
}

/// Locks the rows of a query for a change and leaves out those that somebody else has locked.
/// SQLite has no such words and needs none: its single writer has no rival.
pub(crate) fn skip_locked<E: EntityTrait>(query: Select<E>) -> Select<E> {
    query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
}

async fn lock_ids(txn: &DatabaseTransaction, ids: &[i64]) -> Result<(), DbErr> {
    let locks: Vec<String> =
        (1..=ids.len()).map(|n| format!("pg_advisory_xact_lock(${n})")).collect();
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

/// Writes rows of two tables with one commit. PostgreSQL takes both in one statement, which saves
/// three round trips; SQLite has no such statement, and is asked without going anywhere.
pub(crate) async fn insert_both(
    db: &DatabaseConnection,
    mut rows: InsertStatement,
    beside: InsertStatement,
) -> Result<(), DbErr> {
    if db.get_database_backend() == DbBackend::Postgres {
        let beside = CommonTableExpression::new().table_name("beside").query(beside).to_owned();
        db.execute(rows.with_cte(beside)).await?;
        return Ok(());
    }
    let txn = begin(db).await?;
    txn.execute(&rows).await?;
    txn.execute(&beside).await?;
    txn.commit().await
}

/// A transaction that will write. It holds SQLite's write lock from the start, so that what a rule
/// has read is still true when it commits.
pub(crate) async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    db.begin_with_options(options).await
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
        // SQLite's file is full or can not be opened; PostgreSQL's database is in use by its
        // administrator, missing, or read-only after a change of servers.
        "13" | "14" | "55006" | "3D000" | "25006" => Refusal::Away,
        // SQLSTATE classes: connection, insufficient resources, shutdown by the operator.
        _ if code.len() == 5 && ["08", "53", "57P"].iter().any(|class| code.starts_with(class)) => {
            Refusal::Away
        }
        _ if is_sqlite_io(code) => Refusal::Away,
        _ => Refusal::Other,
    }
}

/// SQLite's I/O errors are one code with many extensions in its higher bits.
fn is_sqlite_io(code: &str) -> bool {
    const IO_ERROR: u32 = 10;
    code.len() < 5 && code.parse::<u32>().is_ok_and(|code| code & 0xff == IO_ERROR)
}

/// Whether the connection broke, or there was none.
fn is_cut(err: &sqlx::Error) -> bool {
    use sqlx::Error::{BeginFailed, Io, PoolClosed, PoolTimedOut, Tls, WorkerCrashed};
    matches!(err, Io(_) | Tls(_) | PoolTimedOut | PoolClosed | WorkerCrashed | BeginFailed)
}

/// What went wrong, for logs: its kind and its code. A message of the database may hold values of
/// a row; only that of a connection that was not made or broke can not, and says more.
pub(crate) fn cause(err: &DbErr) -> String {
    let detailed = format!("{err:?}");
    let kind = detailed.split(|c: char| !(c.is_alphanumeric() || c == '(')).next();
    let kind = kind.unwrap_or_default().trim_end_matches('(').replace('(', " ");
    match sqlx_error(err) {
        Some(sqlx::Error::Database(db)) => {
            let code = db.code().unwrap_or_default();
            let safe = of_code(&code) == Refusal::Away || not_let_in(err);
            if safe { format!("{code}: {}", db.message()) } else { format!("{kind}, code {code}") }
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
