//! The tables whose rows are written once: the database itself refuses that one is changed,
//! deleted or replaced.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseExecutor, DbBackend};

use crate::{growing, partitions};

/// All of them. The application's role on PostgreSQL may add to these and read them. A new one is
/// guarded by [`growing::append_only`] and named here.
pub const APPEND_ONLY: [&str; 18] = [
    "attendance_report",
    "audit_entry",
    "case_entry",
    "enrolment_report",
    "event",
    "field_change",
    "fund_entry",
    "joined_arrival",
    "milestone_progress",
    "pathway_report",
    "performance_review",
    "publication",
    "published_row",
    "review_finding",
    "submission_decision",
    "submission_version",
    "withholding_decision",
    "withholding_step",
];

/// Guards those of them that are there: what a later migration makes it guards itself. Run again,
/// it finds what is there.
pub(crate) async fn guard(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    if db.get_database_backend() == DbBackend::Postgres {
        return guard_parts(db).await;
    }
    for table in APPEND_ONLY {
        if manager.has_table(table).await? {
            growing::append_only(manager, table).await?;
        }
    }
    Ok(())
}

/// The attendance that schools sent is in parts, and a statement may name one of them. PostgreSQL
/// hands a trigger for each row down to every part, also to those that are made later; one for
/// `TRUNCATE` it does not, so each part gets its own.
pub(crate) async fn guard_parts(db: &DatabaseExecutor<'_>) -> Result<(), DbErr> {
    const TABLE: &str = "attendance_report";
    let missing = partitions::without_trigger(db, TABLE, "attendance_report_append_only").await?;
    if missing.iter().any(|table| table == TABLE) {
        let rows = format!(
            "CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} \
             FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        );
        growing::briefly(db, &rows).await?;
    }
    for table in partitions::without_trigger(db, TABLE, partitions::NOT_EMPTIED).await? {
        let emptied = format!(
            "CREATE TRIGGER {} BEFORE TRUNCATE ON \"{table}\" \
             FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
            partitions::NOT_EMPTIED
        );
        growing::briefly(db, &emptied).await?;
    }
    Ok(())
}
