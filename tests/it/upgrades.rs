//! Bringing a database up to date, and programs of two releases on one database.

use std::time::{Duration, Instant};

use ascms_persistence::{MigrateError, StoreError};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement, TransactionTrait};

use crate::support::{self, On, TestApp, on_both};

mod growing;
mod keep;
mod parts;
mod release;

/// The number that releases lock while they migrate, on PostgreSQL.
const LOCK: i64 = 0x4153_434d_5300;

async fn texts(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await;
    let rows = rows.unwrap_or_else(|err| panic!("{sql}: {err}"));
    rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
}

async fn run(db: &DatabaseConnection, sql: &str) {
    db.execute_unprepared(sql).await.unwrap_or_else(|err| panic!("{sql}: {err}"));
}

async fn applied(db: &DatabaseConnection) -> Vec<String> {
    texts(db, "SELECT version FROM seaql_migrations ORDER BY version").await
}

#[on_both]
async fn a_migration_that_fails_is_named_and_leaves_the_ones_before_it(app: TestApp) {
    let database = support::blank(app.on).await;
    let store = support::connect(database.url()).await;
    let db = Database::connect(database.url()).await.expect("the database");
    // In the way of m0035, which makes this table after an index of other tables.
    run(&db, "CREATE TABLE recalculation (id integer)").await;
    let failed = store.migrate().await.expect_err("a table is in the way");
    let MigrateError::Failed { migration, .. } = &failed else { panic!("{failed:?}") };
    assert_eq!(migration, "m0035_recalculations");
    assert!(failed.to_string().contains("m0035_recalculations"), "{failed}");
    let before = applied(&db).await;
    assert!(before.contains(&"m0033_outcomes".to_owned()), "{before:?}");
    assert!(!before.iter().any(|name| name.as_str() >= "m0035"), "{before:?}");
    // What the failed one had done is undone, and the rest follows.
    run(&db, "DROP TABLE recalculation").await;
    let then = store.migrate().await.expect("the rest");
    assert_eq!(then.first().map(String::as_str), Some("m0035_recalculations"));
    assert_eq!(applied(&db).await.len(), before.len() + then.len());
    assert_eq!(store.migrations_pending().await.expect("none"), 0);
    assert_eq!(store.migrate().await.expect("nothing to do"), [""; 0]);
}

#[on_both]
async fn programs_that_migrate_at_once_wait_for_each_other(app: TestApp) {
    let database = support::blank(app.on).await;
    let url = database.url();
    let (one, other, third) =
        tokio::join!(support::connect(url), support::connect(url), support::connect(url));
    let (one, other, third) = tokio::join!(one.migrate(), other.migrate(), third.migrate());
    let did = [one.expect("one"), other.expect("other"), third.expect("third")];
    let db = Database::connect(url).await.expect("the database");
    let mut done: Vec<String> = did.concat();
    done.sort();
    assert_eq!(done, applied(&db).await, "each is applied by one of them");
}

/// A release before this one holds the same lock in its one transaction, for as long as it takes.
#[on_both]
async fn a_program_that_migrates_is_waited_for_longer_than_a_call_waits_for_a_lock(app: TestApp) {
    let (on, database) = (app.on, support::blank(app.on).await);
    let store = support::connect(database.url()).await;
    let db = Database::connect(database.url()).await.expect("the database");
    let held = match on {
        On::Sqlite => {
            // The write lock of the file, longer than SQLite itself waits for it.
            let held = db.begin().await.expect("a transaction");
            held.execute_unprepared("CREATE TABLE elsewhere (id integer)").await.expect("it");
            held
        }
        On::Postgres => {
            let held = db.begin().await.expect("a transaction");
            let lock = format!("SELECT pg_advisory_xact_lock({LOCK})");
            held.execute_unprepared(&lock).await.expect("the lock");
            held
        }
    };
    let seconds = if on == On::Sqlite { 7 } else { 3 };
    let began = Instant::now();
    let (applied, ()) = tokio::join!(store.migrate(), async {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        held.commit().await.expect("released");
    });
    assert!(applied.expect("migrated").len() > 30);
    assert!(began.elapsed() >= Duration::from_secs(seconds), "it waited");
}

