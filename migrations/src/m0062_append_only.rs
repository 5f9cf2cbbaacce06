//! No row of an append-only table is replaced by another one, and the attendance that schools sent
//! is such a table.

use sea_orm_migration::prelude::*;

use crate::append_only;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        append_only::guard(manager).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}
