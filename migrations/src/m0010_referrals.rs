//! Requests for support: what was asked, where it went, what was decided.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATUSES: [&str; 7] =
    ["submitted", "accepted", "declined", "returned", "withdrawn", "redirected", "resolved"];

const MATCHED_BY: [&str; 4] = ["nsn", "name_and_birth_date", "created", "ambiguous"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(referral()).await?;
        manager.create_table(referral_decision()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn referral() -> TableCreateStatement {
    Table::create()
        .table("referral")
        .col(uuid("id").primary_key())
        .col(text("kind").check(Expr::col("kind").is_in(["chronic_absence", "non_enrolment"])))
        .col(text("status").check(Expr::col("status").is_in(STATUSES)))
        .col(date("referral_date"))
        .col(timestamp_with_time_zone("submitted_at"))
        .col(uuid("submitted_by"))
        .col(uuid_null("sent_by_provider_id"))
        .col(text_null("source"))
        .col(text_null("source_reference"))
        .col(text("fingerprint"))
        .col(uuid("student_id"))
        .col(uuid("school_id"))
        .col(uuid_null("catchment_id"))
        .col(uuid_null("provider_id"))
        .col(boolean("in_school"))
        .col(uuid_null("primary_contact_id"))
        .col(json_binary("content"))
        .col(json_binary("assessment"))
        .col(text("matched_by").check(Expr::col("matched_by").is_in(MATCHED_BY)))
        .col(uuid_null("match_review_id"))
        .col(uuid_null("case_id"))
        .col(uuid_null("predecessor_id"))
        .col(uuid_null("successor_id"))
        .col(text_null("withdrawal_reason"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(ForeignKey::create().from("referral", "student_id").to("student", "id"))
        .foreign_key(ForeignKey::create().from("referral", "school_id").to("school", "id"))
        .foreign_key(ForeignKey::create().from("referral", "catchment_id").to("catchment", "id"))
        .foreign_key(ForeignKey::create().from("referral", "provider_id").to("organisation", "id"))
        .check(Expr::cust("(source IS NULL) = (source_reference IS NULL)"))
        .check(Expr::cust("(status = 'accepted') = (case_id IS NOT NULL)"))
        .check(Expr::cust("(status = 'withdrawn') = (withdrawal_reason IS NOT NULL)"))
        .check(Expr::cust("(status = 'redirected') = (successor_id IS NOT NULL)"))
        .to_owned()
}

/// Every decision that was taken, the returned ones included: appended, never changed.
fn referral_decision() -> TableCreateStatement {
    const OUTCOMES: [&str; 4] = ["accepted", "declined", "returned", "redirected"];
    Table::create()
        .table("referral_decision")
        .col(uuid("id").primary_key())
        .col(uuid("referral_id"))
        .col(text("outcome").check(Expr::col("outcome").is_in(OUTCOMES)))
        .col(text_null("reason_code"))
        .col(text_null("words"))
        .col(uuid_null("to_provider_id"))
        .col(timestamp_with_time_zone("decided_at"))
        .col(uuid("decided_by"))
        .foreign_key(
            ForeignKey::create().from("referral_decision", "referral_id").to("referral", "id"),
        )
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    let on = |name: &'static str, columns: &[&'static str]| {
        let mut index = Index::create().name(name).table("referral").to_owned();
        for column in columns {
            index.col(*column);
        }
        index
    };
    vec![
        on("referral_source_reference", &["submitted_by", "source", "source_reference"])
            .unique()
            .and_where(Expr::cust("source_reference IS NOT NULL"))
            .to_owned(),
        on("referral_by_provider", &["provider_id", "id"]),
        on("referral_by_sending_provider", &["sent_by_provider_id", "id"])
            .and_where(Expr::cust("sent_by_provider_id IS NOT NULL"))
            .to_owned(),
        on("referral_waiting", &["provider_id", "id"])
            .and_where(Expr::cust("status = 'submitted'"))
            .to_owned(),
        on("referral_queue", &["id"]).and_where(Expr::cust("provider_id IS NULL")).to_owned(),
        on("referral_by_school", &["school_id", "id"]),
        on("referral_by_student", &["student_id", "id"]),
        on("referral_by_primary_contact", &["primary_contact_id", "id"])
            .and_where(Expr::cust("primary_contact_id IS NOT NULL"))
            .to_owned(),
        on("referral_by_case", &["case_id"])
            .and_where(Expr::cust("case_id IS NOT NULL"))
            .to_owned(),
        Index::create()
            .name("referral_decision_by_referral")
            .table("referral_decision")
            .col("referral_id")
            .col("id")
            .to_owned(),
    ]
}
