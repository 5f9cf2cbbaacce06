//! Events in the order of their commits, for those who follow what changed. On SQLite the ids of
//! events are that order already; the index is empty there and stands so that the schemas are the
//! same.

use sea_orm_migration::prelude::*;

use crate::growing;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        growing::index(manager, &by_commit()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}

fn by_commit() -> IndexCreateStatement {
    Index::create()
        .name("event_by_commit")
        .table("event")
        .col("committed_in")
        .col("id")
        .and_where(Expr::cust("committed_in IS NOT NULL"))
        .to_owned()
}
