//! Versions of the rules that decide: thresholds and targets are data with a date.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("rule_version")
            .col(text("rule").check(Expr::col("rule").is_in(["eligibility", "service_levels"])))
            .col(text("version"))
            .col(date("valid_from"))
            .col(text("parameters"))
            .primary_key(Index::create().col("rule").col("version"))
            .to_owned();
        manager.create_table(table).await?;
        let dates = Index::create()
            .unique()
            .name("rule_version_dates")
            .table("rule_version")
            .col("rule")
            .col("valid_from")
            .to_owned();
        manager.create_index(dates).await?;
        for (rule, version, parameters) in FIRST_VERSIONS {
            // Literals of our own, so that one text is right on both databases.
            let insert = format!(
                "INSERT INTO rule_version (rule, version, valid_from, parameters) \
                 VALUES ('{rule}', '{version}', '{VALID_FROM}', '{parameters}')"
            );
            manager.get_connection().execute_unprepared(&insert).await?;
        }
        Ok(())
    }
}

/// Before the first referral there can be; the service itself began on 2026-01-05.
const VALID_FROM: &str = "2020-01-01";

/// Ages, years, the 70 % and the contact levels are the contract's; the 20 % of a term on record
/// and "student or whānau, either" are ours, since the public documents are silent.
const FIRST_VERSIONS: [(&str, &str, &str); 2] = [
    (
        "eligibility",
        "eligibility-2026-1",
        r#"{"minimumAge":5,"maximumAge":16,"minimumYearLevel":1,"maximumYearLevel":11,"chronicPercent":70,"minimumRecordPercent":20,"urgentPercent":50}"#,
    ),
    (
        "service_levels",
        "service-levels-2026-1",
        r#"{"schoolContact":[{"withinDays":5,"targetPercent":80},{"withinDays":10,"targetPercent":90}],"whanauContact":[{"withinDays":10,"targetPercent":80},{"withinDays":15,"targetPercent":90}],"whanauContactMeans":"either"}"#,
    ),
];
