//! Outcomes on the clocks, and what was known of a clock when (decision 0012).

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The columns of the clock before this migration.
const KNOWN: [&str; 16] = [
    "referral_id",
    "referral_date",
    "student_id",
    "school_id",
    "catchment_id",
    "provider_id",
    "education_region",
    "exclusion",
    "holiday_region",
    "calendar_version",
    "school_reached_on",
    "student_reached_on",
    "whanau_reached_on",
    "school_days",
    "student_days",
    "whanau_days",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for column in columns() {
            let added = Table::alter().table("referral_clock").add_column(column).take();
            manager.alter_table(added).await?;
        }
        let connection = manager.get_connection();
        // What rows of today's clocks can be told from the referral; the rest is counted anew by
        // the recalculation that this migration orders.
        connection
            .execute_unprepared(
                "UPDATE referral_clock SET \
                 kind = (SELECT r.kind FROM referral r WHERE r.id = referral_id), \
                 in_school = (SELECT r.in_school FROM referral r WHERE r.id = referral_id), \
                 known_from = (SELECT r.submitted_at FROM referral r WHERE r.id = referral_id)",
            )
            .await?;
        manager.create_table(past()).await?;
        manager.create_table(whanau_confirmation()).await?;
        connection
            .execute_unprepared(
                "INSERT INTO whanau_confirmation (contact_id, confirmed_on, recorded_at) \
                 SELECT id, confirmed_on, updated_at FROM whanau_contact \
                 WHERE confirmed_on IS NOT NULL",
            )
            .await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        rules_anew(manager).await?;
        let known_from = timestamp_with_time_zone("known_from").default(SINCE_EVER).take();
        let added = Table::alter().table("term").add_column(known_from).take();
        manager.alter_table(added).await?;
        manager.create_table(term_past()).await
    }
}

/// From when something was known of which nobody wrote it down.
const SINCE_EVER: &str = "2020-01-01T00:00:00+00:00";

/// Why a clock was set, the kinds of referrals, the groups of ethnicity, and how a student is gone.
const CAUSES: [&str; 9] = [
    "referral",
    "decision",
    "contact",
    "attendance",
    "enrolment",
    "whanau_contact",
    "closure",
    "student",
    "calendar",
];
const KINDS: [&str; 2] = ["chronic_absence", "non_enrolment"];
const ETHNIC_GROUPS: [&str; 6] = ["maori", "pacific", "asian", "melaa", "other", "european"];
const DEPARTURES: [&str; 2] = ["died", "moved_overseas"];

/// Every day stands beside its count of days: both, or neither.
fn columns() -> Vec<ColumnDef> {
    let among =
        |name: &'static str, words: &[&'static str]| Expr::col(name).is_in(words.iter().copied());
    let with = |day: &str, count: &str| Expr::cust(format!("({day} IS NULL) = ({count} IS NULL)"));
    vec![
        timestamp_with_time_zone("known_from").default(SINCE_EVER).take(),
        text("cause").check(among("cause", &CAUSES)).default("referral").take(),
        text("kind").check(among("kind", &KINDS)).default("chronic_absence").take(),
        boolean("in_school").default(false).take(),
        integer_null("year_level").take(),
        text_null("ethnic_group").check(among("ethnic_group", &ETHNIC_GROUPS)).take(),
        integer_null("baseline_present").check(Expr::cust("baseline_present >= 0")).take(),
        integer_null("baseline_possible")
            .check(Expr::cust("(baseline_present IS NULL) = (baseline_possible IS NULL)"))
            .check(Expr::cust("baseline_possible >= baseline_present"))
            .take(),
        text_null("outcome_term").take(),
        date_null("outcome_ends_on").take(),
        integer_null("outcome_half_days")
            .check(with("outcome_ends_on", "outcome_half_days"))
            .take(),
        integer("outcome_present").check(Expr::cust("outcome_present >= 0")).default(0).take(),
        integer("outcome_possible")
            .check(Expr::cust("outcome_possible >= outcome_present"))
            .default(0)
            .take(),
        date_null("enrolled_on").take(),
        integer_null("enrolled_days").check(with("enrolled_on", "enrolled_days")).take(),
        date_null("confirmed_before_on").take(),
        integer_null("confirmed_before_days")
            .check(with("confirmed_before_on", "confirmed_before_days"))
            .take(),
        date_null("confirmed_after_on").take(),
        integer_null("confirmed_after_days")
            .check(with("confirmed_after_on", "confirmed_after_days"))
            .take(),
        text_null("departure").check(among("departure", &DEPARTURES)).take(),
        date_null("departed_on").check(with("departure", "departed_on")).take(),
        integer_null("departed_days").check(with("departed_on", "departed_days")).take(),
    ]
}

