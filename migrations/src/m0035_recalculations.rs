//! Counting anew: what ordered it, how far it has come, and what of the clocks of an older release
//! it has to make good.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use uuid::Uuid;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(recalculation()).await?;
        let unfinished = Index::create()
            .name("recalculation_unfinished")
            .table("recalculation")
            .col("id")
            .and_where(Expr::cust("finished_at IS NULL"))
            .to_owned();
        manager.create_index(unfinished).await?;
        // The versions that migrations brought were never announced, and have none.
        let id = Table::alter().table("rule_version").add_column(uuid_null("id")).take();
        manager.alter_table(id).await?;
        order_upgrade(manager).await
    }
}

/// Why something is counted anew.
const CAUSES: [&str; 4] = ["holiday", "terms", "rule", "upgrade"];

fn recalculation() -> TableCreateStatement {
    Table::create()
        .table("recalculation")
        .col(uuid("id").primary_key())
        .col(text("cause").check(Expr::col("cause").is_in(CAUSES)))
        .col(text("subject").check(Expr::cust("length(subject) BETWEEN 1 AND 100")))
        // Nobody: the command line, or this migration.
        .col(uuid_null("ordered_by"))
        .col(timestamp_with_time_zone("ordered_at"))
        // Nothing to count: no dates.
        .col(date_null("from_date"))
        .col(date_null("to_date"))
        .col(integer_null("total"))
        .col(integer("done").check(Expr::cust("done >= 0")))
        .col(date_null("last_referral_date"))
        .col(uuid_null("last_referral_id"))
        .col(timestamp_with_time_zone_null("started_at"))
        .col(timestamp_with_time_zone_null("finished_at"))
        .foreign_key(
            ForeignKey::create().from("recalculation", "ordered_by").to("user_account", "id"),
        )
        .check(Expr::cust("(from_date IS NULL) = (to_date IS NULL)"))
        .check(Expr::cust("to_date >= from_date"))
        .check(Expr::cust("(total IS NULL) = (started_at IS NULL)"))
        .check(Expr::cust("total IS NOT NULL OR done = 0"))
        .check(Expr::cust("total >= done"))
        .check(Expr::cust("(last_referral_date IS NULL) = (last_referral_id IS NULL)"))
        .check(Expr::cust("(last_referral_id IS NULL) = (done = 0)"))
        .check(Expr::cust("finished_at IS NULL OR started_at IS NOT NULL"))
        .to_owned()
}

/// Clocks that are there were set before outcomes were known (m0033): all of them are counted anew.
async fn order_upgrade(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let one = Query::select().expr(Expr::val(1)).from("referral_clock").limit(1).to_owned();
    if connection.query_one(&one).await?.is_none() {
        return Ok(());
    }
    let id = Uuid::now_v7();
    // The instant of the id, so that the list is in one order.
    let (seconds, nanoseconds) = id.get_timestamp().map(|at| at.to_unix()).unwrap_or_default();
    let seconds = <i64 as TryFrom<_>>::try_from(seconds).unwrap_or_default();
    let ordered_at = chrono::DateTime::from_timestamp(seconds, nanoseconds).unwrap_or_default();
    let first = chrono::NaiveDate::from_ymd_opt(2015, 1, 1);
    let last = chrono::NaiveDate::from_ymd_opt(2052, 12, 31);
    let mut insert = Query::insert();
    insert
        .into_table("recalculation")
        .columns(["id", "cause", "subject", "ordered_at", "from_date", "to_date", "done"])
        .values([
            id.into(),
            "upgrade".into(),
            "outcomes on the clocks".into(),
            ordered_at.into(),
            first.into(),
            last.into(),
            0.into(),
        ])
        .map_err(|err| DbErr::Migration(err.to_string()))?;
    connection.execute(&insert).await?;
    Ok(())
}
