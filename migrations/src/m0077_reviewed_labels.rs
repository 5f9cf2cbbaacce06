//! Whether a speaker of te reo Māori has read the labels of a code set. Nobody is on record as having
//! read those that came before.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = Table::alter()
            .table("code_set")
            .add_column(boolean("mi_reviewed").default(false))
            .take();
        manager.alter_table(column).await
    }
}
