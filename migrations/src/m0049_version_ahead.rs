//! The latest version of a referral's clock that is dated later than the time when it was written.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let only_one = integer("only_one").primary_key().check(Expr::cust("only_one = 1")).take();
        let table = Table::create()
            .table("version_ahead")
            .col(only_one)
            .col(timestamp_with_time_zone("known_from"))
            .to_owned();
        manager.create_table(table).await
    }
}
