//! A case's timeline: what happened on it, appended and never changed.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(case_entry()).await?;
        let by_case = Index::create()
            .name("case_entry_by_case")
            .table("case_entry")
            .col("case_id")
            .col("occurred_at")
            .col("id")
            .to_owned();
        manager.create_index(by_case).await?;
        let corrected_once = Index::create()
            .name("case_entry_corrected_once")
            .table("case_entry")
            .col("corrects")
            .unique()
            .and_where(Expr::cust("corrects IS NOT NULL"))
            .to_owned();
        manager.create_index(corrected_once).await?;
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        let guards = if postgres { POSTGRES_GUARDS } else { SQLITE_GUARDS };
        for guard in guards {
            manager.get_connection().execute_unprepared(guard).await?;
        }
        Ok(())
    }
}

/// `provider_id` is who was responsible when the entry was written. The kinds are a list that
/// grows with each feature, so the program alone knows it.
fn case_entry() -> TableCreateStatement {
    Table::create()
        .table("case_entry")
        .col(uuid("id").primary_key())
        .col(uuid("case_id"))
        .col(uuid("provider_id"))
        .col(text("kind"))
        .col(text("visibility").check(Expr::col("visibility").is_in(["shared", "private"])))
        .col(timestamp_with_time_zone("occurred_at"))
        .col(timestamp_with_time_zone("recorded_at"))
        .col(uuid("recorded_by"))
        .col(uuid_null("subject_id"))
        .col(uuid_null("corrects"))
        .col(json_binary("details"))
        .foreign_key(ForeignKey::create().from("case_entry", "case_id").to("attendance_case", "id"))
        .foreign_key(ForeignKey::create().from("case_entry", "corrects").to("case_entry", "id"))
        .check(Expr::cust("occurred_at <= recorded_at"))
        .to_owned()
}

const POSTGRES_GUARDS: &[&str] =
    &["CREATE TRIGGER case_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON case_entry \
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"];

const SQLITE_GUARDS: &[&str] = &[
    "CREATE TRIGGER case_entry_no_update BEFORE UPDATE ON case_entry \
     BEGIN SELECT RAISE(ABORT, 'append-only table case_entry'); END",
    "CREATE TRIGGER case_entry_no_delete BEFORE DELETE ON case_entry \
     BEGIN SELECT RAISE(ABORT, 'append-only table case_entry'); END",
];
