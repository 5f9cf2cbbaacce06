//! `/readyz` says no when the database does not keep what it is given, whatever it answers.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use actix_web::test::TestRequest;
use sea_orm::ConnectionTrait;

use crate::given;
use crate::support::{On, TestApp, on_both};

impl TestApp {
    async fn readiness(&self) -> u16 {
        self.raw(TestRequest::get().uri("/readyz").to_request()).await.status
    }

    /// An answer is remembered for a second.
    #[track_caller]
    fn becomes(&self, status: u16) -> impl Future<Output = ()> {
        let place = std::panic::Location::caller();
        async move {
            let mut moments = tokio::time::interval(Duration::from_millis(50));
            for _ in 0..200 {
                if self.readiness().await == status {
                    return;
                }
                moments.tick().await;
            }
            panic!("readiness does not become {status}, {place}");
        }
    }

    /// SQLite's file.
    fn file(&self) -> PathBuf {
        self.url().trim_start_matches("sqlite://").into()
    }
}

fn file_with_ending(file: &Path, ending: &str) -> PathBuf {
    PathBuf::from(format!("{}{ending}", file.display()))
}

async fn refuses_and_then_goes_on(app: &TestApp, child: &str, away: &Path, aside: &Path) {
    app.becomes(503).await;
    let office = app.as_("office-support");
    office.post("/v1/referrals", given::referral("Hemi")).await.refused(503, "unavailable");
    // A read leaves a trace, which would be lost.
    app.as_("workflow-lead").get("/v1/cases").await.refused(503, "unavailable");
    std::fs::rename(aside, away).expect("put back");
    app.becomes(200).await;
    office.post("/v1/referrals", given::referral(child)).await.expect(201);
}

#[on_both]
async fn a_database_that_drops_what_it_is_given_is_not_ready(app: TestApp) {
    app.becomes(200).await;
    let db = app.database().await;
    let (hinder, let_go): (&[&str], &[&str]) = if app.on == On::Sqlite {
        (
            &["CREATE TRIGGER deaf BEFORE UPDATE ON heartbeat BEGIN SELECT RAISE(IGNORE); END"],
            &["DROP TRIGGER deaf"],
        )
    } else {
        (
            &[
                "CREATE FUNCTION deaf() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RETURN NULL; END $$",
                "CREATE TRIGGER deaf BEFORE UPDATE ON heartbeat \
                 FOR EACH ROW EXECUTE FUNCTION deaf()",
            ],
            &["DROP TRIGGER deaf ON heartbeat"],
        )
    };
    for statement in hinder {
        db.execute_unprepared(statement).await.expect("hindered");
    }
    app.becomes(503).await;
    for statement in let_go {
        db.execute_unprepared(statement).await.expect("let go");
    }
    app.becomes(200).await;
    db.close().await.expect("close");
}

#[on_both]
async fn asking_often_writes_seldom_and_never_grows(app: TestApp) {
    for _ in 0..300 {
        assert_eq!(app.readiness().await, 200);
    }
    assert_eq!(app.count("heartbeat", "beats < 100").await, 1);
    assert_eq!(app.count("heartbeat", "1 = 1").await, 1);
    // Two servers share the row.
    let other = app.another_node().await;
    for _ in 0..3 {
        other.becomes(200).await;
        app.becomes(200).await;
    }
}

#[on_both(not_on_postgres = "SQLite alone keeps its database in a file")]
async fn a_file_that_is_gone_or_replaced_takes_no_writes(app: TestApp) {
    app.becomes(200).await;
    app.as_("office-support").post("/v1/referrals", given::referral("Hana")).await.expect(201);
    let file = app.file();
    let names = [file.clone(), file_with_ending(&file, "-wal"), file_with_ending(&file, "-shm")];
    let children = [["Mere", "Rangi"], ["Tama", "Kiri"], ["Wiremu", "Ana"]];
    for (name, children) in names.into_iter().zip(children) {
        let aside = file_with_ending(&file, "-aside");
        std::fs::rename(&name, &aside).expect("moved");
        refuses_and_then_goes_on(&app, children[0], &name, &aside).await;
        std::fs::rename(&name, &aside).expect("moved");
        let copied = Command::new("cp").arg(&aside).arg(&name).status();
        assert!(copied.expect("cp").success(), "another file in its place");
        refuses_and_then_goes_on(&app, children[1], &name, &aside).await;
    }
    // Each of them was kept in the file that is there.
    app.state.store().close().await.expect("close");
    assert_eq!(app.count("referral", "1 = 1").await, 7);
}

