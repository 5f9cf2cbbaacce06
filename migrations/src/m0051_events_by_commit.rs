//! Events in the order of their commits, for those who follow what changed. On SQLite the ids of
//! events are that order already.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::growing;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
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
