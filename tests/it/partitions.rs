//! A PostgreSQL that falls silent, at any moment: nobody waits long, nothing that was acknowledged is
//! lost, nothing is done twice, and what the network brings back is used again at once. SQLite has no
//! network between it and the program.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};

use crate::given;
use crate::support::network::{OwnServer, Silence, Way};
use crate::support::{self, Answer, On, TestApp};

/// A statement and the making of a connection, and what a busy machine adds.
const STATEMENT: Duration = Duration::from_secs(7);
/// The same for a commit.
const COMMIT: Duration = Duration::from_secs(10);
const RECOVERY: Duration = Duration::from_secs(2);

const LEAD: &str = "workflow-lead";

fn contact() -> Value {
    json!({
        "party": "school", "channel": "phone", "outcome": "reached",
        "occurredAt": "2026-03-15T22:00:00Z",
    })
}

/// A case, and a server of ours that is connected over a way that can fall silent.
async fn stage() -> (TestApp, TestApp, Way, String) {
    let near = TestApp::start(On::Postgres).await;
    let case = near.assigned("Hana").await.1;
    let way = Way::to(near.url()).await;
    // Every statement is sent in words, so that the way can wait for it.
    let url = format!("{}&statement-cache-capacity=0", way.url(near.url()));
    let far = near.at(url).await;
    (near, far, way, case)
}

async fn log(app: &TestApp, case: &str, key: &str) -> Answer {
    app.as_(LEAD).post_keyed(&format!("/v1/cases/{case}/contacts"), key, contact()).await
}

async fn look(app: &TestApp, case: &str) -> Answer {
    app.as_(LEAD).get(&format!("/v1/cases/{case}")).await
}

/// Within the time that is allowed.
async fn soon<T>(limit: Duration, what: impl Future<Output = T>) -> T {
    tokio::time::timeout(limit, what).await.expect("an answer in time")
}

/// All connections are used and work.
async fn recovers(app: &TestApp, case: &str) {
    let began = Instant::now();
    while look(app, case).await.status != 200 {
        assert!(began.elapsed() < RECOVERY, "no recovery");
    }
    for answer in soon(STATEMENT, join_all((0..24).map(|_| look(app, case)))).await {
        answer.expect(200);
    }
}

async fn run(db: &DatabaseConnection, sql: &str) {
    let statement = Statement::from_string(DbBackend::Postgres, sql.to_owned());
    db.execute_raw(statement).await.expect("a statement");
}

#[actix_web::test]
async fn a_silent_database_costs_seconds_and_heals_with_the_network_on_postgres() {
    let (_near, far, way, case) = stage().await;
    for _ in 0..2 {
        // Every connection has been used.
        join_all((0..24).map(|_| look(&far, &case))).await;
        way.fall_silent();
        // More callers than connections, and again while none can be made.
        for _ in 0..2 {
            let calls = join_all((0..20).map(|n| {
                let (far, case) = (&far, &case);
                async move {
                    if n % 2 == 0 {
                        look(far, case).await
                    } else {
                        log(far, case, &format!("{n}")).await
                    }
                }
            }));
            for answer in soon(STATEMENT, calls).await {
                answer.refused(503, "unavailable");
            }
        }
        soon(STATEMENT, far.nobody().get("/readyz")).await.expect(503);
        way.speak();
        recovers(&far, &case).await;
        let began = Instant::now();
        while far.nobody().get("/readyz").await.status != 200 {
            assert!(began.elapsed() < RECOVERY, "it is ready again");
        }
    }
}

