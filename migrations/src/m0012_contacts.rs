//! Attempts to reach the school, the student, the whānau or an agency.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(contact()).await?;
        let by_case = Index::create()
            .name("contact_by_case")
            .table("contact")
            .col("case_id")
            .col("occurred_at")
            .col("id")
            .to_owned();
        manager.create_index(by_case).await
    }
}

fn contact() -> TableCreateStatement {
    const PARTIES: [&str; 4] = ["school", "student", "whanau", "agency"];
    const CHANNELS: [&str; 8] =
        ["phone", "text", "email", "letter", "online", "office", "school_visit", "home_visit"];
    const OUTCOMES: [&str; 5] =
        ["reached", "attempted", "message_left", "refused", "wrong_details"];
    Table::create()
        .table("contact")
        .col(uuid("id").primary_key())
        .col(uuid("case_id"))
        .col(text("party").check(Expr::col("party").is_in(PARTIES)))
        .col(text("channel").check(Expr::col("channel").is_in(CHANNELS)))
        .col(text("outcome").check(Expr::col("outcome").is_in(OUTCOMES)))
        .col(timestamp_with_time_zone("occurred_at"))
        .col(timestamp_with_time_zone("recorded_at"))
        .col(uuid("recorded_by"))
        .col(timestamp_with_time_zone_null("risk_assessed_at"))
        .col(text_null("notes"))
        .foreign_key(ForeignKey::create().from("contact", "case_id").to("attendance_case", "id"))
        .check(Expr::cust("channel <> 'home_visit' OR risk_assessed_at IS NOT NULL"))
        .to_owned()
}
