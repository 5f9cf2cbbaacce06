//! The databases that tests have for themselves do not fill the disk.

use std::path::Path;

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::support::{On, TestApp, on_both, postgres_server};

async fn is_there(on: On, name: &str, url: &str) -> bool {
    match on {
        On::Sqlite => ["", "-wal", "-shm"].iter().any(|beside| {
            let file = format!("{}{beside}", url.trim_start_matches("sqlite://"));
            Path::new(&file).exists()
        }),
        On::Postgres => {
            let server = postgres_server().await;
            let look = format!("SELECT 1 FROM pg_database WHERE datname = '{name}'");
            let look = Statement::from_string(DbBackend::Postgres, look);
            let found = server.query_one_raw(look).await.expect("a look").is_some();
            server.close().await.expect("close");
            found
        }
    }
}

#[on_both]
async fn a_database_goes_with_its_test_and_no_other_one_does(app: TestApp) {
    let of_another_test = TestApp::start(app.on).await;
    of_another_test.as_("office-support").get("/v1/referrals").await.expect(200);
    let (name, url) =
        (of_another_test.database_name().to_owned(), of_another_test.url().to_owned());
    assert!(is_there(app.on, &name, &url).await);
    drop(of_another_test);
    // PostgreSQL hears a moment later that the session has ended, and the next test drops it.
    for _ in 0..20 {
        drop(TestApp::start(app.on).await);
        if !is_there(app.on, &name, &url).await {
            break;
        }
    }
    assert!(!is_there(app.on, &name, &url).await, "{name} is still there");
    app.as_("office-support").get("/v1/referrals").await.expect(200);
}
