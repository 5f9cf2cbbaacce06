//! Corrections of contacts: a contact that was wrong stays, marked, beside the one that puts it right.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for column in columns() {
            let added = Table::alter().table("contact").add_column(column).take();
            manager.alter_table(added).await?;
        }
        let corrected_once = Index::create()
            .name("contact_corrected_once")
            .table("contact")
            .col("corrects")
            .unique()
            .and_where(Expr::cust("corrects IS NOT NULL"))
            .to_owned();
        manager.create_index(corrected_once).await
    }
}

/// `corrects` is on the contact that puts another right; the other two are on the one that was
/// wrong, and alone when it never happened.
fn columns() -> [ColumnDef; 3] {
    [
        uuid_null("corrects")
            .check(Expr::cust("corrects <> id"))
            .extra("REFERENCES contact (id)")
            .take(),
        timestamp_with_time_zone_null("corrected_at"),
        text_null("correction_reason")
            .check(Expr::cust("(corrected_at IS NULL) = (correction_reason IS NULL)"))
            .take(),
    ]
}
