//! Proposals to close a case, and what became of them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(case_closure()).await?;
        let one_waiting = Index::create()
            .name("case_closure_one_waiting")
            .table("case_closure")
            .col("case_id")
            .unique()
            .and_where(Expr::cust("status = 'proposed'"))
            .to_owned();
        manager.create_index(one_waiting).await?;
        let by_case = Index::create()
            .name("case_closure_by_case")
            .table("case_closure")
            .col("case_id")
            .col("id")
            .to_owned();
        manager.create_index(by_case).await
    }
}

fn case_closure() -> TableCreateStatement {
    const STATUSES: [&str; 3] = ["proposed", "approved", "returned"];
    Table::create()
        .table("case_closure")
        .col(uuid("id").primary_key())
        .col(uuid("case_id"))
        .col(text("status").check(Expr::col("status").is_in(STATUSES)))
        .col(text("reason_code"))
        .col(text("outcome"))
        .col(json_binary("checklist"))
        .col(uuid("proposed_by"))
        .col(timestamp_with_time_zone("proposed_at"))
        .col(uuid_null("decided_by"))
        .col(timestamp_with_time_zone_null("decided_at"))
        .col(text_null("words"))
        .foreign_key(
            ForeignKey::create().from("case_closure", "case_id").to("attendance_case", "id"),
        )
        .check(Expr::cust("(status = 'proposed') = (decided_by IS NULL)"))
        .check(Expr::cust("(status = 'proposed') = (decided_at IS NULL)"))
        .check(Expr::cust("(status = 'returned') = (words IS NOT NULL)"))
        .check(Expr::cust("status <> 'approved' OR decided_by <> proposed_by"))
        .to_owned()
}
