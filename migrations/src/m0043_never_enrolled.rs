//! A school may say that a student was never enrolled there, which takes back what was said before.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Postgres {
            db.execute_unprepared(POSTGRES).await?;
            return Ok(());
        }
        // SQLite changes no CHECK: the table is made anew, and what is in it moves over. That the
        // rows leave the old one is no deletion to its guards.
        manager.create_table(enrolment_report()).await?;
        for statement in SQLITE {
            db.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

const SAID: [&str; 3] = ["enrolled", "left", "never_enrolled"];

const POSTGRES: &str = "ALTER TABLE enrolment_report \
     DROP CONSTRAINT enrolment_report_said_check, \
     ADD CONSTRAINT enrolment_report_said_check \
     CHECK (said IN ('enrolled', 'left', 'never_enrolled'))";

fn enrolment_report() -> TableCreateStatement {
    let to = |column: &'static str, table: &'static str| {
        ForeignKey::create().from("enrolment_report_anew", column).to(table, "id").to_owned()
    };
    Table::create()
        .table("enrolment_report_anew")
        .col(uuid("id").primary_key())
        .col(uuid("student_id"))
        .col(uuid("school_id"))
        .col(text("said").check(Expr::col("said").is_in(SAID)))
        .col(date_null("first_day"))
        .col(date_null("last_day"))
        .col(text_null("leaving_reason"))
        .col(text_null("destination"))
        .col(integer_null("year_level").check(Expr::col("year_level").between(1, 13)))
        .col(timestamp_with_time_zone("sent_at"))
        .col(timestamp_with_time_zone("received_at"))
        .col(boolean("ahead"))
        .foreign_key(&mut to("student_id", "student"))
        .foreign_key(&mut to("school_id", "school"))
        .check(Expr::cust("(said = 'left') = (last_day IS NOT NULL)"))
        .check(Expr::cust("said = 'left' OR (leaving_reason IS NULL AND destination IS NULL)"))
        .check(Expr::cust("last_day IS NULL OR first_day IS NULL OR last_day >= first_day"))
        .to_owned()
}

const SQLITE: &[&str] = &[
    "INSERT INTO enrolment_report_anew (id, student_id, school_id, said, first_day, last_day, \
     leaving_reason, destination, year_level, sent_at, received_at, ahead) \
     SELECT id, student_id, school_id, said, first_day, last_day, leaving_reason, destination, \
     year_level, sent_at, received_at, ahead FROM enrolment_report",
    "DROP TABLE enrolment_report",
    "ALTER TABLE enrolment_report_anew RENAME TO enrolment_report",
    "CREATE INDEX enrolment_report_by_student ON enrolment_report (student_id, sent_at)",
    "CREATE INDEX enrolment_report_ahead ON enrolment_report (first_day) WHERE ahead",
    "CREATE TRIGGER enrolment_report_no_update BEFORE UPDATE ON enrolment_report \
     BEGIN SELECT RAISE(ABORT, 'append-only table enrolment_report'); END",
    "CREATE TRIGGER enrolment_report_no_delete BEFORE DELETE ON enrolment_report \
     BEGIN SELECT RAISE(ABORT, 'append-only table enrolment_report'); END",
];
