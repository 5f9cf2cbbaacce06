//! The schema is one on both databases, and refuses what the rules refuse.

use std::collections::BTreeSet;

use ascms_domain::access::Role;
use ascms_domain::barriers::{BarrierStatus, Severity};
use ascms_domain::broadcasts::AudienceDimension;
use ascms_domain::calendar::Region;
use ascms_domain::cases::CaseStatus;
use ascms_domain::contacts::{ContactChannel, ContactOutcome, ContactParty};
use ascms_domain::contracts::{ContractKind, ContractStatus, WithholdingPeriod};
use ascms_domain::documents::{DocumentState, MediaType};
use ascms_domain::duties::DutyOutcome;
use ascms_domain::enrolments::EnrolmentStatement;
use ascms_domain::funds::{FundEntryKind, FundStatus};
use ascms_domain::history::CallerKind;
use ascms_domain::matching::MatchedBy;
use ascms_domain::measures::ReferralExclusion;
use ascms_domain::needs::{NeedReviewOutcome, NeedStatus};
use ascms_domain::organisations::{AccountStatus, OrganisationKind, OrganisationStatus};
use ascms_domain::plans::ReviewOutcome;
use ascms_domain::referrals::{DecisionOutcome, ReferralKind, ReferralStatus};
use ascms_domain::second_person::ApprovalPolicy;
use ascms_domain::tasks::TaskStatus;
use ascms_domain::timeline::Visibility;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

use crate::support::{On, TestApp, on_both};

/// The texts of a query's first column, in order.
async fn texts(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await;
    let rows = rows.unwrap_or_else(|err| panic!("{sql}: {err}"));
    rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
}

async fn tables(app: &TestApp, db: &DatabaseConnection) -> Vec<String> {
    let sql = match app.on {
        On::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        }
        On::Postgres => {
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace \
             AND relkind IN ('r', 'p') AND NOT relispartition"
        }
    };
    let mut tables = texts(db, sql).await;
    tables.sort();
    tables
}

/// Every index that was asked for by name.
async fn indexes(app: &TestApp, db: &DatabaseConnection) -> Vec<String> {
    let sql = match app.on {
        On::Sqlite => {
            "SELECT tbl_name || ' ' || name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite_%'"
        }
        On::Postgres => {
            "SELECT tablename || ' ' || indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname \
             NOT IN (SELECT conname FROM pg_constraint WHERE contype IN ('p', 'u')) \
             AND tablename NOT IN (SELECT relname FROM pg_class WHERE relispartition)"
        }
    };
    let mut indexes = texts(db, sql).await;
    indexes.sort();
    indexes
}

/// Every column, and whether it may be empty; the migrations' own table apart.
async fn columns(app: &TestApp, db: &DatabaseConnection) -> Vec<String> {
    let sql = match app.on {
        On::Sqlite => {
            "SELECT t.name || '.' || c.name || CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN '' ELSE '?' END \
             FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'"
        }
        On::Postgres => {
            "SELECT table_name || '.' || column_name || CASE WHEN is_nullable = 'NO' THEN '' ELSE '?' END \
             FROM information_schema.columns WHERE table_schema = 'public' \
             AND table_name NOT IN (SELECT relname FROM pg_class WHERE relispartition)"
        }
    };
    let mut columns = texts(db, sql).await;
    columns.retain(|column| !column.starts_with("seaql_migrations."));
    columns.sort();
    columns
}

/// Everything that the database itself can tell of its schema, the parts of a table apart.
pub async fn whole(app: &TestApp, db: &DatabaseConnection) -> Vec<String> {
    let sql = match app.on {
        On::Sqlite => "SELECT coalesce(sql, name) FROM sqlite_master ORDER BY type, name",
        On::Postgres => {
            "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint \
             WHERE connamespace = 'public'::regnamespace AND conrelid NOT IN \
             (SELECT oid FROM pg_class WHERE relispartition) ORDER BY 1"
        }
    };
    let mut whole = texts(db, sql).await;
    whole.extend(columns(app, db).await);
    whole.extend(indexes(app, db).await);
    whole
}

/// The checks of a table, each as the database writes it.
async fn checks(app: &TestApp, db: &DatabaseConnection, table: &str) -> Vec<String> {
    match app.on {
        On::Sqlite => {
            let sql =
                format!("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '{table}'");
            let sql = texts(db, &sql).await.concat();
            sql.split("CHECK").skip(1).map(str::to_owned).collect()
        }
        On::Postgres => {
            let sql = format!(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c' AND conrelid = '{table}'::regclass"
            );
            texts(db, &sql).await
        }
    }
}

