//! Documents of cases. Their content is in the object store; here is what is known of it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(document()).await?;
        let by_case = Index::create()
            .name("document_by_case")
            .table("document")
            .col("case_id")
            .col("id")
            .to_owned();
        manager.create_index(by_case).await?;
        let in_quarantine = Index::create()
            .name("document_in_quarantine")
            .table("document")
            .col("id")
            .and_where(Expr::cust("state = 'quarantined'"))
            .to_owned();
        manager.create_index(in_quarantine).await
    }
}

fn document() -> TableCreateStatement {
    const MEDIA_TYPES: [&str; 11] = [
        "application/pdf",
        "image/png",
        "image/jpeg",
        "image/heic",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "text/plain",
        "text/csv",
    ];
    const STATES: [&str; 3] = ["quarantined", "clean", "refused"];
    Table::create()
        .table("document")
        .col(uuid("id").primary_key())
        .col(uuid("case_id"))
        .col(text("name"))
        .col(text("media_type").check(Expr::col("media_type").is_in(MEDIA_TYPES)))
        .col(big_integer("size").check(Expr::cust("size > 0")))
        .col(text("sha256").check(Expr::cust("length(sha256) = 64")))
        .col(text("visibility").check(Expr::col("visibility").is_in(["shared", "private"])))
        .col(text("state").check(Expr::col("state").is_in(STATES)))
        .col(uuid("uploaded_by"))
        .col(timestamp_with_time_zone("uploaded_at"))
        .col(timestamp_with_time_zone_null("scanned_at"))
        .col(text("object_key").unique_key())
        .col(integer("version"))
        .foreign_key(ForeignKey::create().from("document", "case_id").to("attendance_case", "id"))
        .foreign_key(ForeignKey::create().from("document", "uploaded_by").to("user_account", "id"))
        .check(Expr::cust("name <> ''"))
        .check(Expr::cust("(state = 'quarantined') = (scanned_at IS NULL)"))
        .to_owned()
}
