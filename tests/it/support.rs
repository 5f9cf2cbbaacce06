//! A whole application per test, on a database of its own: SQLite and PostgreSQL both. Every answer
//! is held against the published document on its way to the test.

use std::num::NonZeroU32;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use actix_http::Request;
use actix_web::http::{Method, header::HeaderMap};
use actix_web::test::TestRequest;
use ascms_domain::access::Action;
use ascms_domain::documents::{MediaType, Verdict};
use ascms_http::documents::objects::Objects;
use ascms_http::documents::scanner::{Fake, Scanner};
use ascms_http::incoming::pace::Pace;
use ascms_http::sandbox::Sandbox;
use ascms_http::{AppState, Clock, Outside, Settings};
use ascms_persistence::postgres::Limits;
use ascms_persistence::publications::Protected;
use ascms_persistence::{DatabaseSettings, Store};
use chrono::{DateTime, Utc};
use futures_util::future::LocalBoxFuture;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use serde_json::{Value, json};

use crate::given::World;

mod database;
mod document;
mod keys;
pub mod network;
mod statements;
mod traces;

pub use ascms_test_macros::on_both;
pub use database::{APPLICATION, OwnDatabase, blank, by_application, postgres_server};
pub use keys::Keys;
use traces::Watch;
pub use traces::{own, watched};

pub const ISSUER: &str = "https://issuer.invalid";
pub const AUDIENCE: &str = "ascms";
/// How large a document may be in the tests.
pub const DOCUMENT_MAX_BYTES: u64 = 2 * 1024 * 1024;
/// A Monday, 13:00 in New Zealand, in the eighth week of Term 1.
pub const NOW: &str = "2026-03-16T00:00:00Z";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Sqlite,
    Postgres,
}

type Service = Rc<dyn Fn(Request) -> LocalBoxFuture<'static, Answer>>;

pub struct TestApp {
    pub state: AppState,
    pub world: World,
    pub on: On,
    /// Where the content of documents is; gone with the test.
    pub documents: Rc<Folder>,
    url: String,
    clock: Arc<Mutex<DateTime<Utc>>>,
    service: Service,
    keys: Rc<Keys>,
    /// The database, which goes with the last server on it, and what is noted of its changes.
    pub watch: Watch,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    pub text: String,
    pub json: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The code of a problem; an empty text for anything else.
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    /// Where the faults of a problem are: pointers and parameters, in order.
    pub fn faults(&self) -> Vec<String> {
        let place = |fault: &Value| {
            let at = fault["pointer"].as_str().or(fault["parameter"].as_str());
            format!("{} {}", at.unwrap_or_default(), fault["code"].as_str().unwrap_or_default())
        };
        let mut faults: Vec<String> =
            self.json["errors"].as_array().into_iter().flatten().map(place).collect();
        faults.sort();
        faults
    }

    pub fn id(&self) -> String {
        self.json["id"].as_str().unwrap_or_else(|| panic!("no id: {self:?}")).to_owned()
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.text);
    }
}

