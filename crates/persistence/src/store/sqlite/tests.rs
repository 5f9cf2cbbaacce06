use std::path::PathBuf;

use sea_orm::sqlx::Connection;
use sea_orm::{ConnectionTrait, Database, TransactionTrait};
use uuid::Uuid;

use crate::Store;
use crate::store::either::Either;
use crate::store::error::StoreError;
use crate::store::postgres::Limits;
use crate::store::settings::DatabaseSettings;
use crate::store::transaction::DatabaseTransaction;

/// A store on a file of its own, with a table whose trigger rolls back as SQLite does by itself.
struct Scratch {
    store: Store,
    folder: PathBuf,
}

impl Scratch {
    async fn make() -> Self {
        let folder = std::env::temp_dir().join(format!("ascms-sqlite-{}", Uuid::now_v7()));
        std::fs::create_dir_all(&folder).unwrap();
        let url = format!("sqlite://{}", folder.join("scratch.db").display());
        let settings =
            DatabaseSettings { url, connections: 2, durable: false, limits: Limits::default() };
        let store = Store::connect(&settings).await.unwrap();
        let scratch = Self { store, folder };
        for sql in [
            "CREATE TABLE thing (n integer PRIMARY KEY, bytes blob)",
            "CREATE TRIGGER bad BEFORE INSERT ON thing WHEN NEW.n = 13 \
             BEGIN SELECT RAISE(ROLLBACK, 'rolled back'); END",
            "CREATE TABLE part (of integer REFERENCES thing (n) DEFERRABLE INITIALLY DEFERRED)",
        ] {
            scratch.store.write.execute_unprepared(sql).await.unwrap();
        }
        scratch
    }

    fn file(&self) -> PathBuf {
        self.folder.join("scratch.db")
    }

    async fn begin(&self) -> DatabaseTransaction {
        self.store.begin().await.unwrap()
    }

    /// What is there, by a connection that is not the store's.
    async fn kept(&self) -> Vec<i64> {
        let url = format!("sqlite://{}", self.file().display());
        let db = Database::connect(url).await.unwrap();
        let sql = "SELECT n FROM thing ORDER BY n".to_owned();
        let sql = sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, sql);
        let rows = db.query_all_raw(sql).await.unwrap();
        db.close().await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    async fn end(self) {
        self.store.close().await.unwrap();
        std::fs::remove_dir_all(self.folder).unwrap();
    }
}

async fn add(txn: &DatabaseTransaction, n: i64) -> Result<(), sea_orm::DbErr> {
    txn.execute_unprepared(&format!("INSERT INTO thing (n) VALUES ({n})")).await.map(drop)
}

/// Three transactions, one of them taken back, as calls that follow each other.
async fn goes_on(scratch: &Scratch, n: i64) {
    let txn = scratch.begin().await;
    add(&txn, n).await.unwrap();
    txn.commit().await.unwrap();
    let txn = scratch.begin().await;
    add(&txn, n + 1).await.unwrap();
    txn.rollback().await;
    let txn = scratch.begin().await;
    add(&txn, n + 2).await.unwrap();
    txn.commit().await.unwrap();
}

#[tokio::test]
async fn what_sqlite_rolled_back_by_itself_spoils_nothing_after_it() {
    let scratch = Scratch::make().await;
    // Rolled back by us, or dropped, or committed as if nothing had been.
    let txn = scratch.begin().await;
    add(&txn, 1).await.unwrap();
    add(&txn, 13).await.unwrap_err();
    txn.rollback().await;
    goes_on(&scratch, 20).await;
    let txn = scratch.begin().await;
    add(&txn, 2).await.unwrap();
    add(&txn, 13).await.unwrap_err();
    drop(txn);
    goes_on(&scratch, 30).await;
    let txn = scratch.begin().await;
    add(&txn, 3).await.unwrap();
    add(&txn, 13).await.unwrap_err();
    add(&txn, 4).await.unwrap_err();
    assert!(matches!(txn.commit().await, Err(StoreError::Away(_))));
    goes_on(&scratch, 40).await;
    assert_eq!(scratch.kept().await, [20, 22, 30, 32, 40, 42]);
    scratch.end().await;
}

#[tokio::test]
async fn a_statement_outside_a_transaction_that_was_rolled_back_spoils_nothing() {
    let scratch = Scratch::make().await;
    let bad = scratch.store.write.execute_unprepared("INSERT INTO thing (n) VALUES (13)").await;
    bad.unwrap_err();
    goes_on(&scratch, 20).await;
    assert_eq!(scratch.kept().await, [20, 22]);
    scratch.end().await;
}

#[tokio::test]
async fn a_commit_that_sqlite_refuses_keeps_nothing_and_spoils_nothing() {
    let scratch = Scratch::make().await;
    let txn = scratch.begin().await;
    add(&txn, 1).await.unwrap();
    txn.execute_unprepared("INSERT INTO part VALUES (7)").await.unwrap();
    let refused = txn.commit().await.unwrap_err();
    assert!(matches!(refused, StoreError::Database(_)), "known not to be done: {refused}");
    goes_on(&scratch, 20).await;
    assert_eq!(scratch.kept().await, [20, 22]);
    scratch.end().await;
}

