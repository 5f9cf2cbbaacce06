//! Notifications of records that are on no case: submissions, performance reviews and obligations.
//!
//! A program of the release before runs on. It makes none of these notifications, and cannot show them: the list of a
//! person who got one fails on its servers until they run this release.

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
        let db = manager.get_connection();
        if db.get_database_backend() == DbBackend::Postgres {
            let any = "ALTER TABLE notification ALTER COLUMN case_id DROP NOT NULL";
            growing::briefly(db, any).await?;
        } else if !manager.has_column("notification", "record_kind").await? {
            let required = "\"case_id\" uuid_text NOT NULL";
            anew::with(db, "notification", (required, "\"case_id\" uuid_text")).await?;
        }
        let kind = growing::NewColumn {
            table: "notification",
            definition: text_null("record_kind"),
            check: Some("(case_id IS NULL) <> (record_kind IS NULL)"),
            references: None,
        };
        growing::column(manager, kind).await?;
        // None of the Ministry's own.
        let organisation = growing::NewColumn {
            table: "notification",
            definition: uuid_null("organisation_id"),
            check: Some("organisation_id IS NULL OR record_kind IS NOT NULL"),
            references: Some("organisation"),
        };
        growing::column(manager, organisation).await
    }
}