#[actix_web::test]
async fn silence_amid_a_call_loses_nothing_and_doubles_nothing_on_postgres() {
    let (near, far, way, case) = stage().await;
    let moments = [
        ("before a transaction", Silence::Before("BEGIN")),
        ("after it began", Silence::After("BEGIN")),
        ("before a statement", Silence::Before("INSERT INTO \"contact\"")),
        ("amid a statement", Silence::After("INSERT INTO \"contact\"")),
        ("before the commit", Silence::Before("COMMIT")),
        ("amid the commit", Silence::After("COMMIT")),
    ];
    for (n, (moment, silence)) in moments.into_iter().enumerate() {
        look(&far, &case).await.expect(200);
        way.fall_silent_at(silence);
        let key = format!("key-{n}");
        let answer = soon(COMMIT, log(&far, &case, &key)).await;
        assert_eq!(answer.status, 503, "{moment}: {}", answer.text);
        let of_commit = matches!(silence, Silence::Before("COMMIT") | Silence::After("COMMIT"));
        let code = if of_commit { "outcome_unknown" } else { "unavailable" };
        assert_eq!(answer.code(), code, "{moment}");
        assert!(way.is_silent(), "{moment} came");
        way.speak();
        recovers(&far, &case).await;
        // What the silent connection left behind is gone within seconds; the key makes it one.
        let began = Instant::now();
        loop {
            let again = log(&far, &case, &key).await;
            if again.status == 201 {
                break;
            }
            assert_eq!(again.status, 503, "{moment}: {}", again.text);
            assert!(began.elapsed() < STATEMENT, "{moment}: its locks are still held");
        }
        let done = i64::try_from(n).expect("a small number") + 1;
        assert_eq!(near.count("contact", "1 = 1").await, done, "{moment}");
    }
    assert_eq!(near.count("event", "kind = 'contact.logged'").await, 6);
}

#[actix_web::test]
async fn of_two_hosts_the_one_that_answers_is_used_on_postgres() {
    let (near, _, first, case) = stage().await;
    let second = Way::to(near.url()).await;
    let hosts = format!("{},{}", first.address(), second.address());
    let url = near.url().replacen(
        near.url().split('@').nth(1).and_then(|rest| rest.split('/').next()).expect("a place"),
        &hosts,
        1,
    );
    let far = near.at(url).await;
    look(&far, &case).await.expect(200);
    first.fall_silent();
    // The calls on the first host wait once; all later ones are on the second.
    soon(STATEMENT, join_all((0..8).map(|_| look(&far, &case)))).await;
    recovers(&far, &case).await;
    // And back again, when the second is gone.
    first.speak();
    second.fall_silent();
    soon(STATEMENT, join_all((0..8).map(|_| look(&far, &case)))).await;
    recovers(&far, &case).await;
}

/// A database of this name on a server, migrated and with everybody in it.
async fn furnished(server: &OwnServer, name: &str) -> String {
    let admin = Database::connect(&server.url).await.expect("the server");
    run(&admin, &format!("CREATE DATABASE {name}")).await;
    admin.close().await.expect("close");
    let url = server.database(name);
    let store = support::connect(&url).await;
    store.migrate().await.expect("migrate");
    given::build(&store).await;
    store.close().await.expect("close");
    url
}

async fn take_writes(server: &OwnServer, takes: bool) {
    let admin = Database::connect(&server.url).await.expect("the server");
    run(&admin, "SET default_transaction_read_only = off").await;
    let only_reads = if takes { "off" } else { "on" };
    run(&admin, &format!("ALTER SYSTEM SET default_transaction_read_only = {only_reads}")).await;
    run(&admin, "SELECT pg_reload_conf()").await;
    admin.close().await.expect("close");
    // Sessions hear of it one by one.
    tokio::time::sleep(Duration::from_millis(500)).await;
}