#[expect(clippy::disallowed_methods, reason = "the tests' own settings")]
pub fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl TestApp {
    /// On a database of its own, with the stage built.
    pub async fn start(on: On) -> Self {
        let database = match on {
            On::Sqlite => database::sqlite_copy().await,
            On::Postgres => database::postgres_copy().await,
        };
        let store = connect(&by_application(database.url())).await;
        Self::on_a_store(on, database, store).await
    }

    /// On a database that is there, as it is, by the role that owns it.
    pub async fn on_database(on: On, database: OwnDatabase) -> Self {
        let store = connect(database.url()).await;
        Self::on_a_store(on, database, store).await
    }

    async fn on_a_store(on: On, database: OwnDatabase, store: Store) -> Self {
        let world = World::known();
        let clock = Arc::new(Mutex::new(at(NOW)));
        let keys = Rc::new(Keys::make());
        let documents = Rc::new(Folder::make());
        let outside = documents.with_scanner(Arc::new(Fake(Verdict::Clean)));
        let state = AppState::new(store, ticking(&clock), keys.verifier(), outside, settings());
        let (service, url) = (service(&state).await, database.url().to_owned());
        let watch = Watch::of(on, database);
        Self { state, world, on, documents, watch, url, clock, service, keys }
    }

    /// Moves the clock.
    pub fn set_time(&self, instant: &str) {
        *self.clock.lock().unwrap() = at(instant);
    }

    pub fn now(&self) -> DateTime<Utc> {
        *self.clock.lock().unwrap()
    }

    /// Somebody of the world, by the subject of their sign-in.
    pub fn as_(&self, subject: &str) -> Client<'_> {
        Client { app: self, sign_in: SignIn::Subject(subject.to_owned()) }
    }

    pub fn nobody(&self) -> Client<'_> {
        Client { app: self, sign_in: SignIn::Nobody }
    }

    /// Good claims for a subject.
    pub fn claims(&self, subject: &str) -> Value {
        let now = self.now().timestamp();
        let scope: Vec<&str> = Action::ALL.iter().map(|action| action.as_str()).collect();
        json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": subject, "iat": now, "exp": now + 3600,
            "scope": scope.join(" "), "amr": ["pwd", "mfa"], "client_id": subject,
            "auth_time": now,
        })
    }

    pub fn with_claims(&self, claims: Value) -> Client<'_> {
        self.with_token(self.keys.sign(&claims))
    }

    pub fn with_token(&self, token: String) -> Client<'_> {
        Client { app: self, sign_in: SignIn::Token(token) }
    }

    /// A store that migrates: on PostgreSQL by the role that owns the tables.
    pub async fn owner(&self) -> Store {
        connect(&self.url).await
    }

    /// Where the database is, for a program of its own.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The issuer's keys, to make tokens that a good issuer would not.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The service itself, for calls that a [`Client`] can't make.
    pub async fn raw(&self, request: Request) -> Answer {
        (self.service)(request).await
    }

    /// What the database is called on its server.
    pub fn database_name(&self) -> &str {
        let path = self.url.split('?').next().unwrap_or_default();
        path.rsplit('/').next().unwrap_or_default()
    }

    /// The database, to look at what no operation shows, and to set up what no operation does: what
    /// is changed by this connection is the test's own, and leaves no trace.
    pub async fn database(&self) -> DatabaseConnection {
        own(&self.url, 10).await
    }

    /// How many rows a table has that fit a condition.
    pub async fn count(&self, table: &str, condition: &str) -> i64 {
        let db = Database::connect(&self.url).await.expect("the test's database");
        let sql = format!("SELECT count(*) AS n FROM {table} WHERE {condition}");
        let backend = db.get_database_backend();
        let row = db.query_one_raw(Statement::from_string(backend, sql)).await.expect("a count");
        let count = row.expect("a row").try_get::<i64>("", "n").expect("a number");
        db.close().await.expect("close");
        count
    }

    /// Another server on the same database, as a second node would be.
    pub async fn another_node(&self) -> Self {
        self.with(self.state.outside().clone(), settings()).await
    }

    /// Another server on the same database and folder, with this scanner.
    pub async fn with_scanner(&self, scanner: Arc<dyn Scanner>) -> Self {
        self.with(self.documents.with_scanner(scanner), settings()).await
    }

    /// Another server on the same database, whose documents are somewhere else.
    pub async fn with_objects(&self, objects: Objects) -> Self {
        let scanner = self.state.outside().scanner.clone();
        self.with(Outside { objects, scanner }, settings()).await
    }

    /// Another server on this database, with the documents of another one.
    pub async fn with_documents_of(&self, other: &Self) -> Self {
        let node = self.with(other.state.outside().clone(), settings()).await;
        Self { documents: other.documents.clone(), ..node }
    }

    /// Lets the clock go on from an instant for so many days, and notes it as a server does.
    pub async fn steady(&self, from: &str, days: i64) {
        for day in 0..=days {
            let now = at(from) + chrono::TimeDelta::days(day);
            self.state.store().note_instant(now).await.expect("noted");
            *self.clock.lock().unwrap() = now;
        }
    }

    /// Another server on the same database, where every caller has so few requests a minute.
    pub async fn with_budget(&self, requests_per_minute: u32) -> Self {
        let settings = Settings { requests_per_minute, ..settings() };
        self.with(self.state.outside().clone(), settings).await
    }

    /// Another server on the same database, where every caller may guess so often an hour.
    pub async fn with_guesses(&self, guesses_per_hour: u32) -> Self {
        let settings = Settings { guesses_per_hour, ..settings() };
        self.with(self.state.outside().clone(), settings).await
    }

    /// Another server, on what another address leads to: the same database by another way, or a
    /// copy of it.
    pub async fn at(&self, url: String) -> Self {
        self.reaching(url, self.state.outside().clone(), settings()).await
    }

    /// Another server on the same database, for browsers that come by TLS.
    pub async fn with_hsts(&self, hsts_seconds: u32) -> Self {
        let settings = Settings { hsts_seconds, ..settings() };
        self.with(self.state.outside().clone(), settings).await
    }

    /// Another server on the same database, which is a sandbox.
    pub async fn as_sandbox(&self, sandbox: Arc<dyn Sandbox>) -> Self {
        let settings = Settings { sandbox: Some(sandbox), ..settings() };
        self.with(self.state.outside().clone(), settings).await
    }

    async fn with(&self, outside: Outside, settings: Settings) -> Self {
        self.reaching(self.url.clone(), outside, settings).await
    }

    async fn reaching(&self, url: String, outside: Outside, settings: Settings) -> Self {
        let store = connect(&url).await;
        self.on_store(store, url, outside, settings).await
    }

    /// The same as [`TestApp::at`], with commits that wait for the disk and for a standby.
    pub async fn durably_at(&self, url: String) -> Self {
        let durable = DatabaseSettings { durable: true, ..database_settings(&url) };
        let store = Store::connect(&durable).await.expect("connect");
        self.on_store(store, url, self.state.outside().clone(), settings()).await
    }

    async fn on_store(
        &self,
        store: Store,
        url: String,
        outside: Outside,
        settings: Settings,
    ) -> Self {
        let (clock, verifier) = (ticking(&self.clock), self.keys.verifier());
        let state = AppState::new(store, clock, verifier, outside, settings);
        let service = service(&state).await;
        Self {
            state,
            world: World::known(),
            on: self.on,
            documents: self.documents.clone(),
            url,
            clock: self.clock.clone(),
            service,
            keys: self.keys.clone(),
            watch: self.watch.clone(),
        }
    }
}