/// The words that the check of a column takes; none, when it has no such check.
async fn words(
    app: &TestApp,
    db: &DatabaseConnection,
    table: &str,
    column: &str,
) -> BTreeSet<String> {
    let begin = match app.on {
        On::Sqlite => format!("(\"{column}\" IN ("),
        On::Postgres => format!("(({column} = ANY ("),
    };
    let checks = checks(app, db, table).await;
    let check = checks
        .iter()
        .find_map(|check| check.trim_start_matches("CHECK").trim().strip_prefix(begin.as_str()));
    let check = check.and_then(|check| check.split(')').next()).unwrap_or_default();
    check.split('\'').skip(1).step_by(2).map(str::to_owned).collect()
}

macro_rules! closed_list_of {
    ($($table:literal $column:literal $word:ident;)*) => {
        [$(($table, $column, $word::ALL.iter().map(|word| word.as_str().to_owned()).collect::<BTreeSet<String>>()),)*]
    };
}

#[on_both]
async fn migrations_run_twice_change_nothing(app: TestApp) {
    let db = app.database().await;
    let before = whole(&app, &db).await;
    let run = texts(&db, "SELECT version FROM seaql_migrations ORDER BY version").await;
    assert!(before.len() > 100 && run.len() > 10);
    app.owner().await.migrate().await.expect("migrated again");
    assert_eq!(app.state.store().migrations_pending().await.expect("none"), 0);
    assert_eq!(whole(&app, &db).await, before);
    assert_eq!(texts(&db, "SELECT version FROM seaql_migrations ORDER BY version").await, run);
    db.close().await.expect("close");
}

#[on_both]
async fn a_column_of_words_takes_the_domains_words_and_no_other(app: TestApp) {
    let db = app.database().await;
    for (table, column, expected) in closed_list_of! {
        "appointment" "role" Role;
        "attendance_case" "status" CaseStatus;
        "api_client" "status" AccountStatus;
        "barrier" "severity" Severity;
        "barrier" "status" BarrierStatus;
        "contact" "channel" ContactChannel;
        "contact" "outcome" ContactOutcome;
        "contact" "party" ContactParty;
        "document" "media_type" MediaType;
        "document" "state" DocumentState;
        "document" "visibility" Visibility;
        "field_change" "changed_by_kind" CallerKind;
        "broadcast_audience" "dimension" AudienceDimension;
        "contract" "approval_policy" ApprovalPolicy;
        "contract" "kind" ContractKind;
        "contract" "status" ContractStatus;
        "contract_year" "withholding_per" WithholdingPeriod;
        "duty" "outcome" DutyOutcome;
        "fund" "status" FundStatus;
        "fund_entry" "kind" FundEntryKind;
        "need" "review_outcome" NeedReviewOutcome;
        "need" "status" NeedStatus;
        "organisation" "kind" OrganisationKind;
        "organisation" "status" OrganisationStatus;
        "plan_review" "outcome" ReviewOutcome;
        "referral" "kind" ReferralKind;
        "referral" "matched_by" MatchedBy;
        "referral" "status" ReferralStatus;
        "referral_clock" "exclusion" ReferralExclusion;
        "referral_clock" "holiday_region" Region;
        "referral_decision" "outcome" DecisionOutcome;
        "school" "holiday_region" Region;
        "task" "status" TaskStatus;
        "user_account" "status" AccountStatus;
    } {
        assert_eq!(words(&app, &db, table, column).await, expected, "{table}.{column}");
    }
    // What is said of a pathway stands in a table of its own.
    let of_schools = EnrolmentStatement::ALL
        .iter()
        .filter(|said| **said != EnrolmentStatement::AlternativePathway);
    let of_schools: BTreeSet<String> = of_schools.map(|said| said.as_str().to_owned()).collect();
    assert_eq!(words(&app, &db, "enrolment_report", "said").await, of_schools);
    db.close().await.expect("close");
}

