//! Who last looked at which case, and the indexes that a work list is read by.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(case_look()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

/// `last_entry_id` is the newest entry of the case's timeline at that moment; nil when there was
/// none. No foreign keys: they would make a read of a case wait for whoever changes it.
fn case_look() -> TableCreateStatement {
    Table::create()
        .table("case_look")
        .col(uuid("user_id"))
        .col(uuid("case_id"))
        .col(timestamp_with_time_zone("looked_at"))
        .col(uuid("last_entry_id"))
        .primary_key(Index::create().col("user_id").col("case_id"))
        .to_owned()
}

/// Open cases are few beside all that were ever closed, and so are running assignments and
/// closures that were not approved.
fn indexes() -> Vec<IndexCreateStatement> {
    let on = |name: &'static str, table: &'static str, columns: [&'static str; 2]| {
        let mut index = Index::create().name(name).table(table).to_owned();
        for column in columns {
            index.col(column);
        }
        index
    };
    let some = |mut index: IndexCreateStatement, which: &'static str| {
        index.and_where(Expr::cust(which)).to_owned()
    };
    vec![
        some(
            on("case_open_by_provider", "attendance_case", ["provider_id", "id"]),
            "status <> 'closed'",
        ),
        some(
            on("case_open_by_case_manager", "attendance_case", ["case_manager_id", "id"]),
            "status <> 'closed'",
        ),
        some(
            on("case_assignment_running", "case_assignment", ["case_manager_id", "case_id"]),
            "ended_at IS NULL",
        ),
        some(
            on("case_closure_not_approved", "case_closure", ["case_id", "id"]),
            "status <> 'approved'",
        ),
        on("case_entry_by_id", "case_entry", ["case_id", "id"]),
    ]
}
