//! What is written once stays: for whoever reaches the database by the application, and for whoever
//! has the application's role on PostgreSQL.

use std::collections::BTreeSet;

use ascms_migrations::append_only::APPEND_ONLY;
use ascms_persistence::MigrateError;
use ascms_server::rights;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use serde_json::json;

use crate::given::SCHOOL;
use crate::support::{self, APPLICATION, On, TestApp, by_application, on_both, postgres_server};
use crate::{bulletins, funds, performance_reviews, templates};

async fn texts(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await;
    let rows = rows.unwrap_or_else(|err| panic!("{sql}: {err}"));
    rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
}

/// A row in each table that is written once.
async fn fill(app: &TestApp) {
    app.set_time("2026-06-01T00:00:00Z");
    let sent = app.submitted("Aria").await;
    let student = sent.json["student"]["id"].as_str().expect("a student");
    let (referral, case) = app.assigned("Hana").await;
    assert_ne!(referral, case);
    let comment = json!({ "occurredAt": "2026-06-01T00:00:00Z", "comment": "Here." });
    app.step("case-manager", &case, "comments", comment).await.expect(201);
    let days = json!([{ "date": "2026-05-05", "codes": "PPPPP" }]);
    let push =
        json!({ "schoolNumber": SCHOOL, "students": [{ "studentId": student, "days": days }] });
    app.as_("office-support").post("/v1/attendance", push).await.expect(200);
    let pathway = json!({
        "said": "alternative_pathway", "schoolNumber": SCHOOL, "studentId": student,
        "pathway": "te_kura", "firstDay": "2026-05-20",
    });
    let push = json!({ "statements": [pathway] });
    app.as_("office-support").post("/v1/enrolments", push).await.expect(200);
    // What comes in of a record that is joined to another one.
    let lead = app.as_("workflow-lead");
    let survivor = lead.get(&format!("/v1/cases/{case}")).await.expect(200);
    let into = json!({ "intoStudentId": survivor.json["student"]["id"], "reason": "One student." });
    lead.post(&format!("/v1/students/{student}/merge"), into).await.expect(200);
    let aunt = json!({ "name": "Aunt", "relationship": "parent", "phone": "021 555 0103" });
    lead.post(&format!("/v1/students/{student}/whanau-contacts"), aunt).await.expect(201);
    let old = json!({ "term": "2025-4", "measure": "enrolled" });
    app.as_("ministry-admin").post("/v1/publications", old).await.expect(201);
    // An entry of a ledger, a plan, and a review for the same contract.
    funds::opened(app).await;
    crate::submissions::accepted_plan(app).await;
    performance_reviews::decided(app).await;
}

#[track_caller]
fn refused(done: Result<sea_orm::ExecResult, sea_orm::DbErr>, sql: &str, words: &str) {
    let refused = done.expect_err(sql).to_string();
    assert!(refused.contains(words), "{sql}: {refused}");
}

#[on_both]
async fn no_row_is_changed_deleted_or_replaced(app: TestApp) {
    fill(&app).await;
    let db = app.database().await;
    for table in APPEND_ONLY {
        let before = app.count(table, "1 = 1").await;
        assert!(before > 0, "{table} has a row");
        let column = texts(&db, &match app.on {
            On::Sqlite => format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"),
            On::Postgres => format!(
                "SELECT column_name FROM information_schema.columns WHERE table_name = '{table}' ORDER BY ordinal_position"
            ),
        }).await.remove(1);
        let mut attempts =
            vec![format!("UPDATE {table} SET {column} = {column}"), format!("DELETE FROM {table}")];
        attempts.extend(match app.on {
            On::Sqlite => vec![
                format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"),
                format!("REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"),
                format!("UPDATE OR REPLACE {table} SET {column} = {column}"),
            ],
            On::Postgres => vec![format!("TRUNCATE {table} CASCADE")],
        });
        for sql in &attempts {
            refused(db.execute_unprepared(sql).await, sql, "append-only table");
        }
        assert_eq!(app.count(table, "1 = 1").await, before, "{table}");
    }
    db.close().await.expect("close");
}

#[on_both]
async fn a_second_row_with_a_unique_value_of_the_first_takes_its_place_nowhere(app: TestApp) {
    fill(&app).await;
    let db = app.database().await;
    let (verb, new_id) = match app.on {
        On::Sqlite => ("INSERT OR REPLACE", "randomblob(16)"),
        On::Postgres => ("INSERT", "gen_random_uuid()"),
    };
    // Another id, the same term and measure.
    let columns = "term, measure, as_of, published_at, published_by, threshold, base, rule_version, calendar_version";
    let sql = format!(
        "{verb} INTO publication (id, {columns}) SELECT {new_id}, {columns} FROM publication LIMIT 1"
    );
    db.execute_unprepared(&sql).await.expect_err("there is one edition");
    db.close().await.expect("close");
}

