//! A database per test: a copy of a migrated one with the stage built, which the first test of a
//! build makes. It goes when its test has ended, passed or failed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement,
};

use super::{On, connect, setting, traces};
use crate::given;

/// After how long a template or a file that a killed test has left is removed.
const OLD: Duration = Duration::from_secs(24 * 60 * 60);

/// The database of one test, which is there for as long as this is.
pub struct OwnDatabase {
    url: String,
    _file: Option<OwnFile>,
    /// A session of PostgreSQL that has the database's name. It ends with the test, even with one
    /// that is killed; the next test drops the databases whose sessions have ended. So a server of
    /// one's own keeps the template and the databases of the last few tests.
    _session: Option<DatabaseConnection>,
}

impl OwnDatabase {
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// A database of SQLite.
struct OwnFile(PathBuf);

impl Drop for OwnFile {
    fn drop(&mut self) {
        for beside in ["", "-wal", "-shm", "-journal"] {
            let file = format!("{}{beside}", self.0.display());
            // What is not there need not go, and what can not be removed is the next build's.
            fs::remove_file(file).unwrap_or_default();
        }
    }
}

/// When the tests were built, in microseconds: another build makes another template.
pub(super) fn build() -> u128 {
    let binary = std::env::current_exe().expect("the test binary");
    let built = fs::metadata(&binary).and_then(|meta| meta.modified()).expect("its age");
    built.duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_micros()
}

/// What the names of all templates begin with; the build follows.
const TEMPLATE: &str = "ascms_template_";

/// What the names of all tests' databases begin with.
const TEST: &str = "ascms_test_";

fn new_name() -> String {
    format!("{TEST}{}", uuid::Uuid::now_v7().simple())
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

/// What tests leave to each other, and files of databases.
pub(super) fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join("ascms-tests");
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn in_file(path: PathBuf) -> OwnDatabase {
    let url = format!("sqlite://{}", path.display());
    OwnDatabase { url, _file: Some(OwnFile(path)), _session: None }
}

/// Copies the migrated file, which the first test of a build makes.
pub(super) async fn sqlite_copy() -> OwnDatabase {
    let template = folder().join(format!("{TEMPLATE}{}.db", build()));
    let copy = folder().join(format!("{}.db", new_name()));
    // Another build may just have removed it, if this one is old.
    if fs::copy(&template, &copy).is_err() {
        make_template(&template).await;
        fs::copy(&template, &copy).expect("copy");
    }
    in_file(copy)
}

async fn make_template(template: &Path) {
    remove_old(&folder());
    let draft = folder().join(format!("draft-{}.db", uuid::Uuid::now_v7()));
    let url = format!("sqlite://{}", draft.display());
    let store = connect(&url).await;
    store.migrate().await.expect("migrate");
    given::build(&store).await;
    // What stands in the write-ahead log belongs into the file that is copied.
    store.close().await.expect("close");
    traces::install(&url, On::Sqlite).await;
    fs::rename(&draft, template).expect("rename");
}

/// Removes the templates of builds long gone, and what killed tests have left. Another test may do
/// the same at the same time.
fn remove_old(folder: &Path) {
    for entry in fs::read_dir(folder).expect("the folder").flatten() {
        let age = entry.metadata().and_then(|meta| meta.modified()).map(|then| then.elapsed());
        if matches!(age, Ok(Ok(age)) if age > OLD) {
            fs::remove_file(entry.path()).unwrap_or_default();
        }
    }
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

/// PostgreSQL, by a session of its own.
struct Server {
    url: String,
    db: DatabaseConnection,
}

impl Server {
    /// By a session that has a database's name, and keeps it until it ends.
    async fn keeping(name: &str) -> Self {
        let url = server_url();
        let mut options = ConnectOptions::new(&url);
        // One session, which does not end before its time.
        options.max_connections(1).idle_timeout(None).max_lifetime(None);
        options.set_application_name(name);
        let db = Database::connect(options).await.expect("PostgreSQL");
        Self { url, db }
    }

    async fn run(&self, sql: &str) {
        let done = self.db.execute_unprepared(sql).await;
        done.unwrap_or_else(|err| panic!("{sql}: {err}"));
    }

    /// The databases whose names begin so and for which the condition holds.
    async fn databases(&self, begin: &str, condition: &str) -> Vec<String> {
        let sql = format!(
            "SELECT datname::text FROM pg_database \
             WHERE starts_with(datname::text, '{begin}') AND {condition}"
        );
        self.texts(&sql).await
    }

    async fn texts(&self, sql: &str) -> Vec<String> {
        let rows = self.db.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await;
        let rows = rows.unwrap_or_else(|err| panic!("{sql}: {err}"));
        rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
    }

    fn url_of(&self, name: &str) -> String {
        let (server, options) = self.url.split_once('?').unwrap_or((&self.url, ""));
        let (server, _) = server.rsplit_once('/').expect("a database url has a path");
        format!("{server}/{name}?{options}")
    }

    fn into_database(self, name: &str) -> OwnDatabase {
        OwnDatabase { url: self.url_of(name), _file: None, _session: Some(self.db) }
    }

    /// How to copy a template: the files themselves, past the log, where nothing waits for the disk.
    /// PostgreSQL 14 knows no other way, and no word for it.
    async fn quickest_way(&self) -> String {
        const QUICKEST: &str = "SELECT 'STRATEGY FILE_COPY' WHERE current_setting('fsync') = 'off' \
                                AND current_setting('server_version_num')::integer >= 150000";
        self.texts(QUICKEST).await.pop().unwrap_or_default()
    }

    /// Drops the databases of the tests that have ended.
    async fn drop_ended(&self) {
        const NOBODYS: &str = "NOT EXISTS (SELECT FROM pg_stat_activity AS session \
                               WHERE session.application_name = pg_database.datname)";
        for name in self.databases(TEST, NOBODYS).await {
            self.run(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }

    /// Makes the template, and drops those of builds long gone.
    async fn make_template(&self, name: &str) {
        for other in self.databases(TEMPLATE, "true").await {
            let built = other.trim_start_matches(TEMPLATE).trim_end_matches("_draft").parse();
            if built.is_ok_and(|built: u128| built + OLD.as_micros() < build()) {
                self.run(&format!("DROP DATABASE {other} WITH (FORCE)")).await;
            }
        }
        let draft = format!("{name}_draft");
        self.run(&format!("DROP DATABASE IF EXISTS {draft}")).await;
        self.run(&format!("CREATE DATABASE {draft}")).await;
        let role = format!(
            "DO $$ BEGIN CREATE ROLE {APPLICATION} LOGIN PASSWORD '{APPLICATION}'; \
             EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        );
        self.run(&role).await;
        let store = connect(&self.url_of(&draft)).await;
        store.migrate_for(Some(APPLICATION)).await.expect("migrate");
        given::build(&store).await;
        store.close().await.expect("close");
        traces::install(&self.url_of(&draft), On::Postgres).await;
        self.run(&format!("ALTER DATABASE {draft} RENAME TO {name}")).await;
    }
}

/// Copies the migrated database, which the first test of a build makes.
pub(super) async fn postgres_copy() -> OwnDatabase {
    let (name, template) = (new_name(), format!("{TEMPLATE}{}", build()));
    let server = Server::keeping(&name).await;
    // One test at a time: the first makes the template, and what has ended is dropped once.
    server.run("SELECT pg_advisory_lock(20260105)").await;
    server.drop_ended().await;
    if !server.databases(&template, "true").await.contains(&template) {
        server.make_template(&template).await;
    }
    let by = server.quickest_way().await;
    server.run(&format!("CREATE DATABASE {name} TEMPLATE {template} {by}")).await;
    server.run("SELECT pg_advisory_unlock(20260105)").await;
    server.into_database(&name)
}

/// The server's own database, from which others can be closed.
pub async fn postgres_server() -> DatabaseConnection {
    let admin_url = server_url();
    Database::connect(&admin_url).await.expect("PostgreSQL")
}

/// An empty database, not even migrated.
pub async fn blank(on: On) -> OwnDatabase {
    let name = new_name();
    if on == On::Sqlite {
        return in_file(folder().join(format!("{name}.db")));
    }
    let server = Server::keeping(&name).await;
    server.run(&format!("CREATE DATABASE {name}")).await;
    server.into_database(&name)
}
