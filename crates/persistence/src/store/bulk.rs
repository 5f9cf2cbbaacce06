//! Many rows with few statements: what an import writes with.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, DbErr, EntityTrait, IdenStatic, Iterable, PrimaryKeyToColumn};

use crate::rows::event;
use crate::store::events::{self, Event};
use crate::store::transaction::{DatabaseTransaction, NewRows};

/// SQLite's limit of parameters a statement; PostgreSQL's is twice as high.
const PARAMETERS: usize = 32_766;

/// So many rows at most wait for the next statement: together with others they must keep to the limit.
const WAITING: usize = 100;

/// Adds whole rows, in their order.
pub(crate) async fn insert<A>(
    txn: &DatabaseTransaction,
    rows: impl IntoIterator<Item = A>,
) -> Result<(), DbErr>
where
    A: ActiveModelTrait,
{
    write(txn, rows, None).await
}

/// The values of a list in a condition, the last one repeated up to a power of two: a database
/// prepares a handful of statements and not one for each length.
pub(crate) fn padded<T: Clone>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.into_iter().collect();
    if let Some(last) = values.last().cloned() {
        values.resize(values.len().next_power_of_two(), last);
    }
    values
}

/// Writes whole rows, in their order: those whose key is new are added, the others overwritten.
pub(crate) async fn upsert<A>(
    txn: &DatabaseTransaction,
    rows: impl IntoIterator<Item = A>,
) -> Result<(), DbErr>
where
    A: ActiveModelTrait,
{
    write(txn, rows, Some(overwrite::<A::Entity>())).await
}

async fn write<A>(
    txn: &DatabaseTransaction,
    rows: impl IntoIterator<Item = A>,
    on_conflict: Option<OnConflict>,
) -> Result<(), DbErr>
where
    A: ActiveModelTrait,
{
    let mut rows = rows.into_iter().map(ActiveModelTrait::reset_all).peekable();
    let chunk = rows_a_statement::<A::Entity>();
    while rows.peek().is_some() {
        let some: Vec<A> = rows.by_ref().take(chunk).collect();
        let waits = some.len() <= WAITING;
        let mut rows = NewRows::of(some);
        if let Some(overwrite) = &on_conflict {
            rows = rows.or(overwrite.clone());
        }
        txn.add(rows).await?;
        if !waits {
            txn.add_deferred().await?;
        }
    }
    Ok(())
}

fn rows_a_statement<E: EntityTrait>() -> usize {
    PARAMETERS / E::Column::iter().count().max(1)
}

fn overwrite<E: EntityTrait>() -> OnConflict {
    let keys: Vec<E::Column> = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column).collect();
    let is_key = |column: &E::Column| keys.iter().any(|key| key.as_str() == column.as_str());
    let rest = E::Column::iter().filter(|column| !is_key(column));
    OnConflict::columns(E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column))
        .update_columns(rest)
        .to_owned()
}

/// Announces the changes of an import.
pub(crate) async fn record_events(
    txn: &DatabaseTransaction,
    events: &[Event],
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    for some in events.chunks(rows_a_statement::<event::Entity>()) {
        events::record_all(txn, some, at).await?;
    }
    Ok(())
}