#[on_both]
async fn every_table_that_refuses_a_change_is_on_the_list(app: TestApp) {
    let db = app.database().await;
    let sql = match app.on {
        On::Sqlite => {
            "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%append-only table%' \
                       GROUP BY tbl_name HAVING count(*) = 3"
        }
        On::Postgres => {
            "SELECT DISTINCT relname::text FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid \
                         WHERE tgname LIKE '%_append_only' AND NOT relispartition"
        }
    };
    let found: BTreeSet<String> = texts(&db, sql).await.into_iter().collect();
    assert_eq!(found, APPEND_ONLY.iter().map(|table| (*table).to_owned()).collect());
    db.close().await.expect("close");
}

/// An entry of a register is a row that changes until its state freezes it; from then on its content stays, and it is
/// referred to by what came of it.
#[on_both]
async fn an_entry_that_a_register_froze_keeps_its_content_and_its_row(app: TestApp) {
    bulletins::published(&app, bulletins::newsletter()).await;
    templates::published(&app, templates::short("annual", "frozen")).await;
    performance_reviews::decided(&app).await;
    let db = app.database().await;
    for kind in ["bulletin", "template", "performance_review"] {
        let frozen = format!("kind = '{kind}' AND frozen");
        let before = app.count("register_entry", &frozen).await;
        assert!(before > 0, "{kind} has a frozen entry");
        for sql in [
            format!("UPDATE register_entry SET content = '{{}}' WHERE {frozen}"),
            format!("UPDATE register_entry SET frozen = FALSE WHERE {frozen}"),
            format!("DELETE FROM register_entry WHERE {frozen}"),
        ] {
            db.execute_unprepared(&sql).await.expect_err(&sql);
        }
        assert_eq!(app.count("register_entry", &frozen).await, before, "{kind}");
    }
    db.close().await.expect("close");
}

#[actix_web::test]
async fn the_parts_of_attendance_are_guarded_one_by_one_on_postgres() {
    let app = TestApp::start(On::Postgres).await;
    fill(&app).await;
    let db = app.database().await;
    let parts = "SELECT c.relname::text FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid \
                 WHERE inhparent = 'attendance_report'::regclass";
    let parts = texts(&db, parts).await;
    assert!(parts.len() > 10, "{parts:?}");
    for part in &parts {
        let sql = format!("TRUNCATE {part}");
        refused(db.execute_unprepared(&sql).await, &sql, "append-only table");
    }
    for sql in
        ["UPDATE attendance_report_y2026_2 SET days = ''", "DELETE FROM attendance_report_y2026_2"]
    {
        refused(db.execute_unprepared(sql).await, sql, "append-only table");
    }
    // So are those that are made later.
    let last =
        "SELECT max(relname)::text FROM pg_class WHERE relname ~ '^attendance_report_y[0-9]+_4$'";
    let last = texts(&db, last).await.remove(0);
    db.execute_unprepared(&format!("DROP TABLE {last}")).await.expect("dropped");
    app.owner().await.migrate().await.expect("migrated");
    let sql = format!("TRUNCATE {last}");
    refused(db.execute_unprepared(&sql).await, &sql, "append-only table");
    db.close().await.expect("close");
}

/// What an update of a table without a column `id` sets.
const OTHER_COLUMNS: [(&str, &str); 6] = [
    ("published_row", "met = 1"),
    ("joined_arrival", "record_id = NULL"),
    ("performance_review", "entry_id = entry_id"),
    ("submission_decision", "entry_id = entry_id"),
    ("submission_version", "entry_id = entry_id"),
    ("withholding_step", "decision_id = decision_id"),
];

