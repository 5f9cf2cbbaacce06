//! Where SQLite and PostgreSQL part, each difference with its reason.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    CommonTableExpression, Func, InsertStatement, IntoColumnRef, LockBehavior, LockType, SimpleExpr,
};
use sea_orm::{
    Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, QuerySelect, Select, Statement,
};

use crate::rows::audit_entry;
use crate::store::connections::Connections;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;

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
    let subject = audit_entry::Column::SubjectId.is_in(ids.iter().copied());
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

/// Takes a megabyte of PostgreSQL's disk, until the transaction is over: some 64 bytes in each row,
/// which do not compress.
pub(crate) async fn take_a_megabyte(txn: &DatabaseTransaction) -> Result<(), DbErr> {
    let sql = "CREATE TEMPORARY TABLE room ON COMMIT DROP AS \
               SELECT n, md5(n::text) AS filling FROM generate_series(1, 16384) AS n";
    txn.execute_unprepared(sql).await.map(drop)
}

pub(crate) mod codes;
#[cfg(test)]
mod tests;
