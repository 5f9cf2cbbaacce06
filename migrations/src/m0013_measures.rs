//! The clocks of every referral: one narrow row that a service-level number is counted from.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::m0003_schools::HOLIDAY_REGIONS;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(referral_clock()).await?;
        for (name, columns) in [
            ("referral_clock_by_date", &["referral_date", "referral_id"][..]),
            ("referral_clock_by_provider", &["provider_id", "referral_date", "referral_id"]),
            ("referral_clock_by_school", &["school_id", "referral_date", "referral_id"]),
            ("referral_clock_by_student", &["student_id", "referral_date"]),
        ] {
            let mut index = Index::create().name(name).table("referral_clock").to_owned();
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

/// Day counts are business days of the named calendar, from the referral date (day 0).
fn referral_clock() -> TableCreateStatement {
    const EXCLUSIONS: [&str; 6] =
        ["declined", "withdrawn", "redirected", "resolved", "joined_to_open_case", "no_provider"];
    Table::create()
        .table("referral_clock")
        .col(uuid("referral_id").primary_key())
        .col(date("referral_date"))
        .col(uuid("student_id"))
        .col(uuid("school_id"))
        .col(uuid_null("catchment_id"))
        .col(uuid_null("provider_id"))
        .col(text_null("education_region"))
        .col(text_null("exclusion").check(Expr::col("exclusion").is_in(EXCLUSIONS)))
        .col(text_null("holiday_region").check(Expr::col("holiday_region").is_in(HOLIDAY_REGIONS)))
        .col(text("calendar_version"))
        .col(date_null("school_reached_on"))
        .col(date_null("student_reached_on"))
        .col(date_null("whanau_reached_on"))
        .col(integer_null("school_days"))
        .col(integer_null("student_days"))
        .col(integer_null("whanau_days"))
        .foreign_key(
            ForeignKey::create().from("referral_clock", "referral_id").to("referral", "id"),
        )
        .check(Expr::cust("(school_reached_on IS NULL) = (school_days IS NULL)"))
        .check(Expr::cust("(student_reached_on IS NULL) = (student_days IS NULL)"))
        .check(Expr::cust("(whanau_reached_on IS NULL) = (whanau_days IS NULL)"))
        .to_owned()
}
