//! One row, written with every column that its type knows.

use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait};

/// Adds a row.
pub(crate) async fn insert<A: ActiveModelTrait>(
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
