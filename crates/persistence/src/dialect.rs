//! Where SQLite and PostgreSQL part, each difference with its reason.

use std::borrow::Cow;

use sea_orm::sea_query::{CommonTableExpression, InsertStatement};
use sea_orm::sqlx::{self, error::DatabaseError};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

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
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    let txn = db.begin_with_options(options).await?;
    txn.execute(&rows).await?;
    txn.execute(&beside).await?;
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
    Other,
}

/// Reads the error codes of both databases: SQLite's result codes and PostgreSQL's SQLSTATE.
pub(crate) fn refusal(err: &DbErr) -> Refusal {
    let Some(code) = code(err) else {
        let no_connection = matches!(err, DbErr::ConnectionAcquire(_));
        return if no_connection { Refusal::Busy } else { Refusal::Other };
    };
    match code.as_str() {
        "2067" | "1555" | "23505" => Refusal::Duplicate,
        "275" | "23514" => Refusal::Check,
        "5" | "517" | "261" | "40001" | "40P01" | "57014" | "53300" | "57P03" => Refusal::Busy,
        "55P03" => Refusal::Locked,
        _ => Refusal::Other,
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
    let (DbErr::Conn(runtime) | DbErr::Exec(runtime) | DbErr::Query(runtime)) = err else {
        return None;
    };
    let RuntimeErr::SqlxError(err) = runtime else { return None };
    let sqlx::Error::Database(db) = err.as_ref() else { return None };
    Some(db.as_ref())
}