/// A folder for the documents of one test.
pub struct Folder(std::path::PathBuf);

impl Folder {
    pub fn make() -> Self {
        let name = format!("ascms-documents-{}", uuid::Uuid::now_v7());
        Self(std::env::temp_dir().join(name))
    }

    fn with_scanner(&self, scanner: Arc<dyn Scanner>) -> Outside {
        let objects = Objects::in_folder(self.0.clone()).expect("a folder");
        Outside { objects, scanner }
    }

    pub fn path(&self) -> &std::path::Path {
        &self.0
    }

    /// Every file in it: content, and what should be some.
    pub fn files(&self) -> Vec<String> {
        self.files_in("")
    }

    /// What was moved aside.
    pub fn aside(&self) -> Vec<String> {
        self.files_in("ascms/aside")
    }

    fn files_in(&self, folder: &str) -> Vec<String> {
        let folder = self.0.join(folder);
        let entries = std::fs::read_dir(folder).into_iter().flatten();
        let entries = entries.map(|entry| entry.expect("an entry"));
        let files = entries.filter(|entry| entry.file_type().expect("a type").is_file());
        let names = files.map(|entry| entry.file_name().into_string());
        names.collect::<Result<_, _>>().expect("names")
    }

    /// Puts a file there, or lets one that is there look as if it had been there for years.
    pub fn age(&self, name: &str) {
        let path = self.0.join(name);
        let file = std::fs::File::options().create(true).append(true).open(path).expect("a file");
        let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_600_000_000);
        file.set_modified(long_ago).expect("an age");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What can not be removed is the temporary folder's.
        std::fs::remove_dir_all(&self.0).unwrap_or_default();
    }
}

fn ticking(clock: &Arc<Mutex<DateTime<Utc>>>) -> Clock {
    let clock = clock.clone();
    Clock::new(move || *clock.lock().unwrap())
}

