//! Attendance: what schools sent, append-only, and the months as they stand (decision 0012); and
//! what the attendance codes mean.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(attendance_code()).await?;
        manager.create_table(attendance_report()).await?;
        manager.create_table(attendance_month()).await?;
        manager.create_table(attendance_summary()).await?;
        for (name, table, columns) in [
            ("attendance_report_by_month", "attendance_report", ["student_id", "month"]),
            ("attendance_month_by_school", "attendance_month", ["school_id", "month"]),
            ("attendance_summary_by_term", "attendance_summary", ["student_id", "term"]),
            ("attendance_summary_by_school", "attendance_summary", ["school_id", "term"]),
        ] {
            let mut index = Index::create().name(name).table(table).to_owned();
            for column in columns {
                index.col(column);
            }
            manager.create_index(index).await?;
        }
        for (code, half_day, category, goes_on, meaning) in CODES {
            // The day before the first term of 2025 could begin.
            let last = if goes_on { "NULL" } else { "'2025-01-26'" };
            // Literals of our own, so that one text is right on both databases.
            let insert = format!(
                "INSERT INTO attendance_code \
                 (code, valid_from, valid_to, half_day, category, meaning) \
                 VALUES ('{code}', '2000-01-01', {last}, '{half_day}', '{category}', '{meaning}')"
            );
            manager.get_connection().execute_unprepared(&insert).await?;
        }
        Ok(())
    }
}

/// What a code means between two days, both included. `half_day` is how it counts, `category` the
/// Ministry's truancy category, which is another thing: D is category J and counts as present.
fn attendance_code() -> TableCreateStatement {
    const HALF_DAYS: [&str; 4] = ["present", "justified", "unjustified", "unclassified"];
    Table::create()
        .table("attendance_code")
        .col(text("code").check(Expr::cust("length(\"code\") = 1")))
        .col(date("valid_from"))
        .col(date_null("valid_to"))
        .col(text("half_day").check(Expr::col("half_day").is_in(HALF_DAYS)))
        .col(text("category").check(Expr::col("category").is_in(["P", "J", "U", "-"])))
        .col(text("meaning"))
        .primary_key(Index::create().col("code").col("valid_from"))
        .check(Expr::cust("valid_to IS NULL OR valid_to >= valid_from"))
        .to_owned()
}

/// What one call said of one student's days in one month. Never changed, never deleted.
fn attendance_report() -> TableCreateStatement {
    Table::create()
        .table("attendance_report")
        .col(uuid("id").primary_key())
        .col(uuid("student_id"))
        .col(uuid("school_id"))
        .col(date("month"))
        .col(text("days"))
        .col(timestamp_with_time_zone("received_at"))
        .foreign_key(
            ForeignKey::create().from("attendance_report", "student_id").to("student", "id"),
        )
        .foreign_key(ForeignKey::create().from("attendance_report", "school_id").to("school", "id"))
        .to_owned()
}

/// The days of a student's month at a school as they stand: made of the reports, and made again
/// of them whenever it has to be.
fn attendance_month() -> TableCreateStatement {
    Table::create()
        .table("attendance_month")
        .col(uuid("student_id"))
        .col(date("month"))
        .col(uuid("school_id"))
        .col(text("days"))
        .primary_key(Index::create().col("student_id").col("month").col("school_id"))
        .foreign_key(
            ForeignKey::create().from("attendance_month", "student_id").to("student", "id"),
        )
        .foreign_key(ForeignKey::create().from("attendance_month", "school_id").to("school", "id"))
        .to_owned()
}

/// A term's totals from a school that sends no days. Append-only like the reports; the later sent
/// one stands.
fn attendance_summary() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("attendance_summary")
        .col(uuid("id").primary_key())
        .col(uuid("student_id"))
        .col(uuid("school_id"))
        .col(text("term"))
        .col(timestamp_with_time_zone("sent_at"))
        .col(timestamp_with_time_zone("received_at"))
        .foreign_key(
            ForeignKey::create().from("attendance_summary", "student_id").to("student", "id"),
        )
        .foreign_key(
            ForeignKey::create().from("attendance_summary", "school_id").to("school", "id"),
        );
    for half_days in ["present", "justified", "unjustified", "unclassified"] {
        table.col(integer(half_days).check(Expr::col(half_days).between(0, 250)));
    }
    table.to_owned()
}

/// Code, how its half-day counts, truancy category, whether it is in the set of 2025, meaning.
///
/// Twenty-six before Term 1 2025. Of the fifteen since then no public list was found: those that
/// are known to have gone end with the last day before that year's first term, the others go on.
/// Q has no category that anybody published. The Ministry can correct all of it: it is data.
#[rustfmt::skip]
const CODES: [(char, &str, char, bool, &str); 26] = [
    ('?', "unjustified", 'U', true, "Not in class, reason not yet known"),
    ('A', "present", 'P', true, "Alternative education"),
    ('C', "present", 'J', false, "Justice court proceedings"),
    ('D', "present", 'J', true, "Approved external appointment"),
    ('E', "unjustified", 'U', true, "Absent with an explanation that is not accepted"),
    ('F', "present", 'P', false, "Off-site course or class"),
    ('G', "unjustified", 'U', true, "Holiday in term time"),
    ('H', "present", 'J', false, "Health camp, regional health or residential school"),
    ('I', "present", 'J', true, "Internal school appointment or activity"),
    ('J', "justified", 'J', true, "Justified absence"),
    ('K', "present", 'P', false, "Teen parent unit"),
    ('L', "present", 'P', true, "Late to class"),
    ('M', "justified", 'J', true, "Illness or medical"),
    ('N', "present", 'P', true, "School-based activity on site"),
    ('O', "justified", 'J', true, "Overseas for a justified reason"),
    ('P', "present", 'P', true, "Present"),
    ('Q', "unclassified", '-', true, "School trip or sport event within school"),
    ('R', "present", 'P', true, "Removed within school"),
    ('S', "present", 'P', true, "Sick bay"),
    ('T', "unjustified", 'U', true, "Absent without explanation"),
    ('U', "justified", 'J', true, "Stood down or suspended"),
    ('V', "present", 'P', true, "Study on site without supervision"),
    ('W', "present", 'P', true, "Work experience"),
    ('X', "present", 'J', true, "Exam leave"),
    ('Y', "present", 'P', false, "Activity centre"),
    ('Z', "present", 'P', false, "Secondary-tertiary programme"),
];