#[on_both]
async fn the_schema_refuses_what_the_rules_refuse(app: TestApp) {
    let (_, case) = app.assigned("Hoani").await;
    app.reached(&case, "school", "2026-03-15T22:00:00Z").await.expect(201);
    app.task("workflow-lead", &case).await;
    app.barrier("workflow-lead", &case).await;
    app.uploaded("case-manager", &case, "shared").await;
    app.submitted("Waiting").await;
    crate::bulletins::published(&app, crate::bulletins::key_date("2026-05-01")).await;
    let contract = crate::contracts::with_a_year(&app).await.id();
    crate::funds::spent_of(&app, &contract).await;
    let db = app.database().await;
    for sql in [
        "UPDATE referral SET status = 'lost'",
        "UPDATE referral SET status = 'accepted', case_id = NULL",
        "UPDATE referral SET status = 'redirected'",
        "UPDATE referral SET source = 'somewhere', source_reference = NULL",
        "UPDATE attendance_case SET status = 'unassigned'",
        "UPDATE attendance_case SET case_manager_id = NULL",
        "UPDATE attendance_case SET status = 'paused'",
        "UPDATE attendance_case SET pause_reason = 'away'",
        "UPDATE attendance_case SET status = 'closed'",
        "UPDATE attendance_case SET closure_reason = 'moved'",
        "UPDATE contact SET channel = 'home_visit'",
        "UPDATE contact SET corrected_at = recorded_at",
        "UPDATE contact SET correction_reason = 'the cousin'",
        "UPDATE contact SET corrects = id",
        "UPDATE document SET scanned_at = NULL",
        "UPDATE document SET state = 'quarantined'",
        "UPDATE document SET size = 0",
        "UPDATE document SET sha256 = 'abc'",
        "UPDATE document SET name = ''",
        "UPDATE document SET media_type = 'application/x-msdownload'",
        "UPDATE referral_clock SET school_days = NULL WHERE school_days IS NOT NULL",
        "UPDATE referral_clock SET whanau_days = 3",
        "UPDATE school SET number = 0 WHERE number = 9001",
        "UPDATE school SET number = 10000 WHERE number = 9001",
        "UPDATE school SET roll = -1",
        "UPDATE school SET latitude = -36.8",
        "UPDATE school SET name = ''",
        "UPDATE student SET year_level = 14",
        "UPDATE enrolment SET enrolled_on = '2026-03-01', left_on = '2026-02-01'",
        "UPDATE enrolment SET year_level = 0",
        "INSERT INTO enrolment_report SELECT student_id, student_id, school_id, 'lost', first_day, last_day, leaving_reason, destination, year_level, sent_at, received_at, ahead FROM enrolment_report",
        "INSERT INTO enrolment_report SELECT student_id, student_id, school_id, 'left', first_day, NULL, leaving_reason, destination, year_level, sent_at, received_at, ahead FROM enrolment_report",
        "INSERT INTO enrolment_report SELECT student_id, student_id, school_id, 'enrolled', first_day, NULL, leaving_reason, '9101', year_level, sent_at, received_at, ahead FROM enrolment_report",
        "INSERT INTO enrolment_report SELECT student_id, student_id, school_id, 'left', '2026-03-02', '2026-03-01', leaving_reason, destination, year_level, sent_at, received_at, ahead FROM enrolment_report",
        "UPDATE appointment SET ends_on = '2023-12-31'",
        "UPDATE appointment SET role = 'principal'",
        "UPDATE appointment SET provider_id = NULL WHERE role = 'workflow_lead'",
        "UPDATE appointment SET school_id = NULL WHERE role = 'attendance_lead'",
        "UPDATE appointment SET user_id = NULL WHERE role = 'auditor'",
        "UPDATE catchment_contract SET ends_on = '2023-12-31'",
        "UPDATE user_account SET status = 'asleep'",
        "UPDATE task SET status = 'done'",
        "UPDATE task SET status = 'cancelled', finished_by = added_by, finished_at = added_at",
        "UPDATE task SET finished_by = added_by",
        "UPDATE barrier SET status = 'resolved'",
        "UPDATE barrier SET resolved_on = '2026-03-20'",
        "UPDATE barrier SET status = 'resolved', resolved_on = '2026-03-01'",
        "UPDATE notification SET kind = ''",
        "UPDATE notification SET mail_attempts = -1",
        "UPDATE notification SET mailed_at = mail_due_at, mail_attempts = 1",
        "UPDATE document SET case_id = NULL",
        "UPDATE register_entry SET kind = ''",
        "UPDATE register_entry SET contract_year = 1999",
        "UPDATE register_entry SET form = 0",
        "UPDATE register_entry SET version = 0",
        "UPDATE broadcast SET valid_to = '2026-01-01'",
        "INSERT INTO broadcast_audience SELECT id, 'iwi', 'x' FROM register_entry",
        "INSERT INTO broadcast_audience SELECT id, 'role', '' FROM register_entry",
        "UPDATE contract SET school_id = (SELECT id FROM school WHERE number = 9001)",
        "UPDATE contract SET ends_on = '2025-12-31'",
        "UPDATE contract SET status = 'ended'",
        "UPDATE contract SET number = ''",
        "UPDATE contract_year SET amount_cents = 0",
        "UPDATE contract_year SET basic_needs_cents = -1",
        "UPDATE contract_year SET year = 2019",
        "UPDATE contract_year SET withholding_percent = 101",
        "UPDATE fund SET committed_cents = budget_cents + 1",
        "UPDATE fund SET spent_cents = budget_cents",
        "UPDATE fund SET spent_cents = -1",
        "UPDATE fund SET budget_cents = 0",
        "UPDATE fund SET status = 'closed'",
        "UPDATE fund SET proposed_cents = 5",
        "UPDATE need SET fund_id = NULL",
        "UPDATE need SET status = 'requested'",
        "UPDATE need SET status = 'settled'",
        "UPDATE need SET committed_cents = -1",
        "UPDATE need SET amount_cents = 0",
        "UPDATE need SET decided_by = NULL",
        "UPDATE need SET review_outcome = 'confirmed'",
        "UPDATE fund_student SET needs = -1",
        "UPDATE fund_figure SET month = 13",
        "INSERT INTO fund_entry SELECT need_id, fund_id, need_id, 'refund', amount_cents, 0, category, school_id, spent_on, supplier, receipt_id, reason, recorded_by, recorded_at FROM fund_entry WHERE kind = 'spend'",
        "INSERT INTO fund_entry SELECT need_id, fund_id, need_id, 'spend', amount_cents, amount_cents + 1, category, school_id, spent_on, supplier, receipt_id, reason, recorded_by, recorded_at FROM fund_entry WHERE kind = 'spend'",
        "INSERT INTO fund_entry SELECT need_id, fund_id, NULL, 'spend', amount_cents, 0, NULL, NULL, spent_on, supplier, receipt_id, reason, recorded_by, recorded_at FROM fund_entry WHERE kind = 'spend'",
        "UPDATE duty SET overdue_told_on = due_on",
        "UPDATE duty SET due_on = '2020-01-01'",
        "UPDATE duty SET outcome = 'done'",
        "UPDATE duty SET outcome_on = '2026-05-01'",
        "INSERT INTO field_change SELECT subject_id, subject_kind, subject_id, 1, at, changed_by_kind, changed_by_id, field, old, new FROM field_change",
        "INSERT INTO field_change SELECT subject_id, subject_kind, subject_id, version, at, 'system', changed_by_id, field, old, new FROM field_change",
    ] {
        let refused = db.execute_unprepared(sql).await.expect_err(sql).to_string().to_lowercase();
        assert!(refused.contains("check constraint"), "{sql}: {refused}");
    }
    db.close().await.expect("close");
}