/// The tests run the application by this role, so what it needs it has; here is what it has not.
#[actix_web::test]
async fn the_applications_role_can_rewrite_nothing_and_take_no_guard_away_on_postgres() {
    let app = TestApp::start(On::Postgres).await;
    fill(&app).await;
    let rights = app.state.store().rights().await.expect("a look").expect("roles");
    assert_eq!(
        (rights.role.as_str(), rights.too_many, rights.missing),
        (APPLICATION, vec![], vec![])
    );
    let db = Database::connect(by_application(app.url())).await.expect("the database");
    let denied = "permission denied";
    for table in APPEND_ONLY {
        for sql in [
            format!("UPDATE {table} SET id = id"),
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table}"),
        ] {
            // Some tables have no column of this name.
            let sql = OTHER_COLUMNS.iter().fold(sql, |sql, (table, instead)| {
                sql.replace(&format!("{table} SET id = id"), &format!("{table} SET {instead}"))
            });
            refused(db.execute_unprepared(&sql).await, &sql, denied);
        }
        for sql in [
            format!("ALTER TABLE {table} DISABLE TRIGGER ALL"),
            format!("DROP TABLE {table}"),
            format!("DROP TRIGGER {table}_append_only ON {table}"),
        ] {
            refused(db.execute_unprepared(&sql).await, &sql, "must be owner");
        }
    }
    for sql in [
        "SET session_replication_role = replica",
        "CREATE TABLE beside (id integer)",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "UPDATE attendance_report_y2026_2 SET days = ''",
        "DELETE FROM seaql_migrations",
        "INSERT INTO schema_compatibility VALUES ('m9999_nothing', NULL)",
        "TRUNCATE referral CASCADE",
    ] {
        refused(db.execute_unprepared(sql).await, sql, denied);
    }
    db.close().await.expect("close");
}

#[actix_web::test]
async fn a_role_that_could_rewrite_is_told_from_one_that_could_not_on_postgres() {
    let app = TestApp::start(On::Postgres).await;
    let owner = app.owner().await;
    let rights = owner.rights().await.expect("a look").expect("roles");
    let said = rights.too_many.join("\n");
    for words in [
        "superuser",
        "owns the tables",
        "may make tables",
        "change or delete rows of attendance_report, audit_entry",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let refused = rights::require(&owner, false).await.expect_err("one role").to_string();
    for words in [
        "is a superuser",
        "CREATE ROLE",
        "ASCMS_DATABASE_APPLICATION_ROLE",
        "ASCMS_DATABASE_ONE_ROLE=allow",
    ] {
        assert!(refused.contains(words), "{words}: {refused}");
    }
    rights::require(&owner, true).await.expect("it is allowed");
    rights::require(app.state.store(), false).await.expect("the application's role");
    assert!(rights::found(&owner, false).await.expect("roles").is_err());
    assert!(rights::found(app.state.store(), false).await.expect("roles").is_ok());
    // A role that is no superuser and owns nothing, but is a member of the owner.
    let db = app.database().await;
    let member = format!("member_{}", uuid::Uuid::now_v7().simple());
    let admin = postgres_server().await;
    for sql in [
        format!("CREATE ROLE {member} LOGIN PASSWORD '{member}'"),
        format!("GRANT {APPLICATION} TO {member}"),
    ] {
        admin.execute_unprepared(&sql).await.expect("a role");
    }
    let as_member = by_application(app.url())
        .replace(&format!("{APPLICATION}:{APPLICATION}@"), &format!("{member}:{member}@"));
    let store = support::connect(&as_member).await;
    let look = async || store.rights().await.expect("a look").expect("roles");
    assert_eq!(look().await.too_many, [""; 0]);
    for (give, take, words) in [
        (
            "GRANT DELETE ON event TO",
            "REVOKE DELETE ON event FROM",
            "it may change or delete rows of event",
        ),
        (
            "GRANT CREATE ON SCHEMA public TO",
            "REVOKE CREATE ON SCHEMA public FROM",
            "it may make tables in the schema",
        ),
    ] {
        db.execute_unprepared(&format!("{give} {member}")).await.expect(give);
        assert_eq!(look().await.too_many, [words]);
        db.execute_unprepared(&format!("{take} {member}")).await.expect(take);
    }
    admin.execute_unprepared(&format!("ALTER ROLE {member} CREATEROLE")).await.expect("altered");
    assert_eq!(look().await.too_many, ["it may make and give away roles"]);
    // A table of a release to come, of which the application has no rights yet.
    db.execute_unprepared("CREATE TABLE later (id integer)").await.expect("a table");
    assert_eq!(look().await.missing, ["later"]);
    let refused = rights::require(&store, true).await.expect_err("rights are missing").to_string();
    assert!(refused.contains("no rights on later: run `ascms migrate`"), "{refused}");
    owner.migrate_for(Some(APPLICATION)).await.expect("rights");
    assert_eq!(look().await.missing, [""; 0]);
    let nobody = owner.migrate_for(Some("nobody_of_this_name")).await;
    assert!(matches!(nobody, Err(MigrateError::NoRole(_))), "{nobody:?}");
    store.close().await.expect("close");
    admin.execute_unprepared(&format!("DROP ROLE {member}")).await.expect("dropped");
    admin.close().await.expect("close");
    db.close().await.expect("close");
}
