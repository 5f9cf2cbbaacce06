//! Referrals are found by what the sending system calls them, however it writes its own name.

use sea_orm_migration::prelude::*;

use crate::growing;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::create()
            .name("referral_by_source_reference")
            .table("referral")
            .col("source_reference")
            .and_where(Expr::cust("source_reference IS NOT NULL"))
            .to_owned();
        growing::index(manager, &index).await
    }
}
