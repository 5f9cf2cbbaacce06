//! Cases and who manages them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(attendance_case()).await?;
        manager.create_table(case_assignment()).await?;
        manager.create_table(case_number()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn attendance_case() -> TableCreateStatement {
    const STATUSES: [&str; 4] = ["unassigned", "active", "paused", "closed"];
    Table::create()
        .table("attendance_case")
        .col(uuid("id").primary_key())
        .col(text("number").unique_key())
        .col(uuid("referral_id").unique_key())
        .col(date("referral_date"))
        .col(uuid("student_id"))
        .col(uuid("school_id"))
        .col(uuid("provider_id"))
        .col(uuid_null("primary_contact_id"))
        .col(text("status").check(Expr::col("status").is_in(STATUSES)))
        .col(uuid_null("case_manager_id"))
        .col(timestamp_with_time_zone("opened_at"))
        .col(text_null("pause_reason"))
        .col(date_null("paused_from"))
        .col(date_null("review_by"))
        .col(timestamp_with_time_zone_null("closed_at"))
        .col(text_null("closure_reason"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(
            ForeignKey::create().from("attendance_case", "referral_id").to("referral", "id"),
        )
        .foreign_key(ForeignKey::create().from("attendance_case", "student_id").to("student", "id"))
        .foreign_key(ForeignKey::create().from("attendance_case", "school_id").to("school", "id"))
        .foreign_key(
            ForeignKey::create().from("attendance_case", "provider_id").to("organisation", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("attendance_case", "case_manager_id")
                .to("user_account", "id"),
        )
        .check(Expr::cust("(status IN ('active', 'paused')) <= (case_manager_id IS NOT NULL)"))
        .check(Expr::cust("(status = 'unassigned') <= (case_manager_id IS NULL)"))
        .check(Expr::cust("(status = 'paused') = (pause_reason IS NOT NULL)"))
        .check(Expr::cust("(status = 'paused') = (review_by IS NOT NULL)"))
        .check(Expr::cust("(status = 'paused') = (paused_from IS NOT NULL)"))
        .check(Expr::cust("(status = 'closed') = (closed_at IS NOT NULL)"))
        .check(Expr::cust("(status = 'closed') = (closure_reason IS NOT NULL)"))
        .to_owned()
}

fn case_assignment() -> TableCreateStatement {
    Table::create()
        .table("case_assignment")
        .col(uuid("id").primary_key())
        .col(uuid("case_id"))
        .col(uuid("case_manager_id"))
        .col(uuid("assigned_by"))
        .col(timestamp_with_time_zone("assigned_at"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .foreign_key(
            ForeignKey::create().from("case_assignment", "case_id").to("attendance_case", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("case_assignment", "case_manager_id")
                .to("user_account", "id"),
        )
        .to_owned()
}

/// The last number given in a year; a row of its own, so that numbers have no gaps.
fn case_number() -> TableCreateStatement {
    Table::create()
        .table("case_number")
        .col(integer("year").primary_key())
        .col(integer("last"))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    let on = |name: &'static str, table: &'static str, columns: &[&'static str]| {
        let mut index = Index::create().name(name).table(table).to_owned();
        for column in columns {
            index.col(*column);
        }
        index
    };
    vec![
        on("case_by_provider", "attendance_case", &["provider_id", "id"]),
        on("case_by_case_manager", "attendance_case", &["case_manager_id", "id"])
            .and_where(Expr::cust("case_manager_id IS NOT NULL"))
            .to_owned(),
        on("case_by_student", "attendance_case", &["student_id", "id"]),
        on("case_by_primary_contact", "attendance_case", &["primary_contact_id", "id"])
            .and_where(Expr::cust("primary_contact_id IS NOT NULL"))
            .to_owned(),
        on("case_one_open_per_student", "attendance_case", &["student_id"])
            .unique()
            .and_where(Expr::cust("status <> 'closed'"))
            .to_owned(),
        on("case_assignment_by_case", "case_assignment", &["case_id", "id"]),
    ]
}
