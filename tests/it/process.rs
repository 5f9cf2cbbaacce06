//! The program as it serves, in a process of its own: to be killed, stopped, starved and measured.

use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use ascms_domain::documents::Verdict;
use ascms_http::documents::objects::Objects;
use ascms_http::documents::scanner::Fake;
use ascms_http::incoming::pace::Pace;
use ascms_http::tokens::{IssuerSettings, JwksSource, TokenVerifier};
use ascms_http::{AppState, Clock, Outside, Settings};
use ascms_server::listening::{Listening, Patience, Port, listen};
use ascms_server::stopping::{self, Stages};
use jsonwebtoken::jwk::JwkSet;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::support::{self, AUDIENCE, Folder, ISSUER, NOW, TestApp};

/// Longer than any start and any end takes, so that a server that hangs fails the test.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How the server is set, where a test is about it.
#[derive(Clone, Copy, Debug)]
pub struct Set {
    pub calls_at_once: u32,
    /// In milliseconds, as the others.
    pub body_window: u64,
    pub without_call: u64,
    pub unread: u64,
    pub connections: usize,
    pub lame_duck: u64,
    pub shutdown_seconds: u64,
    /// What the program does when its calls have come to their end.
    pub then: &'static str,
}

pub const USUAL: Set = Set {
    calls_at_once: 1000,
    body_window: 15_000,
    without_call: 12_000,
    unread: 15_000,
    connections: 1000,
    lame_duck: 0,
    shutdown_seconds: 5,
    then: "end",
};

/// Not a test: the program as it serves. It says by a connection on which port it can be called.
#[ignore = "the server that the other tests start and end"]
#[actix_web::test]
async fn server() {
    let Some(told) = support::setting("ASCMS_TEST_SERVER") else { return };
    let told: Value = serde_json::from_str(&told).expect("what to serve");
    let text = |name: &str| told[name].as_str().expect(name).to_owned();
    let number = |name: &str| told[name].as_u64().expect(name);
    let millis = |name: &str| Duration::from_millis(number(name));
    let keys: JwkSet = serde_json::from_value(told["keys"].clone()).expect("keys");
    let issuer = IssuerSettings {
        issuer: ISSUER.to_owned(),
        audience: AUDIENCE.to_owned(),
        jwks: JwksSource::Keys(keys),
    };
    let verifier = TokenVerifier::new(vec![issuer]).expect("a verifier");
    let store = support::connect(&text("database")).await;
    let objects = Objects::in_folder(text("documents").into()).expect("a folder");
    let outside = Outside { objects, scanner: Arc::new(Fake(Verdict::Clean)) };
    let clock = Clock::new(|| support::at(NOW));
    let settings = Settings {
        calls_at_once: number("callsAtOnce").try_into().expect("a number"),
        pace: Pace { window: millis("bodyWindow"), bytes: 64 * 1024 },
        ..support::settings()
    };
    let state = AppState::new(store.clone(), clock, verifier, outside, settings);
    let patience = Patience {
        without_call: millis("withoutCall"),
        unread: millis("unread"),
        least: 64 * 1024,
    };
    let address = "127.0.0.1:0".parse().expect("an address");
    let listener = Port::take(address).and_then(Port::open).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let listening = Listening {
        workers: Some(2),
        connections: number("connections").try_into().expect("a number"),
        shutdown_seconds: number("shutdownSeconds"),
        patience,
    };
    let server = listen(listener, listening, state.clone()).expect("a server");
    let stages = Stages {
        lame_duck: millis("lameDuck"),
        shutdown: Duration::from_secs(number("shutdownSeconds")),
        afterwards: Duration::from_secs(1),
    };
    let (stop, _) = watch::channel(false);
    stopping::on_signal(server.handle(), stages, stop, move || state.stop_soon()).expect("signals");
    let parent = TcpStream::connect(text("parent")).await.expect("the parent");
    parent.writable().await.expect("a connection");
    parent.try_write(&port.to_be_bytes()).expect("told");
    server.await.expect("until it is told to stop");
    match text("then").as_str() {
        "wait for ever" => std::future::pending().await,
        "block the thread" => loop {
            std::thread::park();
        },
        _ => store.close().await.expect("close"),
    }
}

/// A server that runs, and where it is called.
pub struct Running {
    process: Child,
    pub base: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Running {
    pub async fn start(app: &TestApp, documents: &Folder) -> Self {
        Self::set(app, documents, USUAL).await
    }

    /// The same with something said about the process first.
    pub async fn start_with(
        app: &TestApp,
        documents: &Folder,
        run: impl FnOnce(PathBuf) -> Command,
    ) -> Self {
        Self::run(app, run, documents, USUAL).await
    }

    pub async fn set(app: &TestApp, documents: &Folder, set: Set) -> Self {
        Self::run(app, Command::new, documents, set).await
    }

    async fn run(
        app: &TestApp,
        run: impl FnOnce(PathBuf) -> Command,
        documents: &Folder,
        set: Set,
    ) -> Self {
        let parent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let told = json!({
            "database": app.url(), "keys": { "keys": [app.keys().public()] },
            "documents": documents.path(), "parent": parent.local_addr().expect("an address"),
            "callsAtOnce": set.calls_at_once, "bodyWindow": set.body_window,
            "withoutCall": set.without_call, "unread": set.unread,
            "connections": set.connections, "lameDuck": set.lame_duck,
            "shutdownSeconds": set.shutdown_seconds, "then": set.then,
        });
        let program = std::env::current_exe().expect("the test binary");
        let process = run(program)
            .args(["--exact", "process::server", "--ignored"])
            .env("ASCMS_TEST_SERVER", told.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a process");
        let mut started = Self { process, base: String::new() };
        let listening = async {
            let (connection, _) = parent.accept().await.expect("the server");
            let mut port = [0; 2];
            loop {
                connection.readable().await.expect("a port");
                match connection.try_read(&mut port) {
                    Ok(2) => return u16::from_be_bytes(port),
                    Err(err) if err.kind() == std::io::ErrorKind::WouldBlock => {}
                    other => panic!("{other:?}"),
                }
            }
        };
        let port = tokio::time::timeout(PATIENCE, listening).await.expect("a server");
        started.base = format!("http://127.0.0.1:{port}");
        started
    }

    /// Host and port, for a socket.
    pub fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// SIGKILL: nothing of it runs on.
    pub fn kill(&mut self) {
        self.process.kill().unwrap_or_default();
        self.process.wait().expect("its end");
    }

    /// Sends it a signal by name.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.process.id().to_string()]).status();
        assert!(sent.expect("kill").success(), "{name}");
    }

    /// How it ended, once it has.
    pub async fn end(&mut self) -> ExitStatus {
        let ended = async {
            loop {
                if let Some(status) = self.process.try_wait().expect("a process") {
                    return status;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, ended).await.expect("the process ends")
    }

    /// The memory that it has, in KiB, and the most that it had since it was last asked to forget.
    pub fn memory(&self) -> (u64, u64) {
        let path = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(path).expect("the process");
        let line = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).expect("a line");
            line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("KiB")
        };
        (line("VmRSS:"), line("VmHWM:"))
    }

    pub fn forget_peak(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.process.id()), "5").expect("the peak");
    }

    /// How many files and connections it has open.
    pub fn descriptors(&self) -> usize {
        let open = std::fs::read_dir(format!("/proc/{}/fd", self.process.id()));
        open.expect("the process").count()
    }
}