pub fn settings() -> Settings {
    Settings {
        public_url: "https://api.ascms.invalid".to_owned(),
        sandbox: None,
        cors_origins: vec!["https://frontend.invalid".to_owned()],
        cursor_key: vec![7; 32],
        hsts_seconds: 0,
        requests_per_minute: 100_000,
        calls_at_once: 1000,
        guesses_per_hour: 1_000_000,
        pace: Pace::SLOWEST,
        mfa_acr_values: vec!["urn:example:mfa".to_owned()],
        document_max_bytes: DOCUMENT_MAX_BYTES,
        document_types: MediaType::ALL.to_vec(),
        document_grace_days: 14,
        published: Protected { threshold: 6, base: NonZeroU32::new(3).unwrap() },
    }
}

pub async fn connect(url: &str) -> Store {
    Store::connect(&database_settings(url)).await.expect("connect")
}

fn database_settings(url: &str) -> DatabaseSettings {
    let (url, limits) = (url.to_owned(), Limits::default());
    DatabaseSettings { url, connections: 8, durable: false, limits }
}

async fn service(state: &AppState) -> Service {
    document::recall();
    let service = Rc::new(actix_web::test::init_service(ascms_http::app(state)).await);
    Rc::new(move |request: Request| {
        let service = service.clone();
        Box::pin(async move {
            let response = actix_web::test::call_service(&*service, request).await;
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let bytes = actix_web::test::read_body(response).await;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let json = serde_json::from_str(&text).unwrap_or(Value::Null);
            Answer { status, headers, bytes: bytes.to_vec(), text, json }
        })
    })
}

/// Somebody's way to call.
pub struct Client<'a> {
    app: &'a TestApp,
    sign_in: SignIn,
}

enum SignIn {
    Nobody,
    /// A fresh token for every call, so that a test may move the clock.
    Subject(String),
    Token(String),
}

impl Client<'_> {
    pub async fn get(&self, path: &str) -> Answer {
        self.send(TestRequest::get(), Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(TestRequest::post(), Method::POST, path, Some(body)).await
    }

    /// An operation that takes no body.
    pub async fn post_empty(&self, path: &str) -> Answer {
        self.send(TestRequest::post(), Method::POST, path, None).await
    }

    /// With an `Idempotency-Key`.
    pub async fn post_keyed(&self, path: &str, key: &str, body: Value) -> Answer {
        let request = TestRequest::post().insert_header(("idempotency-key", key));
        self.send(request, Method::POST, path, Some(body)).await
    }

    /// An edit of the version that an answer showed.
    pub async fn patch(&self, path: &str, read: &Answer, body: Value) -> Answer {
        let etag = read.header("etag").expect("an etag").to_owned();
        self.patch_if(path, Some(&etag), body).await
    }

    pub async fn patch_if(&self, path: &str, if_match: Option<&str>, body: Value) -> Answer {
        let mut request =
            TestRequest::patch().insert_header(("content-type", "application/merge-patch+json"));
        if let Some(etag) = if_match {
            request = request.insert_header(("if-match", etag));
        }
        self.send(request, Method::PATCH, path, Some(body)).await
    }

    /// Any method, with the media type that the method's bodies have.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = TestRequest::default();
        if method == Method::PATCH {
            request = request
                .insert_header(("content-type", "application/merge-patch+json"))
                .insert_header(("if-match", "*"));
        }
        self.send(request, method, path, body).await
    }

    pub async fn send(
        &self,
        mut request: TestRequest,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        if let Some(body) = body {
            if method != Method::PATCH {
                request = request.insert_header(("content-type", "application/json"));
            }
            request = request.set_payload(body.to_string());
        }
        self.send_as_is(request, method, path).await
    }

    /// A request that has its body already.
    pub async fn send_as_is(&self, mut request: TestRequest, method: Method, path: &str) -> Answer {
        let token = match &self.sign_in {
            SignIn::Nobody => None,
            SignIn::Subject(subject) => Some(self.app.keys.sign(&self.app.claims(subject))),
            SignIn::Token(token) => Some(token.clone()),
        };
        if let Some(token) = token {
            request = request.insert_header(("authorization", format!("Bearer {token}")));
        }
        let request = request.method(method.clone()).uri(path).to_request();
        let answer = self.app.raw(request).await;
        crate::openapi::hold_against_document(&method, path, &answer);
        answer
    }
}

pub fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().expect("an RFC 3339 instant")
}
