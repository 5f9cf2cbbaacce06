//! National Student Numbers as they are compared: without spaces and leading noughts. What is stored
//! stays as it was sent, and so does what the release before writes: each is compared by a computed
//! value, of which the indexes are.

use sea_orm_migration::prelude::*;

use crate::growing::{self, ComputedIndex};

#[derive(DeriveMigrationName)]
pub struct Migration;

const COMPARED: &str = "ltrim(replace(nsn, ' ', ''), '0')";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table) in
            [("student_nsn_by_compared", "student_nsn"), ("student_by_compared_nsn", "student")]
        {
            let index = ComputedIndex { name, table, expression: COMPARED, operators: "" };
            growing::computed_index(manager, index).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}
