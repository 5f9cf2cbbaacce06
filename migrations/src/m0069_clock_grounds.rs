//! What clocks are judged on beside their days: when a referral was decided, what said that the
//! student was enrolled, and on which days somebody at home was reached. And the versions of the rules
//! that judge by it.

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
        let (table, definition) = ("rule_version", text_null("whole"));
        let whole = NewColumn { table, definition, check: None, references: None };
        growing::column(manager, whole).await?;
        let now = order_upgrade(manager).await?;
        let added_at = now.as_deref().unwrap_or(SINCE_EVER);
        for (rule, version, parameters, whole) in VERSIONS {
            let insert = Query::insert()
                .into_table("rule_version")
                .columns(["rule", "version", "valid_from", "parameters", "whole", "added_at"])
                .values([
                    rule.into(),
                    version.into(),
                    Expr::cust(format!("'{VALID_FROM}'")),
                    parameters.into(),
                    whole.into(),
                    Expr::cust(format!("'{added_at}'")),
                ])
                .map_err(|err| DbErr::Migration(err.to_string()))?
                .on_conflict(OnConflict::new().do_nothing().to_owned())
                .to_owned();
            manager.execute(insert).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}

/// Every day stands beside its count of days: both, or neither.
fn columns() -> Vec<(ColumnDef, Option<&'static str>)> {
    vec![
        (date_null("excluded_on"), None),
        (
            integer_null("excluded_days"),
            Some("(excluded_on IS NULL) = (excluded_days IS NULL) AND excluded_days >= 0"),
        ),
        (
            text_null("enrolled_by"),
            Some("enrolled_by IN ('enrolment', 'pathway_statement', 'pathway_at_closure')"),
        ),
        (
            text_null("enrolled_pathway"),
            Some("enrolled_pathway IS NULL OR enrolled_by <> 'enrolment'"),
        ),
        (uuid_null("outcome_provider_id"), None),
        (date_null("reached_before_on"), None),
        (
            integer_null("reached_before_days"),
            Some("(reached_before_on IS NULL) = (reached_before_days IS NULL)"),
        ),
        (date_null("reached_after_on"), None),
        (
            integer_null("reached_after_days"),
            Some("(reached_after_on IS NULL) = (reached_after_days IS NULL)"),
        ),
    ]
}

/// The day after the first versions: they judge whatever these do not, and were known before.
const VALID_FROM: &str = "2020-01-02";
/// Where no number was answered yet, nobody was told otherwise.
const SINCE_EVER: &str = "2020-01-01T00:00:00+00:00";

/// The first versions with the switches, all of them ours: what was missed stays missed whatever is
/// decided later, and who was reached has contact details that are right. Each beside what programs
/// of the releases before can read.
const VERSIONS: [(&str, &str, &str, &str); 2] = [
    (
        "service_levels",
        "service-levels-2026-1b",
        r#"{"schoolContact":[{"withinDays":5,"targetPercent":80},{"withinDays":10,"targetPercent":90}],"whanauContact":[{"withinDays":10,"targetPercent":80},{"withinDays":15,"targetPercent":90}],"whanauContactMeans":"either"}"#,
        r#"{"schoolContact":[{"withinDays":5,"targetPercent":80},{"withinDays":10,"targetPercent":90}],"whanauContact":[{"withinDays":10,"targetPercent":80},{"withinDays":15,"targetPercent":90}],"whanauContactMeans":"either","lateDecision":"missed_stays"}"#,
    ),
    (
        "outcomes",
        "outcomes-2026-1b",
        r#"{"improvedAttendance":{"overPercent":70,"improvedBy":25,"improvement":"relative","minimumRecordPercent":20,"targetPercent":70},"enrolled":{"withinDays":50,"targetPercent":60,"confirmedWithinDays":60,"confirmedWithinBusinessDays":10}}"#,
        r#"{"improvedAttendance":{"overPercent":70,"improvedBy":25,"improvement":"relative","minimumRecordPercent":20,"noRecord":"excluded","targetPercent":70},"enrolled":{"withinDays":50,"targetPercent":60,"confirmedWithinDays":60,"confirmedWithinBusinessDays":10,"contactConfirms":true},"afterTransfer":"first_provider","lateDecision":"missed_stays"}"#,
    ),
];

/// Clocks that are there were set before this was kept: all of them are counted anew. Answers with
/// the instant of it, when there are any.
async fn order_upgrade(manager: &SchemaManager<'_>) -> Result<Option<String>, DbErr> {
    const SUBJECT: &str = "grounds on the clocks";
    let connection = manager.get_connection();
    let one = Query::select().expr(Expr::val(1)).from("referral_clock").limit(1).to_owned();
    if connection.query_one(&one).await?.is_none() {
        return Ok(None);
    }
    let id = Uuid::now_v7();
    // The instant of the id, so that the list is in one order.
    let (seconds, nanoseconds) = id.get_timestamp().map(|at| at.to_unix()).unwrap_or_default();
    let seconds = <i64 as TryFrom<_>>::try_from(seconds).unwrap_or_default();
    let ordered_at = chrono::DateTime::from_timestamp(seconds, nanoseconds).unwrap_or_default();
    let ordered = Query::select()
        .expr(Expr::val(1))
        .from("recalculation")
        .and_where(Expr::col("subject").eq(SUBJECT))
        .to_owned();
    if connection.query_one(&ordered).await?.is_none() {
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
    }
    Ok(Some(ordered_at.to_rfc3339_opts(chrono::SecondsFormat::Micros, false)))
}
