//! What each migration asks of a program: an older release reads it here, since it does not know
//! the migration itself.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("schema_compatibility")
            .col(text("migration").primary_key())
            // The migration that a program must know; nothing when any program may run on.
            .col(text_null("needs"))
            .to_owned();
        manager.create_table(table).await
    }
}
