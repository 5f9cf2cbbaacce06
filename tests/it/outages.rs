//! A database that goes away: callers are told to come back, and are answered when it is there again.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use crate::given;
use crate::support::{Answer, TestApp, on_both, postgres_server};

/// Cuts the connections that the application has.
async fn cut(server: &DatabaseConnection, app: &TestApp) {
    run(
        server,
        &format!(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{}'",
            app.database_name(),
        ),
    )
    .await;
}

async fn open(server: &DatabaseConnection, app: &TestApp, open: bool) {
    run(server, &format!("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {open}", app.database_name()))
        .await;
}

async fn run(server: &DatabaseConnection, sql: &str) {
    let statement = Statement::from_string(DbBackend::Postgres, sql.to_owned());
    server.execute_raw(statement).await.expect("a statement");
}

/// The read and the write that follow an outage.
async fn calls(app: &TestApp) -> [Answer; 2] {
    let lead = app.as_("workflow-lead");
    let read = lead.get("/v1/cases").await;
    let write = app.as_("office-support").post("/v1/referrals", given::somebody()).await;
    [read, write]
}

#[track_caller]
fn told_to_come_back(answer: &Answer) {
    answer.refused(503, "unavailable");
    assert!(answer.header("retry-after").is_some(), "{answer:?}");
    for word in ["sql", "57p01", "terminat", "connection", "postgres"] {
        assert!(!answer.text.to_lowercase().contains(word), "{word}: {}", answer.text);
    }
}

/// Answered again after as many calls as there are connections to find broken.
async fn comes_back(app: &TestApp) {
    for _ in 0..20 {
        let answers = calls(app).await;
        if answers.iter().all(|answer| answer.status < 300) {
            return;
        }
        for answer in answers.iter().filter(|answer| answer.status >= 300) {
            told_to_come_back(answer);
        }
    }
    panic!("the application did not recover");
}

#[on_both(not_on_sqlite = "a file has no server that could cut a connection")]
async fn cut_connections_are_503_and_then_made_anew(app: TestApp) {
    let server = postgres_server().await;
    for _ in 0..3 {
        // Several at once, so that several connections are open.
        futures_util::future::join_all((0..6).map(|_| calls(&app))).await;
        cut(&server, &app).await;
        let [read, _] = calls(&app).await;
        told_to_come_back(&read);
        comes_back(&app).await;
    }
    server.close().await.expect("close");
}

#[on_both(not_on_sqlite = "a file has no server that could refuse a connection")]
async fn a_database_that_lets_nobody_in_is_503(app: TestApp) {
    let server = postgres_server().await;
    calls(&app).await;
    open(&server, &app, false).await;
    cut(&server, &app).await;
    for _ in 0..3 {
        for answer in calls(&app).await {
            told_to_come_back(&answer);
        }
    }
    open(&server, &app, true).await;
    comes_back(&app).await;
    server.close().await.expect("close");
}

#[on_both]
async fn a_closed_pool_is_503(app: TestApp) {
    app.state.store().close().await.expect("close");
    for answer in calls(&app).await {
        told_to_come_back(&answer);
    }
}
