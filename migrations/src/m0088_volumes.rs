//! What became of each referral, beside its clock: when it was accepted, why it was declined, when and
//! why its case was closed, and how the student attended in the two full terms after that.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::growing::{self, NewColumn};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["referral_clock", "referral_clock_past"] {
            for (definition, check) in columns() {
                let column = NewColumn { table, definition, check, references: None };
                growing::column(manager, column).await?;
            }
        }
        order_upgrade(manager).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}

fn columns() -> Vec<(ColumnDef, Option<&'static str>)> {
    let count = |name: &'static str| integer(name).default(0).take();
    let mut columns = vec![
        (timestamp_with_time_zone_null("accepted_at"), None),
        (
            integer_null("accepted_days"),
            Some("(accepted_at IS NULL) = (accepted_days IS NULL) AND accepted_days >= 0"),
        ),
        (text_null("decline_reason"), None),
        (timestamp_with_time_zone_null("closed_at"), None),
        (text_null("closure_reason"), None),
        (count("reopenings"), Some("reopenings >= 0")),
    ];
    let after = [
        [
            "first_after_ends_on",
            "first_after_half_days",
            "first_after_present",
            "first_after_possible",
        ],
        [
            "second_after_ends_on",
            "second_after_half_days",
            "second_after_present",
            "second_after_possible",
        ],
    ];
    for [ends_on, half_days, present, possible] in after {
        columns.extend([
            (date_null(ends_on), None),
            (integer_null(half_days), None),
            (count(present), None),
            (count(possible), None),
        ]);
    }
    columns
}

/// Clocks that are there were set before this was kept: all of them are counted anew.
async fn order_upgrade(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    const SUBJECT: &str = "volumes";
    let connection = manager.get_connection();
    let one = Query::select().expr(Expr::val(1)).from("referral_clock").limit(1).to_owned();
    let ordered = Query::select()
        .expr(Expr::val(1))
        .from("recalculation")
        .and_where(Expr::col("subject").eq(SUBJECT))
        .to_owned();
    let is_ordered = connection.query_one(&ordered).await?.is_some();
    if is_ordered || connection.query_one(&one).await?.is_none() {
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
            SUBJECT.into(),
            ordered_at.into(),
            first.into(),
            last.into(),
            0.into(),
        ])
        .map_err(|err| DbErr::Migration(err.to_string()))?;
    connection.execute(&insert).await?;
    Ok(())
}
