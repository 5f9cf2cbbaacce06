//! The Ministry, the providers and the vendors. A school is an organisation of its own table.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        const KINDS: [&str; 4] =
            ["ministry", "catchment_provider", "in_school_provider", "sms_vendor"];
        let table = Table::create()
            .table("organisation")
            .col(uuid("id").primary_key())
            .col(text("kind").check(Expr::col("kind").is_in(KINDS)))
            .col(text("code").unique_key())
            .col(text("name"))
            .col(text_null("name_mi"))
            .col(text("status").check(Expr::col("status").is_in(["active", "suspended"])))
            .to_owned();
        manager.create_table(table).await
    }
}
