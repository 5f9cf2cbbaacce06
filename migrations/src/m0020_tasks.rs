//! What is to be done on a case.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(task()).await?;
        let by_case = Index::create()
            .name("task_by_case")
            .table("task")
            .col("case_id")
            .col("due_on")
            .col("id")
            .to_owned();
        manager.create_index(by_case).await?;
        let open = Index::create()
            .name("task_open_by_case")
            .table("task")
            .col("case_id")
            .col("due_on")
            .and_where(Expr::cust("status = 'open'"))
            .to_owned();
        manager.create_index(open).await
    }
}

/// `calendar_version` is there when the day was given in business days.
fn task() -> TableCreateStatement {
    const STATUSES: [&str; 3] = ["open", "done", "cancelled"];
    Table::create()
        .table("task")
        .col(uuid("id").primary_key())
        .col(uuid("case_id"))
        .col(text("title"))
        .col(uuid_null("assignee_id"))
        .col(date("due_on"))
        .col(text_null("calendar_version"))
        .col(text("status").check(Expr::col("status").is_in(STATUSES)))
        .col(uuid("added_by"))
        .col(timestamp_with_time_zone("added_at"))
        .col(uuid_null("finished_by"))
        .col(timestamp_with_time_zone_null("finished_at"))
        .col(text_null("words"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(ForeignKey::create().from("task", "case_id").to("attendance_case", "id"))
        .foreign_key(ForeignKey::create().from("task", "assignee_id").to("user_account", "id"))
        .check(Expr::cust("(status = 'open') = (finished_by IS NULL)"))
        .check(Expr::cust("(status = 'open') = (finished_at IS NULL)"))
        .check(Expr::cust("status <> 'cancelled' OR words IS NOT NULL"))
        .to_owned()
}
