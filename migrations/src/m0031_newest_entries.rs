//! The newest entry of a case's timeline on the case itself, for work lists.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for column in columns() {
            let added = Table::alter().table("attendance_case").add_column(column).take();
            manager.alter_table(added).await?;
        }
        manager.get_connection().execute_unprepared(FILL).await?;
        Ok(())
    }
}

/// Both empty until there is an entry. No foreign keys: an entry refers to its case already.
fn columns() -> [ColumnDef; 2] {
    [
        uuid_null("last_entry_id").take(),
        uuid_null("last_entry_by")
            .check(Expr::cust("(last_entry_id IS NULL) = (last_entry_by IS NULL)"))
            .take(),
    ]
}

const FILL: &str = "UPDATE attendance_case SET \
     last_entry_id = (SELECT id FROM case_entry WHERE case_id = attendance_case.id \
     ORDER BY id DESC LIMIT 1), \
     last_entry_by = (SELECT recorded_by FROM case_entry WHERE case_id = attendance_case.id \
     ORDER BY id DESC LIMIT 1)";
