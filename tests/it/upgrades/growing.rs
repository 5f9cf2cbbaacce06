//! The tools with which a migration changes a table that grows.

use ascms_migrations::growing::{self, NewColumn};
use sea_orm::entity::prelude::Uuid;
use sea_orm::sea_query::{ColumnDef, Expr, ExprTrait, Index, Query};
use sea_orm::{ConnectionTrait, DatabaseConnection, TransactionTrait};
use sea_orm_migration::SchemaManager;

use super::{run, texts};
use crate::support::{On, TestApp, on_both, own};

/// One connection, as migrations have.
async fn session(app: &TestApp) -> DatabaseConnection {
    own(app.url(), 1).await
}

async fn fill(db: &DatabaseConnection, app: &TestApp, rows: u32) {
    let kind = if app.on == On::Sqlite { "blob" } else { "uuid" };
    run(db, &format!("CREATE TABLE long_one (id {kind} PRIMARY KEY, said text, twice integer)"))
        .await;
    let id = match app.on {
        On::Sqlite => "randomblob(16)",
        On::Postgres => "gen_random_uuid()",
    };
    run(
        db,
        &format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) \
             INSERT INTO long_one (id, said, twice) SELECT {id}, 'word', NULL FROM n"
        ),
    )
    .await;
}

#[on_both]
async fn an_index_is_made_while_rows_are_written_and_made_again_when_it_is_invalid(app: TestApp) {
    let db = session(&app).await;
    fill(&db, &app, 10).await;
    let by_said = Index::create().name("long_one_by_said").table("long_one").col("said").to_owned();
    if app.on == On::Postgres {
        // What a run that was killed leaves behind.
        let invalid = "CREATE UNIQUE INDEX CONCURRENTLY long_one_by_said ON long_one (said)";
        db.execute_unprepared(invalid).await.expect_err("the words are the same");
        let valid =
            "SELECT indisvalid::text FROM pg_index WHERE indexrelid = 'long_one_by_said'::regclass";
        assert_eq!(texts(&db, valid).await, ["false"]);
        // A writer that has not committed stops an index of the old kind, and not this one's beginning.
        let writer = app.database().await.begin().await.expect("a writer");
        let word = "UPDATE long_one SET twice = 1";
        writer.execute_unprepared(word).await.expect("a write");
        let other = app.database().await;
        let manager = SchemaManager::new(&db);
        let (made, ()) = tokio::join!(growing::index(&manager, &by_said), async {
            tokio::time::sleep(std::time::Duration::from_millis(700)).await;
            run(&other, "SET lock_timeout = '300ms'; INSERT INTO long_one VALUES (gen_random_uuid(), 'new', 2)").await;
            writer.commit().await.expect("written");
        });
        made.expect("an index");
        assert_eq!(texts(&db, valid).await, ["true"]);
    }
    let manager = SchemaManager::new(&db);
    growing::index(&manager, &by_said).await.expect("an index");
    growing::index(&manager, &by_said).await.expect("a second run");
    assert!(manager.has_index("long_one", "long_one_by_said").await.expect("a look"));
    db.close().await.expect("close");
}

#[on_both]
async fn a_column_comes_with_a_check_and_a_key_that_hold_for_old_and_new_rows(app: TestApp) {
    app.submitted("Old").await;
    let db = session(&app).await;
    let manager = SchemaManager::new(&db);
    for _ in 0..2 {
        let mut definition = ColumnDef::new("points");
        definition.integer().null();
        let check = Some("points BETWEEN 0 AND 10");
        let new = NewColumn { table: "referral", definition, check, references: None };
        growing::column(&manager, new).await.expect("a column");
        let mut definition = ColumnDef::new("told_school");
        definition.uuid().null();
        let new =
            NewColumn { table: "referral", definition, check: None, references: Some("school") };
        growing::column(&manager, new).await.expect("a column");
    }
    run(&db, "UPDATE referral SET points = 10").await;
    let checked = db.execute_unprepared("UPDATE referral SET points = 11").await;
    assert!(checked.expect_err("a check").to_string().to_lowercase().contains("check"));
    let nowhere = "UPDATE referral SET told_school = id";
    let keyed = db.execute_unprepared(nowhere).await.expect_err("a key");
    assert!(keyed.to_string().to_lowercase().contains("foreign key"), "{keyed}");
    run(&db, "UPDATE referral SET told_school = school_id").await;
    if app.on == On::Postgres {
        let valid = "SELECT convalidated::text FROM pg_constraint WHERE conname IN \
                     ('referral_points_check', 'referral_told_school_fkey')";
        assert_eq!(texts(&db, valid).await, ["true", "true"]);
    }
    db.close().await.expect("close");
}

#[on_both]
async fn rows_are_filled_in_pieces_and_only_where_they_are_not_yet(app: TestApp) {
    let db = session(&app).await;
    fill(&db, &app, 3_500).await;
    run(
        &db,
        "UPDATE long_one SET twice = 1 WHERE id = (SELECT id FROM long_one ORDER BY id LIMIT 1)",
    )
    .await;
    let manager = SchemaManager::new(&db);
    let update = Query::update()
        .table("long_one")
        .value("twice", 2)
        .and_where(Expr::col("twice").is_null())
        .to_owned();
    let filled = growing::backfill::<Uuid>(&manager, ("long_one", "id"), &update).await;
    assert_eq!(filled.expect("filled"), 3_499);
    let again = growing::backfill::<Uuid>(&manager, ("long_one", "id"), &update).await;
    assert_eq!(again.expect("nothing to do"), 0);
    assert_eq!(app.count("long_one", "twice = 2").await, 3_499);
    db.close().await.expect("close");
}

#[on_both]
async fn an_append_only_table_refuses_changes(app: TestApp) {
    let db = session(&app).await;
    fill(&db, &app, 3).await;
    let manager = SchemaManager::new(&db);
    for _ in 0..2 {
        growing::append_only(&manager, "long_one").await.expect("guards");
    }
    for sql in ["UPDATE long_one SET twice = 3", "DELETE FROM long_one"] {
        let refused = db.execute_unprepared(sql).await.expect_err(sql).to_string();
        assert!(refused.contains("append-only table"), "{refused}");
    }
    run(&db, "INSERT INTO long_one (id, said) SELECT NULL, 'x' WHERE 1 = 2").await;
    assert_eq!(app.count("long_one", "twice IS NULL").await, 3);
    db.close().await.expect("close");
}

/// On SQLite a migration is one transaction whatever it says.
#[actix_web::test]
async fn within_a_transaction_what_would_stop_its_callers_is_refused_on_postgres() {
    let app = TestApp::start(On::Postgres).await;
    let db = session(&app).await;
    let txn = db.begin().await.expect("a transaction");
    let manager = SchemaManager::new(&txn);
    let refused = growing::check(&manager, "referral", "some_check", "true").await;
    assert!(refused.expect_err("refused").to_string().contains("use_transaction"));
}
