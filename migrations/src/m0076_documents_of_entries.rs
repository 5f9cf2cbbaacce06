//! Documents that belong to an entry of a register instead of a case, and the history of any record.
//!
//! A program of the release before runs on: it makes no entry, and so it meets no document of one.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::{anew, growing};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        documents_of_entries(manager).await?;
        any_record_has_changes(manager).await
    }
}

/// A document belongs to a case or to an entry.
async fn documents_of_entries(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    if db.get_database_backend() == DbBackend::Postgres {
        growing::briefly(db, "ALTER TABLE document ALTER COLUMN case_id DROP NOT NULL").await?;
    } else if !manager.has_column("document", "register_entry_id").await? {
        let required = "\"case_id\" uuid_text NOT NULL";
        anew::with(db, "document", (required, "\"case_id\" uuid_text")).await?;
    }
    let entry = growing::NewColumn {
        table: "document",
        definition: uuid_null("register_entry_id"),
        check: Some("(case_id IS NULL) <> (register_entry_id IS NULL)"),
        references: Some("register_entry"),
    };
    growing::column(manager, entry).await?;
    let index = Index::create()
        .name("document_by_entry")
        .table("document")
        .col("register_entry_id")
        .and_where(Expr::cust("register_entry_id IS NOT NULL"))
        .to_owned();
    growing::index(manager, &index).await
}

/// The kinds of records whose changes are kept were a list of the schema, which on SQLite makes an
/// append-only table anew for each new kind. The program refuses every other.
async fn any_record_has_changes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    if db.get_database_backend() == DbBackend::Postgres {
        let any =
            "ALTER TABLE field_change DROP CONSTRAINT IF EXISTS field_change_subject_kind_check";
        return growing::briefly(db, any).await;
    }
    let listed = " CHECK (\"subject_kind\" IN ('case', 'referral', 'student', 'whanau_contact', \
                  'task', 'barrier', 'plan', 'document'))";
    anew::with(db, "field_change", (listed, "")).await
}
