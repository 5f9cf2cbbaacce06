//! The order of commits. Ids are made before a commit and by the clocks of several servers, so
//! neither they nor instants tell what was committed after what.
//!
//! - `event.committed_in` and `notification.committed_in` hold the transaction that wrote the row.
//!   Only the database knows it, so the database fills it in: the one exception to the rule that
//!   no default makes a value. Rows from before this migration have none and come before all.
//! - The entries of a case are numbered under the lock of the case. A look, an assignment and a
//!   proposal to close tell after which entry they came.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time. None of these rewrites a table.
        for (table, column) in columns() {
            manager.alter_table(Table::alter().table(table).add_column(column).take()).await?;
        }
        manager.create_table(commit_order()).await?;
        let first = "INSERT INTO commit_order (only_row, shift) VALUES (true, 0)";
        manager.get_connection().execute_unprepared(first).await?;
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        for statement in if postgres { POSTGRES } else { SQLITE } {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

fn columns() -> [(&'static str, ColumnDef); 8] {
    [
        ("event", big_integer_null("committed_in").take()),
        // The case that the change is on; the case itself for a change of the case.
        ("event", uuid_null("case_id").take()),
        ("notification", big_integer_null("committed_in").take()),
        ("attendance_case", integer("last_entry_number").default(0).take()),
        ("case_entry", integer_null("number").take()),
        ("case_look", integer_null("last_entry_number").take()),
        ("case_assignment", integer_null("after_entry").take()),
        ("case_closure", integer_null("after_entry").take()),
    ]
}

/// A database that was restored from a dump counts its transactions from the beginning again.
/// `shift` is added to them, so that what is written after a restore comes after what was written
/// before. On SQLite it stays 0.
fn commit_order() -> TableCreateStatement {
    Table::create()
        .table("commit_order")
        .col(boolean("only_row").primary_key().check(Expr::cust("only_row")))
        .col(big_integer("shift").check(Expr::cust("shift >= 0")))
        .to_owned()
}

const POSTGRES: &[&str] = &[
    "CREATE FUNCTION committed_in() RETURNS bigint LANGUAGE sql STABLE AS \
     $$ SELECT shift + pg_current_xact_id()::text::bigint FROM commit_order $$",
    "ALTER TABLE event ALTER COLUMN committed_in SET DEFAULT committed_in()",
    "ALTER TABLE notification ALTER COLUMN committed_in SET DEFAULT committed_in()",
];

/// SQLite has one writer, and the ids of events are given in the order of its commits. A
/// notification is written after the event that it tells of, in the same transaction.
const SQLITE: &[&str] = &["CREATE TRIGGER notification_committed_in AFTER INSERT ON notification \
     WHEN NEW.committed_in IS NULL BEGIN \
     UPDATE notification SET committed_in = (SELECT max(id) FROM event) WHERE id = NEW.id; END"];
