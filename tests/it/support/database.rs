//! A database per test: a copy of a migrated one with the stage built, which the first test of a
//! build makes.

use std::path::PathBuf;

use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};

use super::{On, connect, setting, traces};
use crate::given;

/// Names a template after this build of the tests: another build makes another one.
fn template_name() -> String {
    let binary = std::env::current_exe().expect("the test binary");
    let built = std::fs::metadata(&binary).and_then(|meta| meta.modified()).expect("its age");
    let age = built.duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_micros();
    format!("ascms_template_{age}")
}

/// The role that the application has on PostgreSQL, as in production.
pub const APPLICATION: &str = "ascms_app";

/// The same database by the application's role; on SQLite, which has no roles, the same address.
pub fn by_application(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://").filter(|(scheme, _)| *scheme != "sqlite")
    else {
        return url.to_owned();
    };
    let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
    format!("{scheme}://{APPLICATION}:{APPLICATION}@{place}")
}

/// Copies the migrated file, which the first test of a build makes.
pub(super) async fn sqlite_copy() -> String {
    let folder: PathBuf = std::env::temp_dir().join("ascms-tests");
    std::fs::create_dir_all(&folder).expect("a folder");
    let template = folder.join(format!("{}.db", template_name()));
    if !template.exists() {
        let draft = folder.join(format!("draft-{}.db", uuid::Uuid::now_v7()));
        let url = format!("sqlite://{}", draft.display());
        let store = connect(&url).await;
        store.migrate().await.expect("migrate");
        given::build(&store).await;
        // What stands in the write-ahead log belongs into the file that is copied.
        store.close().await.expect("close");
        traces::install(&url, On::Sqlite).await;
        std::fs::rename(&draft, &template).expect("rename");
    }
    let copy = folder.join(format!("test-{}.db", uuid::Uuid::now_v7()));
    std::fs::copy(&template, &copy).expect("copy");
    format!("sqlite://{}", copy.display())
}

/// Where PostgreSQL is. `make test-sqlite` leaves out by name what needs it, so what needs it has to
/// be named for it.
fn server_url() -> String {
    let thread = std::thread::current();
    let name = setting("NEXTEST_TEST_NAME").or(thread.name().map(str::to_owned));
    let name = name.filter(|name| name != "main").unwrap_or("on_postgres".into());
    let is_named = ["::postgres", "on_postgres"].iter().any(|end| name.ends_with(end));
    assert!(is_named, "{name} needs PostgreSQL: let its name end with `on_postgres`");
    setting("TEST_DATABASE_URL").expect("TEST_DATABASE_URL: run `make test`")
}

/// Copies the migrated database, which the first test of a build makes.
pub(super) async fn postgres_copy() -> String {
    let admin_url = server_url();
    let url_of = |name: &str| {
        let (server, options) = admin_url.split_once('?').unwrap_or((&admin_url, ""));
        let (server, _) = server.rsplit_once('/').expect("a database url has a path");
        format!("{server}/{name}?{options}")
    };
    let admin = Database::connect(&admin_url).await.expect("PostgreSQL");
    let run = async |sql: String| {
        admin.execute_raw(Statement::from_string(DbBackend::Postgres, sql)).await
    };
    let template = template_name();
    // One process makes the template, the others wait for it.
    run("SELECT pg_advisory_lock(20260105)".into()).await.expect("lock");
    let made = format!("SELECT 1 AS made FROM pg_database WHERE datname = '{template}'");
    let made = admin.query_one_raw(Statement::from_string(DbBackend::Postgres, made)).await;
    if made.expect("a look").is_none() {
        let draft = format!("{template}_draft");
        run(format!("DROP DATABASE IF EXISTS {draft}")).await.expect("drop");
        run(format!("CREATE DATABASE {draft}")).await.expect("create");
        let role = format!(
            "DO $$ BEGIN CREATE ROLE {APPLICATION} LOGIN PASSWORD '{APPLICATION}'; \
             EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        );
        run(role).await.expect("a role");
        let store = connect(&url_of(&draft)).await;
        store.migrate_for(Some(APPLICATION)).await.expect("migrate");
        given::build(&store).await;
        store.close().await.expect("close");
        traces::install(&url_of(&draft), On::Postgres).await;
        run(format!("ALTER DATABASE {draft} RENAME TO {template}")).await.expect("rename");
    }
    let name = format!("ascms_test_{}", uuid::Uuid::now_v7().simple());
    run(format!("CREATE DATABASE {name} TEMPLATE {template}")).await.expect("copy");
    run("SELECT pg_advisory_unlock(20260105)".into()).await.expect("unlock");
    admin.close().await.expect("close");
    url_of(&name)
}

/// The server's own database, from which others can be closed.
pub async fn postgres_server() -> sea_orm::DatabaseConnection {
    let admin_url = server_url();
    Database::connect(&admin_url).await.expect("PostgreSQL")
}

/// An empty database, not even migrated.
pub async fn blank(on: On) -> String {
    let name = format!("ascms_test_{}", uuid::Uuid::now_v7().simple());
    if on == On::Sqlite {
        let folder: PathBuf = std::env::temp_dir().join("ascms-tests");
        std::fs::create_dir_all(&folder).expect("a folder");
        return format!("sqlite://{}", folder.join(format!("{name}.db")).display());
    }
    let admin_url = server_url();
    let admin = Database::connect(&admin_url).await.expect("PostgreSQL");
    let create = Statement::from_string(DbBackend::Postgres, format!("CREATE DATABASE {name}"));
    admin.execute_raw(create).await.expect("create");
    admin.close().await.expect("close");
    let (server, options) = admin_url.split_once('?').unwrap_or((&admin_url, ""));
    let (server, _) = server.rsplit_once('/').expect("a database url has a path");
    format!("{server}/{name}?{options}")
}
