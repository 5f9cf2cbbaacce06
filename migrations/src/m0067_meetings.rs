//! Whom meetings reached: each stops a clock, as a contact does.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(meeting_reached()).await?;
        let by_case = Index::create()
            .name("meeting_reached_by_case")
            .table("meeting_reached")
            .col("case_id")
            .to_owned();
        manager.create_index(by_case).await
    }
}

fn meeting_reached() -> TableCreateStatement {
    const PARTIES: [&str; 4] = ["school", "student", "whanau", "agency"];
    let to = |column: &'static str, table: &'static str| {
        ForeignKey::create().from("meeting_reached", column).to(table, "id").to_owned()
    };
    Table::create()
        .table("meeting_reached")
        .col(uuid("entry_id"))
        .col(text("party").check(Expr::col("party").is_in(PARTIES)))
        .col(uuid("case_id"))
        .col(timestamp_with_time_zone("occurred_at"))
        .col(timestamp_with_time_zone_null("corrected_at"))
        .primary_key(Index::create().col("entry_id").col("party"))
        .foreign_key(&mut to("entry_id", "case_entry"))
        .foreign_key(&mut to("case_id", "attendance_case"))
        .to_owned()
}
