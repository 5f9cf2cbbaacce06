//! Jobs: what is made behind the calls, and what of it is there.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(job()).await?;
        let unfinished = Index::create()
            .name("job_unfinished")
            .table("job")
            .col("id")
            .and_where(Expr::cust("finished_at IS NULL"))
            .to_owned();
        manager.create_index(unfinished).await?;
        let of_person =
            Index::create().name("job_of_person").table("job").col("ordered_by").col("id").take();
        manager.create_index(of_person).await?;
        manager.create_table(job_part()).await
    }
}

const KINDS: [&str; 1] = ["measure_rows"];
const STATES: [&str; 5] = ["queued", "running", "done", "failed", "cancelled"];
const FAILURES: [&str; 3] = ["not_allowed", "too_large", "kept_failing"];

fn job() -> TableCreateStatement {
    let count =
        |name: &'static str| integer(name).check(Expr::cust(format!("{name} >= 0"))).to_owned();
    Table::create()
        .table("job")
        .col(uuid("id").primary_key())
        .col(text("kind").check(Expr::col("kind").is_in(KINDS)))
        .col(json_binary("asked"))
        .col(uuid("ordered_by"))
        .col(timestamp_with_time_zone("ordered_at"))
        // What the person reached when it was ordered: with less or more it is not theirs.
        .col(text("reach"))
        .col(uuid("request_id"))
        .col(text("state").check(Expr::col("state").is_in(STATES)))
        .col(text_null("failure").check(Expr::col("failure").is_in(FAILURES)))
        // Where the next part begins.
        .col(text_null("after"))
        .col(count("parts"))
        .col(count("lines"))
        .col(big_integer("bytes").check(Expr::cust("bytes >= 0")))
        .col(count("attempts"))
        .col(timestamp_with_time_zone_null("claimed_until"))
        .col(timestamp_with_time_zone_null("started_at"))
        .col(timestamp_with_time_zone_null("finished_at"))
        .foreign_key(ForeignKey::create().from("job", "ordered_by").to("user_account", "id"))
        .check(Expr::cust("(failure IS NULL) = (state <> 'failed')"))
        .check(Expr::cust("(finished_at IS NULL) = (state IN ('queued', 'running'))"))
        .check(Expr::cust("claimed_until IS NULL OR finished_at IS NULL"))
        .to_owned()
}

/// A piece of what a job makes: some whole lines of it.
fn job_part() -> TableCreateStatement {
    Table::create()
        .table("job_part")
        .col(uuid("job_id"))
        .col(integer("position").check(Expr::cust("position >= 0")))
        .col(text("body"))
        .primary_key(Index::create().col("job_id").col("position"))
        .foreign_key(ForeignKey::create().from("job_part", "job_id").to("job", "id"))
        .to_owned()
}
