//! What a provider, a student and their whānau agree to do, and the reviews of it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(plan()).await?;
        manager.create_table(plan_review()).await?;
        let one_a_case = Index::create()
            .name("plan_one_a_case")
            .table("plan")
            .col("case_id")
            .unique()
            .to_owned();
        manager.create_index(one_a_case).await?;
        let by_plan = Index::create()
            .name("plan_review_by_plan")
            .table("plan_review")
            .col("plan_id")
            .col("id")
            .to_owned();
        manager.create_index(by_plan).await
    }
}

/// A case has one plan, which changes with it.
fn plan() -> TableCreateStatement {
    Table::create()
        .table("plan")
        .col(uuid("id").primary_key())
        .col(uuid("case_id"))
        .col(json_binary("goals"))
        .col(json_binary("agreed_with"))
        .col(date("agreed_on"))
        .col(date_null("next_review_on"))
        .col(uuid("made_by"))
        .col(timestamp_with_time_zone("made_at"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(ForeignKey::create().from("plan", "case_id").to("attendance_case", "id"))
        .to_owned()
}

fn plan_review() -> TableCreateStatement {
    const OUTCOMES: [&str; 3] = ["on_track", "needs_change", "achieved"];
    Table::create()
        .table("plan_review")
        .col(uuid("id").primary_key())
        .col(uuid("plan_id"))
        .col(text("outcome").check(Expr::col("outcome").is_in(OUTCOMES)))
        .col(text("words"))
        .col(date_null("next_review_on"))
        .col(uuid("reviewed_by"))
        .col(timestamp_with_time_zone("reviewed_at"))
        .foreign_key(ForeignKey::create().from("plan_review", "plan_id").to("plan", "id"))
        .to_owned()
}