#[actix_web::test]
async fn a_promotion_needs_no_moving_address_on_postgres() {
    let app = TestApp::start(On::Postgres).await;
    let (one, other) = tokio::join!(OwnServer::start(), OwnServer::start());
    let url = furnished(&one, "ascms").await;
    furnished(&other, "ascms").await;
    let place = |url: &str| {
        url.split('@')
            .nth(1)
            .and_then(|rest| rest.split('/').next())
            .map(str::to_owned)
            .expect("a place")
    };
    let refusing = "127.0.0.1:1";
    let hosts = format!("{refusing},{},{}", place(&one.url), place(&other.url));
    let url = url.replacen(&place(&one.url), &hosts, 1);
    let url = format!("{url}&target_session_attrs=read-write");
    // The first takes no connection, the second no writes.
    take_writes(&one, false).await;
    let far = app.at(url).await;
    let on = async |server: &OwnServer| {
        let db = Database::connect(server.database("ascms")).await.expect("the database");
        let sql = "SELECT count(*) AS n FROM referral";
        let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await;
        let count: i64 = row.expect("a count").expect("a row").try_get("", "n").expect("a number");
        db.close().await.expect("close");
        count
    };
    for _ in 0..4 {
        far.as_("office-support").post("/v1/referrals", given::somebody()).await.expect(201);
    }
    assert_eq!((on(&one).await, on(&other).await), (0, 4));
    // The roles change: connections to the one that was demoted are given up.
    take_writes(&one, true).await;
    take_writes(&other, false).await;
    let began = Instant::now();
    let mut refused = 0;
    loop {
        let sent = far.as_("office-support").post("/v1/referrals", given::somebody()).await;
        if sent.status == 201 {
            break;
        }
        sent.refused(503, "unavailable");
        refused += 1;
        assert!(began.elapsed() < RECOVERY, "{refused} were refused");
    }
    for _ in 0..4 {
        far.as_("office-support").post("/v1/referrals", given::somebody()).await.expect(201);
    }
    assert_eq!((on(&one).await, on(&other).await), (5, 4));
}

#[actix_web::test]
async fn a_silent_standby_holds_nobody_up_for_long_on_postgres() {
    let app = TestApp::start(On::Postgres).await;
    let server = OwnServer::start().await;
    let url = furnished(&server, "ascms").await;
    let url = format!("{url}&options[synchronous_commit]=on");
    let far = app.durably_at(url).await;
    let case = far.assigned("Hana").await.1;
    let admin = Database::connect(&server.url).await.expect("the server");
    run(&admin, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'").await;
    run(&admin, "SELECT pg_reload_conf()").await;
    let keys: Vec<String> = (0..3).map(|n| format!("key-{n}")).collect();
    let mut unknown = 0;
    for key in &keys {
        let answer = soon(COMMIT, log(&far, &case, key)).await;
        match (answer.status, answer.code()) {
            (503, "outcome_unknown") => unknown += 1,
            // The server has not yet heard of its standby.
            (201, _) => {}
            // The row is locked by the commit that waits, until that is ended.
            (503, "unavailable") => {}
            _ => panic!("{} {}", answer.status, answer.text),
        }
    }
    assert!(unknown > 0, "a commit waited");
    let waiting = "SELECT count(*) AS n FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    let began = Instant::now();
    loop {
        let row = admin.query_one_raw(Statement::from_string(DbBackend::Postgres, waiting)).await;
        let count: i64 = row.expect("a count").expect("a row").try_get("", "n").expect("a number");
        if count == 0 {
            break;
        }
        assert!(began.elapsed() < STATEMENT, "{count} commits still wait");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    run(&admin, "ALTER SYSTEM RESET synchronous_standby_names").await;
    run(&admin, "SELECT pg_reload_conf()").await;
    let began = Instant::now();
    for key in &keys {
        while log(&far, &case, key).await.status != 201 {
            assert!(began.elapsed() < STATEMENT, "no recovery");
        }
    }
    let db = Database::connect(server.database("ascms")).await.expect("the database");
    let sql = "SELECT count(*) AS n FROM contact";
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await;
    let count: i64 = row.expect("a count").expect("a row").try_get("", "n").expect("a number");
    assert_eq!(count, 3);
    db.close().await.expect("close");
    admin.close().await.expect("close");
}
