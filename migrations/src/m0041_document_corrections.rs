//! Corrections of documents: why, and their changes among those that are kept.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let reason =
            Table::alter().table("document").add_column(text_null("correction_reason")).take();
        manager.alter_table(reason).await?;
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        let statements = if postgres { POSTGRES } else { SQLITE };
        for statement in statements {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

const POSTGRES: &[&str] =
    &["ALTER TABLE field_change DROP CONSTRAINT field_change_subject_kind_check, \
     ADD CONSTRAINT field_change_subject_kind_check CHECK (subject_kind IN \
     ('case', 'referral', 'student', 'whanau_contact', 'task', 'barrier', 'plan', 'document'))"];

/// SQLite changes no CHECK: the table is made anew, and what is in it moves over. That the rows
/// leave the old one is no deletion to its guards.
const SQLITE: &[&str] = &[
    "CREATE TABLE field_change_anew ( \
     id uuid_text NOT NULL PRIMARY KEY, \
     subject_kind text NOT NULL CHECK (\"subject_kind\" IN \
     ('case', 'referral', 'student', 'whanau_contact', 'task', 'barrier', 'plan', 'document')), \
     subject_id uuid_text NOT NULL, \
     version integer NOT NULL CHECK (version > 1), \
     at timestamp_with_timezone_text NOT NULL, \
     changed_by_kind text NOT NULL CHECK (\"changed_by_kind\" IN ('user', 'client', 'system')), \
     changed_by_id uuid_text, \
     field text NOT NULL, \
     old jsonb_text NOT NULL, \
     new jsonb_text NOT NULL, \
     CHECK ((changed_by_kind = 'system') = (changed_by_id IS NULL)) )",
    "INSERT INTO field_change_anew SELECT id, subject_kind, subject_id, version, at, \
     changed_by_kind, changed_by_id, field, old, new FROM field_change",
    "DROP TABLE field_change",
    "ALTER TABLE field_change_anew RENAME TO field_change",
    "CREATE INDEX field_change_by_subject ON field_change (subject_id, id)",
    "CREATE TRIGGER field_change_no_update BEFORE UPDATE ON field_change \
     BEGIN SELECT RAISE(ABORT, 'append-only table field_change'); END",
    "CREATE TRIGGER field_change_no_delete BEFORE DELETE ON field_change \
     BEGIN SELECT RAISE(ABORT, 'append-only table field_change'); END",
];
