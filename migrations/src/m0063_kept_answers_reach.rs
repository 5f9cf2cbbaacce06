//! What a caller reached when an answer was kept for a retry: it is given again to who reaches
//! that still. Answers from before this migration have none.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::growing::{self, NewColumn};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let definition = text_null("reach").take();
        let column =
            NewColumn { table: "idempotency_key", definition, check: None, references: None };
        growing::column(manager, column).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}