/// Only PostgreSQL has readers that a change of a table waits for.
#[actix_web::test]
async fn a_migration_does_not_make_callers_wait_behind_a_long_reader_on_postgres() {
    let app = TestApp::start(On::Postgres).await;
    let db = app.database().await;
    // m0043 changes this table under a lock that nobody shares, and can be run twice.
    run(&db, "DELETE FROM seaql_migrations WHERE version = 'm0043_never_enrolled'").await;
    let reader = db.begin().await.expect("a transaction");
    let look = "SELECT count(*) FROM enrolment_report";
    reader.execute_unprepared(look).await.expect("a look");
    let another = app.database().await;
    let callers = async {
        let (began, mut longest) = (Instant::now(), Duration::ZERO);
        while began.elapsed() < Duration::from_secs(4) {
            let before = Instant::now();
            run(&another, look).await;
            longest = longest.max(before.elapsed());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        reader.commit().await.expect("the reader is done");
        longest
    };
    let owner = app.owner().await;
    let (applied, longest) = tokio::join!(owner.migrate(), callers);
    assert_eq!(applied.expect("migrated"), ["m0043_never_enrolled"]);
    assert!(longest < Duration::from_secs(2), "a caller waited {longest:?}");
}

async fn by_hand(db: &DatabaseConnection, migration: &str, needs: Option<&str>) {
    run(db, &format!("INSERT INTO seaql_migrations VALUES ('{migration}', 0)")).await;
    let needs = needs.map_or("NULL".to_owned(), |needs| format!("'{needs}'"));
    run(db, &format!("INSERT INTO schema_compatibility VALUES ('{migration}', {needs})")).await;
}

async fn readiness(app: &TestApp) -> u16 {
    app.nobody().get("/readyz").await.status
}

fn left_behind(standing: &Result<usize, StoreError>) -> String {
    standing.as_ref().expect_err("refused").to_string()
}

#[on_both]
async fn a_program_runs_on_when_a_newer_release_only_adds(app: TestApp) {
    let (store, db) = (app.state.store(), app.database().await);
    by_hand(&db, "m9001_later", None).await;
    by_hand(&db, "m9002_later_still", Some("m0052_schema_compatibility")).await;
    let standing = store.schema_standing().await.expect("it may run");
    assert_eq!(standing.pending, [""; 0]);
    assert_eq!(standing.later, ["m9001_later", "m9002_later_still"]);
    assert_eq!(store.migrations_pending().await.expect("it may run"), 0);
    assert_eq!(app.owner().await.migrate().await.expect("nothing to do"), [""; 0]);
    assert_eq!(readiness(&app).await, 200);
    // It is served by a program that starts after the migration, too.
    let next = app.another_node().await;
    next.submitted("Later").await;
    next.as_("workflow-lead").get("/v1/referrals").await.expect(200);
    db.close().await.expect("close");
}

#[on_both]
async fn a_program_that_a_newer_release_left_behind_refuses_and_says_why(app: TestApp) {
    let (store, db) = (app.state.store(), app.database().await);
    by_hand(&db, "m9001_later", None).await;
    by_hand(&db, "m9003_contracts", Some("m9001_later")).await;
    let refused = left_behind(&store.migrations_pending().await);
    for word in ["m9003_contracts", "m9001_later", "newer release"] {
        assert!(refused.contains(word), "{word}: {refused}");
    }
    assert!(store.migrate().await.is_err(), "nor does it migrate");
    assert_eq!(readiness(&app).await, 503);
    db.close().await.expect("close");
}

#[on_both]
async fn a_program_refuses_a_migration_of_which_nothing_is_known(app: TestApp) {
    let (store, db) = (app.state.store(), app.database().await);
    run(&db, "INSERT INTO seaql_migrations VALUES ('m9004_unmarked', 0)").await;
    assert!(left_behind(&store.migrations_pending().await).contains("m9004_unmarked"));
    assert_eq!(readiness(&app).await, 503);
    db.close().await.expect("close");
}

#[on_both]
async fn each_later_migration_says_what_it_asks_of_a_program(app: TestApp) {
    let db = app.database().await;
    let marked = texts(&db, "SELECT migration FROM schema_compatibility ORDER BY 1").await;
    let after = applied(&db).await.into_iter().filter(|name| name.as_str() > "m0044");
    assert_eq!(marked, after.collect::<Vec<_>>());
    db.close().await.expect("close");
}