#[on_both]
async fn the_schema_keeps_rows_together_and_apart(app: TestApp) {
    app.accepted("Hoani").await;
    app.accepted("Tipene").await;
    let db = app.database().await;
    for (sql, word) in [
        ("DELETE FROM student", "foreign key"),
        ("DELETE FROM referral", "foreign key"),
        ("DELETE FROM school", "foreign key"),
        ("DELETE FROM organisation", "foreign key"),
        (
            "UPDATE attendance_case SET student_id = (SELECT min(s.student_id::text)::uuid FROM attendance_case s)",
            "unique",
        ),
        ("UPDATE attendance_case SET number = 'AS-2026-000001'", "unique"),
        ("UPDATE user_account SET subject = 'somebody'", "unique"),
        ("UPDATE school SET number = 9001", "unique"),
    ] {
        let sql =
            if app.on == On::Sqlite { sql.replace("::text)::uuid", ")") } else { sql.to_owned() };
        let refused = db.execute_unprepared(&sql).await.expect_err(&sql).to_string().to_lowercase();
        assert!(refused.contains(word), "{sql}: {refused}");
    }
    db.close().await.expect("close");
}

#[actix_web::test]
async fn sqlite_has_the_tables_columns_and_indexes_that_are_on_postgres() {
    let (sqlite, postgres) = (TestApp::start(On::Sqlite).await, TestApp::start(On::Postgres).await);
    sqlite.unwatched("its tables are compared").await;
    let (one, other) = (sqlite.database().await, postgres.database().await);
    assert_eq!(tables(&sqlite, &one).await, tables(&postgres, &other).await);
    assert_eq!(columns(&sqlite, &one).await, columns(&postgres, &other).await);
    let mut of_postgres = indexes(&postgres, &other).await;
    // SQLite has no kind of index for the ids within a list.
    of_postgres.retain(|index| index != "audit_entry audit_entry_by_further_ids");
    assert_eq!(indexes(&sqlite, &one).await, of_postgres);
    assert!(indexes(&sqlite, &one).await.len() > 30);
}

/// SQLite before 3.46 opens no file whose schema has more than some thirty calls within each other: the
/// programs of an operator, and those of a language, are often older than ours.
#[actix_web::test]
async fn an_older_sqlite_reads_the_schema() {
    let app = TestApp::start(On::Sqlite).await;
    let db = app.database().await;
    for sql in texts(&db, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").await {
        let depths = sql.chars().scan(0_i32, |depth, c| {
            *depth += i32::from(c == '(') - i32::from(c == ')');
            Some(*depth)
        });
        assert!(depths.max() <= Some(28), "{sql}");
    }
    db.close().await.expect("close");
}
