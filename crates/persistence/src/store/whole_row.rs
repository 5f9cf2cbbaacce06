//! Rows, written with every column that their type knows.

use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait};

use crate::store::transaction::{DatabaseTransaction, NewRows};

/// Adds a row.
pub(crate) async fn insert<A: ActiveModelTrait>(
    txn: &DatabaseTransaction,
    row: A,
) -> Result<(), DbErr> {
    txn.add(NewRows::of([row.reset_all()])).await
}

/// Adds a row that is a change by itself.
pub(crate) async fn insert_alone<A: ActiveModelTrait>(
    db: &impl ConnectionTrait,
    row: A,
) -> Result<(), DbErr> {
    A::Entity::insert(row.reset_all()).exec_without_returning(db).await?;
    Ok(())
}

/// Overwrites a row, which is found by its key.
pub(crate) async fn update<A: ActiveModelTrait>(
    db: &impl ConnectionTrait,
    row: A,
) -> Result<(), DbErr> {
    A::Entity::update(row.reset_all()).exec_without_returning(db).await?;
    Ok(())
}