#[tokio::test]
async fn a_full_database_is_refused_and_goes_on_with_another_connection() {
    let scratch = Scratch::make().await;
    let pages = "PRAGMA max_page_count = 12";
    scratch.store.write.execute_unprepared(pages).await.unwrap();
    let txn = scratch.begin().await;
    add(&txn, 1).await.unwrap();
    let much = "INSERT INTO thing VALUES (2, zeroblob(200000))";
    let full = StoreError::from(txn.execute_unprepared(much).await.unwrap_err());
    assert!(matches!(full, StoreError::Away(_)), "{full:?}");
    txn.rollback().await;
    assert!(scratch.store.write.soundness.lacks_room(), "whoever asks is told until it is found");
    // The limit was the connection's.
    scratch.store.find_room().await.unwrap();
    assert!(!scratch.store.write.soundness.lacks_room());
    let txn = scratch.begin().await;
    txn.execute_unprepared(much).await.unwrap();
    txn.commit().await.unwrap();
    goes_on(&scratch, 20).await;
    assert_eq!(scratch.kept().await, [2, 20, 22]);
    scratch.end().await;
}

/// Room is taken on trial in the log, of which nothing is committed.
#[tokio::test]
async fn room_that_was_found_is_given_back() {
    let scratch = Scratch::make().await;
    goes_on(&scratch, 20).await;
    let log = || std::fs::metadata(scratch.folder.join("scratch.db-wal")).unwrap().len();
    let before = log();
    for _ in 0..3 {
        scratch.store.find_room().await.unwrap();
    }
    assert!((900_000..2_000_000).contains(&(log() - before)), "{before} {}", log());
    goes_on(&scratch, 30).await;
    assert_eq!(scratch.kept().await, [20, 22, 30, 32]);
    let tables = "SELECT 1 FROM sqlite_master WHERE name = 'room_on_trial'".to_owned();
    let tables = sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, tables);
    assert!(scratch.store.read.query_one_raw(tables).await.unwrap().is_none());
    // Somebody who writes meanwhile is waited for, and no room is found where nobody could look.
    let txn = scratch.begin().await;
    assert!(matches!(scratch.store.find_room().await, Err(StoreError::Away(_))));
    txn.rollback().await;
    scratch.end().await;
}

#[tokio::test]
async fn a_savepoint_is_not_taken_for_a_commit() {
    let scratch = Scratch::make().await;
    let outer = scratch.begin().await;
    let nested = outer.of_sqlite().unwrap().begin().await.unwrap();
    let nested = DatabaseTransaction::new(Either::Sqlite(nested), outer.soundness.clone());
    add(&nested, 1).await.unwrap();
    assert!(matches!(nested.commit().await, Err(StoreError::OutcomeUnknown(_))));
    outer.rollback().await;
    goes_on(&scratch, 20).await;
    assert_eq!(scratch.kept().await, [20, 22]);
    scratch.end().await;
}

#[tokio::test]
async fn a_statement_that_nobody_waited_for_is_not_committed() {
    let scratch = Scratch::make().await;
    let txn = scratch.begin().await;
    let many = "INSERT INTO thing (n) WITH RECURSIVE c(n) AS (SELECT 100 UNION ALL \
        SELECT n + 1 FROM c WHERE n < 200000) SELECT n FROM c";
    let impatient = tokio::time::timeout(std::time::Duration::ZERO, txn.execute_unprepared(many));
    impatient.await.unwrap_err();
    assert!(matches!(txn.commit().await, Err(StoreError::Away(_))));
    goes_on(&scratch, 20).await;
    assert_eq!(scratch.kept().await, [20, 22]);
    scratch.end().await;
}

#[tokio::test]
async fn a_new_connection_has_the_settings_of_the_first() {
    let scratch = Scratch::make().await;
    for _ in 0..2 {
        for pool in [&scratch.store.read, &scratch.store.write] {
            let sql = "SELECT (SELECT foreign_keys FROM pragma_foreign_keys), \
                (SELECT journal_mode FROM pragma_journal_mode), 'a' LIKE 'A'";
            let sql = sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, sql.to_owned());
            let row = pool.query_one_raw(sql).await.unwrap().unwrap();
            let is = |at| row.try_get_by_index::<i64>(at).unwrap();
            let mode: String = row.try_get_by_index(1).unwrap();
            assert_eq!((is(0), mode.as_str(), is(2)), (1, "wal", 0));
        }
        scratch.begin().await.soundness.distrust();
    }
    scratch.end().await;
}

#[tokio::test]
async fn nothing_is_written_to_a_file_that_was_moved_or_replaced() {
    let scratch = Scratch::make().await;
    let (file, aside) = (scratch.file(), scratch.folder.join("aside.db"));
    std::fs::rename(&file, &aside).unwrap();
    assert!(matches!(scratch.store.begin().await, Err(StoreError::Away(_))));
    // No new connection makes a new file.
    scratch.store.write.soundness.distrust();
    let sql = sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, "SELECT 1".to_owned());
    assert!(scratch.store.read.query_one_raw(sql).await.is_err());
    assert!(!file.exists());
    std::fs::write(&file, b"").unwrap();
    assert!(matches!(scratch.store.begin().await, Err(StoreError::Away(_))));
    std::fs::rename(&aside, &file).unwrap();
    goes_on(&scratch, 20).await;
    let txn = scratch.begin().await;
    add(&txn, 1).await.unwrap();
    std::fs::rename(&file, &aside).unwrap();
    assert!(matches!(txn.commit().await, Err(StoreError::Away(_))));
    std::fs::rename(&aside, &file).unwrap();
    assert_eq!(scratch.kept().await, [20, 22]);
    scratch.end().await;
}

#[tokio::test]
async fn a_connection_of_the_driver_tells_of_its_transactions() {
    let mut connection = sea_orm::sqlx::SqliteConnection::connect("sqlite::memory:").await.unwrap();
    assert!(crate::store::sqlite::ended(&mut connection).await.unwrap());
    let txn = connection.begin().await.unwrap();
    drop(txn);
    assert!(crate::store::sqlite::ended(&mut connection).await.unwrap());
    connection.begin().await.map(std::mem::forget).unwrap();
    assert!(!crate::store::sqlite::ended(&mut connection).await.unwrap());
}
