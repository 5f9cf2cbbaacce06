//! The Ministry's reviews of closures that one person decided alone.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(closure_review()).await?;
        let by_provider = Index::create()
            .name("closure_review_by_provider")
            .table("closure_review")
            .col("provider_id")
            .col("id")
            .to_owned();
        manager.create_index(by_provider).await
    }
}

fn closure_review() -> TableCreateStatement {
    let to = |column: &'static str, table: &'static str| {
        ForeignKey::create().from("closure_review", column).to(table, "id").to_owned()
    };
    let with_outcome = |column: &str| Expr::cust(format!("(outcome IS NULL) = ({column} IS NULL)"));
    Table::create()
        .table("closure_review")
        .col(uuid("id").primary_key())
        .col(uuid("closure_id").unique_key())
        .col(uuid("case_id"))
        .col(uuid("provider_id"))
        .col(uuid("decided_by"))
        .col(timestamp_with_time_zone("decided_at"))
        .col(date("due_on"))
        .col(text("calendar_version"))
        .col(text_null("outcome").check(Expr::col("outcome").is_in(["confirmed", "questioned"])))
        .col(text_null("words").check(Expr::cust("words IS NULL OR outcome IS NOT NULL")))
        .col(uuid_null("reviewed_by").check(with_outcome("reviewed_by")))
        .col(timestamp_with_time_zone_null("reviewed_at").check(with_outcome("reviewed_at")))
        .foreign_key(&mut to("closure_id", "case_closure"))
        .foreign_key(&mut to("case_id", "attendance_case"))
        .foreign_key(&mut to("provider_id", "organisation"))
        .foreign_key(&mut to("decided_by", "user_account"))
        .foreign_key(&mut to("reviewed_by", "user_account"))
        .to_owned()
}
