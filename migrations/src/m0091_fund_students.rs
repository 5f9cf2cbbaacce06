//! The students for whom a fund paid are counted from an index alone, however many there are.

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
            .name("fund_student_by_needs")
            .table("fund_student")
            .col("fund_id")
            .col("needs")
            .col("student_id")
            .to_owned();
        growing::index(manager, &index).await
    }
}