#[on_both(not_on_postgres = "SQLite alone keeps its database in a file")]
async fn a_damaged_file_is_noticed(app: TestApp) {
    app.unwatched("its file is spoilt").await;
    let store = app.state.store();
    assert_eq!(store.examine_file().await.expect("a look"), None);
    store.look_at_file().await.expect("a look");
    app.becomes(200).await;
    let other = app.another_node().await;
    // By another process: a file that this one opens beside SQLite would cost it its locks.
    let spoilt = Command::new("dd")
        .args(["if=/dev/urandom", "bs=4096", "seek=3", "count=200", "conv=notrunc"])
        .arg(format!("of={}", app.file().display()))
        .output();
    assert!(spoilt.expect("dd").status.success());
    assert!(store.examine_file().await.expect("a look").is_some());
    other.state.store().look_at_file().await.expect("a look");
    other.becomes(503).await;
}

#[actix_web::test]
async fn there_is_no_log_of_ours_to_tend_on_postgres() {
    let app = TestApp::start(On::Postgres).await;
    assert_eq!(app.state.store().tend_log().await.expect("nothing to tend"), None);
}

#[on_both(not_on_postgres = "PostgreSQL tends its log itself")]
async fn a_log_that_somebody_holds_is_seen_and_cut_off_later(app: TestApp) {
    const MIB: u64 = 1024 * 1024;
    let store = app.state.store();
    let (reader, writer) = (app.database().await, app.database().await);
    let run = async |db: &sea_orm::DatabaseConnection, sql: &str| {
        db.execute_unprepared(sql).await.expect("a statement");
    };
    // A connection each: what begins here ends here.
    run(&writer, "CREATE TABLE filling (bytes blob)").await;
    run(&reader, "BEGIN").await;
    app.as_("office-support").get("/v1/referrals").await.expect(200);
    run(&reader, "SELECT count(*) FROM filling").await;
    for _ in 0..20 {
        run(&writer, "INSERT INTO filling VALUES (zeroblob(1048576))").await;
    }
    let log = store.tend_log().await.expect("tended").expect("a log");
    assert!(log.bytes > 20 * MIB && log.is_held, "{log:?}");
    run(&reader, "COMMIT").await;
    let log = store.tend_log().await.expect("tended").expect("a log");
    assert_eq!((log.bytes, log.is_held), (0, false));
    app.as_("office-support").post("/v1/referrals", given::referral("Hana")).await.expect(201);

    // Beyond a bound the server is not well. The bytes need not be true ones.
    app.becomes(200).await;
    let wal = file_with_ending(&app.file(), "-wal");
    let grown = Command::new("truncate").arg("--size=300M").arg(&wal).status();
    assert!(grown.expect("truncate").success());
    app.becomes(503).await;
    let log = store.tend_log().await.expect("tended").expect("a log");
    assert_eq!((log.bytes, log.is_held), (0, false));
    app.becomes(200).await;
    for db in [reader, writer] {
        db.close().await.expect("close");
    }
}

/// The heartbeat's row is written in its own page, for which a full disk has room.
#[actix_web::test]
async fn a_server_without_room_is_not_ready_until_it_has_some_on_postgres() {
    let app = TestApp::start(On::Postgres).await;
    app.becomes(200).await;
    let db = app.database().await;
    let fail = "RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'";
    for sql in [
        format!("CREATE FUNCTION full_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {fail}; END $$"),
        format!("CREATE FUNCTION full_table() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN {fail}; END $$"),
        "CREATE TRIGGER full_disk BEFORE INSERT ON referral FOR EACH ROW EXECUTE FUNCTION full_row()".to_owned(),
        "CREATE EVENT TRIGGER full_disk ON ddl_command_start EXECUTE FUNCTION full_table()".to_owned(),
    ] {
        db.execute_unprepared(&sql).await.expect(&sql);
    }
    let office = app.as_("office-support");
    office.post("/v1/referrals", given::referral("Hemi")).await.refused(503, "unavailable");
    app.becomes(503).await;
    for sql in ["DROP EVENT TRIGGER full_disk", "DROP TRIGGER full_disk ON referral"] {
        db.execute_unprepared(sql).await.expect(sql);
    }
    app.becomes(200).await;
    office.post("/v1/referrals", given::referral("Hemi")).await.expect(201);
    db.close().await.expect("close");
}
