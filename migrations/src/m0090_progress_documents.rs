//! The documents that belong to progress on a milestone.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::growing;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let documents = growing::NewColumn {
            table: "milestone_progress",
            definition: json_binary_null("documents"),
            check: None,
            references: None,
        };
        growing::column(manager, documents).await
    }
}
