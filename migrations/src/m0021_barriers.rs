//! What keeps a student from school, and how far it is removed.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(barrier()).await?;
        let by_case = Index::create()
            .name("barrier_by_case")
            .table("barrier")
            .col("case_id")
            .col("id")
            .to_owned();
        manager.create_index(by_case).await
    }
}

fn barrier() -> TableCreateStatement {
    const STATUSES: [&str; 3] = ["identified", "being_addressed", "resolved"];
    const SEVERITIES: [&str; 3] = ["low", "moderate", "high"];
    Table::create()
        .table("barrier")
        .col(uuid("id").primary_key())
        .col(uuid("case_id"))
        .col(text("code"))
        .col(text("severity").check(Expr::col("severity").is_in(SEVERITIES)))
        .col(text("status").check(Expr::col("status").is_in(STATUSES)))
        .col(text_null("words"))
        .col(date("identified_on"))
        .col(date_null("resolved_on"))
        .col(json_binary("moves"))
        .col(uuid("recorded_by"))
        .col(timestamp_with_time_zone("recorded_at"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(ForeignKey::create().from("barrier", "case_id").to("attendance_case", "id"))
        .check(Expr::cust("(status = 'resolved') = (resolved_on IS NOT NULL)"))
        .check(Expr::cust("resolved_on IS NULL OR resolved_on >= identified_on"))
        .to_owned()
}
