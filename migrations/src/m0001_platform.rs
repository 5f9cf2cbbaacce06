//! What every feature stands on: the audit trail, the events, the answers kept for retries.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(audit_entry()).await?;
        manager.create_index(audit_by_subject()).await?;
        manager.create_index(audit_by_caller()).await?;
        manager.create_table(event()).await?;
        manager.create_index(event_by_subject()).await?;
        manager.create_table(idempotency_key()).await?;
        manager.create_index(idempotency_by_age()).await?;
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        let guards = if postgres { POSTGRES_GUARDS } else { SQLITE_GUARDS };
        for guard in guards {
            manager.get_connection().execute_unprepared(guard).await?;
        }
        Ok(())
    }
}

/// Who did what to whom, when and why it was allowed or denied. Ids only, never names or words.
fn audit_entry() -> TableCreateStatement {
    Table::create()
        .table("audit_entry")
        .col(big_integer("id").auto_increment().primary_key())
        .col(timestamp_with_time_zone("at"))
        .col(
            text("caller_kind").check(Expr::col("caller_kind").is_in(["user", "client", "system"])),
        )
        .col(uuid_null("caller_id"))
        .col(uuid_null("provider_id"))
        .col(uuid_null("school_id"))
        .col(text_null("role"))
        .col(text("action"))
        .col(text("decision").check(Expr::col("decision").is_in(["allowed", "denied"])))
        .col(text_null("rule"))
        .col(text("subject_kind"))
        .col(uuid_null("subject_id"))
        .col(json_binary_null("further_ids"))
        .col(uuid_null("request_id"))
        .to_owned()
}

fn audit_by_subject() -> IndexCreateStatement {
    Index::create()
        .name("audit_entry_by_subject")
        .table("audit_entry")
        .col("subject_id")
        .col("id")
        .to_owned()
}

fn audit_by_caller() -> IndexCreateStatement {
    Index::create()
        .name("audit_entry_by_caller")
        .table("audit_entry")
        .col("caller_id")
        .col("id")
        .to_owned()
}

/// What changed, for those who follow: ids and versions, never contents.
fn event() -> TableCreateStatement {
    Table::create()
        .table("event")
        .col(big_integer("id").auto_increment().primary_key())
        .col(timestamp_with_time_zone("at"))
        .col(text("kind"))
        .col(text("subject_kind"))
        .col(uuid("subject_id"))
        .col(integer("subject_version"))
        .col(uuid_null("provider_id"))
        .col(uuid_null("school_id"))
        .to_owned()
}

fn event_by_subject() -> IndexCreateStatement {
    Index::create().name("event_by_subject").table("event").col("subject_id").col("id").to_owned()
}

/// The answer to a creating call, kept so that a retry gets the same one.
fn idempotency_key() -> TableCreateStatement {
    Table::create()
        .table("idempotency_key")
        .col(uuid("caller_id"))
        .col(text("key"))
        .col(text("fingerprint"))
        .col(timestamp_with_time_zone("created_at"))
        .col(integer_null("status"))
        .col(text_null("location"))
        .col(text_null("etag"))
        .col(text_null("body"))
        .primary_key(Index::create().col("caller_id").col("key"))
        .to_owned()
}

fn idempotency_by_age() -> IndexCreateStatement {
    Index::create()
        .name("idempotency_key_by_age")
        .table("idempotency_key")
        .col("created_at")
        .to_owned()
}

/// Audit and events only ever grow: the database itself refuses anything else.
const POSTGRES_GUARDS: &[&str] = &[
    "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN RAISE EXCEPTION 'append-only table %', TG_TABLE_NAME; END $$",
    "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry \
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event \
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
];

const SQLITE_GUARDS: &[&str] = &[
    "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry \
     BEGIN SELECT RAISE(ABORT, 'append-only table audit_entry'); END",
    "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry \
     BEGIN SELECT RAISE(ABORT, 'append-only table audit_entry'); END",
    "CREATE TRIGGER event_no_update BEFORE UPDATE ON event \
     BEGIN SELECT RAISE(ABORT, 'append-only table event'); END",
    "CREATE TRIGGER event_no_delete BEFORE DELETE ON event \
     BEGIN SELECT RAISE(ABORT, 'append-only table event'); END",
];
