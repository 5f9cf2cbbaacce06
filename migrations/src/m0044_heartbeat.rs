//! What a server writes and reads back to see whether the database keeps what it is given.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("heartbeat")
            // One row, whichever server writes it.
            .col(integer("id").primary_key().check(Expr::col("id").eq(1)))
            .col(big_integer("beats"))
            .take();
        manager.create_table(table).await?;
        let row = Query::insert()
            .into_table("heartbeat")
            .columns(["id", "beats"])
            .values_panic([1_i32.into(), 0_i64.into()])
            .to_owned();
        manager.execute(row).await
    }
}
