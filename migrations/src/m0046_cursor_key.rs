//! With which key the cursors of this installation are signed, as a fingerprint: one row.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("cursor_key")
            .col(small_integer("id").primary_key().check(Expr::col("id").eq(1)))
            .col(text("fingerprint"))
            .col(timestamp_with_time_zone("changed_at"))
            .to_owned();
        manager.create_table(table).await
    }
}
