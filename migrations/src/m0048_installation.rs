//! Which installation a database is of, so that it and the store of documents can agree; and how far
//! the clock has come by which its rows are dated.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(installation()).await?;
        manager.create_table(store_clock()).await
    }
}

/// The first start makes the row: a database that is copied before has none yet.
fn installation() -> TableCreateStatement {
    Table::create()
        .table("installation")
        .col(only_one())
        .col(uuid("id"))
        .col(timestamp_with_time_zone("made_at"))
        // Since when a store of documents carries this id; until then any empty one will do.
        .col(timestamp_with_time_zone_null("documents_at"))
        .to_owned()
}

fn store_clock() -> TableCreateStatement {
    Table::create()
        .table("store_clock")
        .col(only_one())
        // The highest instant that a server has noted.
        .col(timestamp_with_time_zone("latest_at"))
        // Since when it was noted without a gap.
        .col(timestamp_with_time_zone("steady_since"))
        .check(Expr::cust("steady_since <= latest_at"))
        .to_owned()
}

fn only_one() -> ColumnDef {
    integer("only_one").primary_key().check(Expr::cust("only_one = 1")).take()
}
