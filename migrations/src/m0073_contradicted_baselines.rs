//! The attendance that contradicts a referral's baseline: what is on record where the sender's claim
//! counts, and the claim where the record does.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::growing::{self, NewColumn};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["referral_clock", "referral_clock_past"] {
            for column in ["contradicting_present", "contradicting_possible"] {
                let definition = integer_null(column).take();
                let new = NewColumn { table, definition, check: None, references: None };
                growing::column(manager, new).await?;
            }
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}
