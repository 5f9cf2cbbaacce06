//! What schools and the national register say of enrolments, append-only; what of it stands is in
//! `enrolment`. And the role of the register's own machine.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for column in columns() {
            let added = Table::alter().table("enrolment").add_column(column).take();
            manager.alter_table(added).await?;
        }
        manager.create_table(enrolment_report()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        let statements = if postgres { POSTGRES } else { SQLITE };
        for statement in KNOWN.iter().chain(statements) {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        if !postgres {
            widen_roles(manager).await?;
        }
        Ok(())
    }
}

/// When it was said that the student is enrolled and has left: sent by the sender's clock,
/// recorded by ours. `recorded_at` is of the enrolment itself.
fn columns() -> [ColumnDef; 5] {
    [
        integer_null("year_level").check(Expr::col("year_level").between(1, 13)).take(),
        text_null("destination").take(),
        timestamp_with_time_zone_null("sent_at").take(),
        timestamp_with_time_zone_null("left_sent_at").take(),
        timestamp_with_time_zone_null("left_recorded_at").take(),
    ]
}

/// What somebody said of one student at one school. Never changed, never deleted.
fn enrolment_report() -> TableCreateStatement {
    Table::create()
        .table("enrolment_report")
        .col(uuid("id").primary_key())
        .col(uuid("student_id"))
        .col(uuid("school_id"))
        .col(text("said").check(Expr::col("said").is_in(["enrolled", "left"])))
        .col(date_null("first_day"))
        .col(date_null("last_day"))
        .col(text_null("leaving_reason"))
        .col(text_null("destination"))
        .col(integer_null("year_level").check(Expr::col("year_level").between(1, 13)))
        .col(timestamp_with_time_zone("sent_at"))
        .col(timestamp_with_time_zone("received_at"))
        // Of a day that had not come when it was received.
        .col(boolean("ahead"))
        .foreign_key(
            ForeignKey::create().from("enrolment_report", "student_id").to("student", "id"),
        )
        .foreign_key(ForeignKey::create().from("enrolment_report", "school_id").to("school", "id"))
        .check(Expr::cust("(said = 'left') = (last_day IS NOT NULL)"))
        .check(Expr::cust("said = 'left' OR (leaving_reason IS NULL AND destination IS NULL)"))
        .check(Expr::cust("last_day IS NULL OR first_day IS NULL OR last_day >= first_day"))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    let on = |name: &'static str, columns: &[&'static str]| {
        let mut index = Index::create().name(name).table("enrolment_report").to_owned();
        for column in columns {
            index.col(*column);
        }
        index
    };
    vec![
        on("enrolment_report_by_student", &["student_id", "sent_at"]),
        on("enrolment_report_ahead", &["first_day"]).and_where(Expr::cust("ahead")).to_owned(),
    ]
}

/// What is on record from before is somebody's word too, under the same id.
const KNOWN: &[&str] = &[
    "UPDATE enrolment SET sent_at = recorded_at",
    "UPDATE enrolment SET left_sent_at = recorded_at, left_recorded_at = recorded_at \
     WHERE left_on IS NOT NULL",
    "INSERT INTO enrolment_report \
     (id, student_id, school_id, said, first_day, last_day, leaving_reason, sent_at, received_at, ahead) \
     SELECT id, student_id, school_id, CASE WHEN left_on IS NULL THEN 'enrolled' ELSE 'left' END, \
     enrolled_on, left_on, leaving_reason, recorded_at, recorded_at, false FROM enrolment",
];

const POSTGRES: &[&str] = &[
    "CREATE TRIGGER enrolment_report_append_only BEFORE UPDATE OR DELETE OR TRUNCATE \
     ON enrolment_report FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    "ALTER TABLE appointment DROP CONSTRAINT appointment_role_check",
    "ALTER TABLE appointment ADD CONSTRAINT appointment_role_check CHECK (role IN ( \
     'ministry_admin', 'ministry_analyst', 'privacy_officer', 'auditor', 'workflow_lead', \
     'case_manager', 'attendance_lead', 'primary_contact', 'office_support', 'sms_client', \
     'reporting_client', 'enrolment_register'))",
];

const SQLITE: &[&str] = &[
    "CREATE TRIGGER enrolment_report_no_update BEFORE UPDATE ON enrolment_report \
     BEGIN SELECT RAISE(ABORT, 'append-only table enrolment_report'); END",
    "CREATE TRIGGER enrolment_report_no_delete BEFORE DELETE ON enrolment_report \
     BEGIN SELECT RAISE(ABORT, 'append-only table enrolment_report'); END",
];

const ROLES: [&str; 12] = [
    "ministry_admin",
    "ministry_analyst",
    "privacy_officer",
    "auditor",
    "workflow_lead",
    "case_manager",
    "attendance_lead",
    "primary_contact",
    "office_support",
    "sms_client",
    "reporting_client",
    "enrolment_register",
];

/// SQLite cannot loosen a check: the table is made anew with the same rows. Nothing refers to it.
async fn widen_roles(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    manager.create_table(appointment()).await?;
    for statement in [
        "INSERT INTO appointment_wider (id, user_id, client_id, role, organisation_id, school_id, \
         provider_id, starts_on, ends_on) SELECT id, user_id, client_id, role, organisation_id, \
         school_id, provider_id, starts_on, ends_on FROM appointment",
        "DROP TABLE appointment",
        "ALTER TABLE appointment_wider RENAME TO appointment",
    ] {
        db.execute_unprepared(statement).await?;
    }
    for (name, column) in [
        ("appointment_by_user", "user_id"),
        ("appointment_by_client", "client_id"),
        ("appointment_by_provider", "provider_id"),
        ("appointment_by_school", "school_id"),
    ] {
        let index = Index::create().name(name).table("appointment").col(column).to_owned();
        manager.create_index(index).await?;
    }
    Ok(())
}

fn appointment() -> TableCreateStatement {
    let to = |column: &'static str, table: &'static str| {
        ForeignKey::create().from("appointment_wider", column).to(table, "id").to_owned()
    };
    Table::create()
        .table("appointment_wider")
        .col(uuid("id").primary_key())
        .col(uuid_null("user_id"))
        .col(uuid_null("client_id"))
        .col(text("role").check(Expr::col("role").is_in(ROLES)))
        .col(uuid_null("organisation_id"))
        .col(uuid_null("school_id"))
        .col(uuid_null("provider_id"))
        .col(date("starts_on"))
        .col(date_null("ends_on"))
        .foreign_key(&mut to("user_id", "user_account"))
        .foreign_key(&mut to("client_id", "api_client"))
        .foreign_key(&mut to("provider_id", "organisation"))
        .foreign_key(&mut to("organisation_id", "organisation"))
        .foreign_key(&mut to("school_id", "school"))
        .check(Expr::cust("(user_id IS NULL) <> (client_id IS NULL)"))
        .check(Expr::cust("ends_on IS NULL OR ends_on >= starts_on"))
        .check(Expr::cust(
            "(role IN ('workflow_lead', 'case_manager')) = (provider_id IS NOT NULL)",
        ))
        .check(Expr::cust(
            "(role IN ('attendance_lead', 'primary_contact', 'office_support')) = (school_id IS NOT NULL)",
        ))
        .to_owned()
}
