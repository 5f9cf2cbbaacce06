//! How many were excluded is published no more: two measures of the same referrals would tell of
//! each other by it.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let dropped = Table::alter().table("published_row").drop_column("excluded").take();
        manager.alter_table(dropped).await
    }
}
