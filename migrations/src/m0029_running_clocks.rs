//! The clocks that still run, for work lists.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let running = Index::create()
            .name("referral_clock_running")
            .table("referral_clock")
            .col("referral_id")
            .and_where(Expr::cust("exclusion IS NULL"))
            .and_where(Expr::cust(
                "(school_days IS NULL OR student_days IS NULL OR whanau_days IS NULL)",
            ))
            .to_owned();
        manager.create_index(running).await
    }
}
