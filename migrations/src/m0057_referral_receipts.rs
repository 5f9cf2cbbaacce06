//! What the sender of a referral is told of a student of whom they may not know.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("referral_receipt")
            .col(uuid("referral_id").primary_key())
            .col(uuid("shown_id"))
            .col(json_binary("as_sent"))
            .col(json_binary("assessment"))
            .col(uuid_null("provider_id"))
            .col(boolean("in_school"))
            .col(boolean("joined"))
            .foreign_key(
                ForeignKey::create().from("referral_receipt", "referral_id").to("referral", "id"),
            )
            .foreign_key(
                ForeignKey::create()
                    .from("referral_receipt", "provider_id")
                    .to("organisation", "id"),
            )
            .to_owned();
        manager.create_table(table).await
    }
}