/// A clock as it was between two instants: written when it is set anew, never changed.
fn past() -> TableCreateStatement {
    let mut table = Table::create().table("referral_clock_past").to_owned();
    for name in KNOWN {
        let column = match name {
            "referral_id" | "student_id" | "school_id" => uuid(name),
            "catchment_id" | "provider_id" => uuid_null(name),
            "referral_date" => date(name),
            "school_reached_on" | "student_reached_on" | "whanau_reached_on" => date_null(name),
            "school_days" | "student_days" | "whanau_days" => integer_null(name),
            "calendar_version" => text(name),
            _ => text_null(name),
        };
        table.col(column);
    }
    for column in columns() {
        table.col(column);
    }
    table
        .col(timestamp_with_time_zone("known_until"))
        .primary_key(Index::create().col("referral_id").col("known_from"))
        .foreign_key(
            ForeignKey::create().from("referral_clock_past", "referral_id").to("referral", "id"),
        )
        .check(Expr::cust("known_until > known_from"))
        .to_owned()
}

/// The days on which somebody made sure how a whānau is reached; the contact itself knows only the
/// last of them.
fn whanau_confirmation() -> TableCreateStatement {
    Table::create()
        .table("whanau_confirmation")
        .col(uuid("contact_id"))
        .col(date("confirmed_on"))
        .col(timestamp_with_time_zone("recorded_at"))
        .col(timestamp_with_time_zone_null("withdrawn_at"))
        .primary_key(Index::create().col("contact_id").col("confirmed_on"))
        .foreign_key(
            ForeignKey::create()
                .from("whanau_confirmation", "contact_id")
                .to("whanau_contact", "id"),
        )
        .to_owned()
}

fn indexes() -> [IndexCreateStatement; 1] {
    [Index::create()
        .name("referral_clock_past_by_date")
        .table("referral_clock_past")
        .col("referral_date")
        .col("known_from")
        .col("known_until")
        .to_owned()]
}

/// The rules of outcomes, and since when a version was known. Neither database changes a CHECK in
/// one way: the table is made anew, and what is in it moves over.
async fn rules_anew(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    const RULES: [&str; 3] = ["eligibility", "service_levels", "outcomes"];
    let table = Table::create()
        .table("rule_version_anew")
        .col(text("rule").check(Expr::col("rule").is_in(RULES)))
        .col(text("version"))
        .col(date("valid_from"))
        .col(text("parameters"))
        .col(timestamp_with_time_zone("added_at").default(SINCE_EVER))
        .primary_key(Index::create().col("rule").col("version"))
        .to_owned();
    manager.create_table(table).await?;
    let first = format!(
        "INSERT INTO rule_version (rule, version, valid_from, parameters) \
         VALUES ('outcomes', 'outcomes-2026-1', '2020-01-01', '{FIRST_OUTCOMES}')"
    );
    for statement in [
        "INSERT INTO rule_version_anew (rule, version, valid_from, parameters) \
         SELECT rule, version, valid_from, parameters FROM rule_version",
        "DROP TABLE rule_version",
        "ALTER TABLE rule_version_anew RENAME TO rule_version",
        first.as_str(),
    ] {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    let dates = Index::create()
        .unique()
        .name("rule_version_dates")
        .table("rule_version")
        .col("rule")
        .col("valid_from")
        .to_owned();
    manager.create_index(dates).await
}

/// The 70 %, the quarter, the 50 business days and the targets are the contract's; how much of a
/// term must be on record and what makes contact details up to date are ours.
const FIRST_OUTCOMES: &str = r#"{"improvedAttendance":{"overPercent":70,"improvedBy":25,"improvement":"relative","minimumRecordPercent":20,"targetPercent":70},"enrolled":{"withinDays":50,"targetPercent":60,"confirmedWithinDays":60,"confirmedWithinBusinessDays":10}}"#;

/// A term's dates as they were known between two instants.
fn term_past() -> TableCreateStatement {
    Table::create()
        .table("term_past")
        .col(uuid("id"))
        .col(date("starts_on"))
        .col(date("ends_on"))
        .col(timestamp_with_time_zone("known_from"))
        .col(timestamp_with_time_zone("known_until"))
        .primary_key(Index::create().col("id").col("known_from"))
        .foreign_key(ForeignKey::create().from("term_past", "id").to("term", "id"))
        .check(Expr::cust("known_until > known_from"))
        .to_owned()
}
