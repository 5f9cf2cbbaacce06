//! The first list of requirements for the withholding payment, as a version of the rule `withholding`.
//!
//! That the payment depends on the plan, the service levels and the outcomes is the contract's (public); the
//! list, and that the plan and taking part are its gates, are ours. The Ministry changes both with a version of
//! its own.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Literals of our own, so that one text is right on both databases.
        let insert = format!(
            "INSERT INTO rule_version (rule, version, valid_from, parameters, whole, added_at) \
             SELECT 'withholding', 'withholding-2026-1', '2020-01-01', '{FIRST}', '{FIRST}', \
             '2020-01-01T00:00:00+00:00' \
             WHERE NOT EXISTS (SELECT 1 FROM rule_version WHERE rule = 'withholding')"
        );
        manager.get_connection().execute_unprepared(&insert).await.map(drop)
    }
}

const FIRST: &str = concat!(
    r#"{"requirements":["#,
    r#"{"requirement":"plan_on_time","gate":true},"#,
    r#"{"requirement":"took_part","gate":true},"#,
    r#"{"requirement":"reports_on_time","gate":false},"#,
    r#"{"requirement":"school_contact_first","gate":false},"#,
    r#"{"requirement":"school_contact_second","gate":false},"#,
    r#"{"requirement":"whanau_contact_first","gate":false},"#,
    r#"{"requirement":"whanau_contact_second","gate":false},"#,
    r#"{"requirement":"improved_attendance","gate":false},"#,
    r#"{"requirement":"enrolled","gate":false},"#,
    r#"{"requirement":"policies","gate":false},"#,
    r#"{"requirement":"security","gate":false}]}"#,
);
