//! Many who write to one case: each has a turn or is told at once, and nobody else waits with them.
//! A server that stands still in the middle of a change lets go of what it holds within seconds.

use std::process::Command;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement, TransactionTrait};
use serde_json::{Value, json};

use crate::process::Running;
use crate::support::{Folder, TestApp, on_both};

const LEAD: &str = "workflow-lead";
const WRITERS: usize = 32;
/// What a busy machine may add to a call that waits for nobody.
const UNDISTURBED: Duration = Duration::from_secs(2);
const CAUGHT_WITHIN: Duration = Duration::from_secs(60);

fn contact() -> Value {
    json!({
        "party": "school", "channel": "phone", "outcome": "reached",
        "occurredAt": "2026-03-15T22:00:00Z",
    })
}

fn contacts(case: &str) -> String {
    format!("/v1/cases/{case}/contacts")
}

/// Reads and writes elsewhere, one after the other: each succeeds, and how long each took.
async fn elsewhere(app: &TestApp, case: &str, calls: usize) -> Vec<Duration> {
    let mut times = Vec::with_capacity(2 * calls);
    for _ in 0..calls {
        for write in [false, true] {
            let began = Instant::now();
            let lead = app.as_(LEAD);
            if write {
                lead.post(&contacts(case), contact()).await.expect(201);
            } else {
                lead.get(&format!("/v1/cases/{case}")).await.expect(200);
            }
            times.push(began.elapsed());
        }
    }
    times
}

/// The slowest but one in a hundred.
fn p99(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[(times.len() * 99).div_ceil(100) - 1]
}

#[on_both]
async fn many_writers_of_one_case_all_have_their_turn(app: TestApp) {
    let hot = app.assigned("Hana").await.1;
    let cold = app.assigned("Tama").await.1;
    let path = contacts(&hot);
    let writers = join_all((0..WRITERS).map(|_| app.as_(LEAD)).map(|lead| {
        let path = &path;
        async move { lead.post(path, contact()).await }
    }));
    let (written, times) = tokio::join!(writers, elsewhere(&app, &cold, 10));
    for answer in written {
        answer.expect(201);
    }
    assert!(p99(times) < UNDISTURBED);
    let all = i64::try_from(WRITERS).expect("a small number") + 10;
    assert_eq!(app.count("contact", "1 = 1").await, all);
}

#[on_both(not_on_sqlite = "whoever holds anything holds the whole file")]
async fn who_waits_for_a_row_that_another_server_holds_disturbs_nobody(app: TestApp) {
    let hot = app.assigned("Hana").await.1;
    let cold = app.assigned("Tama").await.1;
    let other = Database::connect(app.url()).await.expect("the database");
    let held = other.begin().await.expect("a transaction");
    let lock = format!("SELECT id FROM attendance_case WHERE id = '{hot}' FOR UPDATE");
    held.execute_raw(Statement::from_string(DbBackend::Postgres, lock)).await.expect("a lock");
    let path = contacts(&hot);
    let began = Instant::now();
    let writers = join_all((0..WRITERS).map(|_| app.as_(LEAD)).map(|lead| {
        let path = &path;
        async move { lead.post(path, contact()).await }
    }));
    let (written, times) = tokio::join!(writers, elsewhere(&app, &cold, 50));
    for answer in written {
        answer.refused(503, "unavailable");
        assert!(answer.header("retry-after").is_some());
    }
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert!(p99(times) < UNDISTURBED);
    held.rollback().await.expect("a rollback");
    app.as_(LEAD).post(&path, contact()).await.expect(201);
    other.close().await.expect("close");
}

#[on_both(not_on_sqlite = "a file has no server that could take a lock from its holder")]
async fn a_server_that_stands_still_lets_go_of_its_locks(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let documents = Folder::make();
    let server = Running::start(&app, &documents).await;
    let db = Database::connect(app.url()).await.expect("the database");
    let held = "SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid) \
        WHERE l.relation = 'attendance_case'::regclass AND l.mode = 'RowShareLock' AND l.granted \
        AND a.state = 'idle in transaction' AND a.datname = current_database()";
    // It writes without a pause until it is caught in the middle of a change.
    let token = app.keys().sign(&app.claims(LEAD));
    let url = format!("{}{}", server.base, contacts(&case));
    let http = reqwest::Client::new();
    let writing = async {
        let began = Instant::now();
        while began.elapsed() < CAUGHT_WITHIN {
            let call = http.post(&url).bearer_auth(&token).json(&contact());
            drop(call.timeout(Duration::from_secs(5)).send().await);
        }
    };
    let caught = async {
        loop {
            signal(&server, "-STOP");
            // What it has sent has arrived by then.
            tokio::time::sleep(Duration::from_millis(20)).await;
            let sql = Statement::from_string(DbBackend::Postgres, held.to_owned());
            if db.query_one_raw(sql).await.expect("a look").is_some() {
                return;
            }
            signal(&server, "-CONT");
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    };
    tokio::select! {
        () = writing => panic!("it was never caught in the middle of a change"),
        () = caught => {}
    }
    let began = Instant::now();
    loop {
        let answer = app.as_(LEAD).post(&contacts(&case), contact()).await;
        if answer.status == 201 {
            break;
        }
        answer.refused(503, "unavailable");
        assert!(began.elapsed() < Duration::from_secs(8), "its locks are still held");
    }
    signal(&server, "-CONT");
    db.close().await.expect("close");
}

fn signal(server: &Running, name: &str) {
    let sent = Command::new("kill").args([name, &server.id().to_string()]).status();
    assert!(sent.expect("kill").success());
}
