//! What lies between a program and PostgreSQL, and how it fails: a way that falls silent without
//! a word to either side, and a server of a test's own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::statements::{Reader, Statements};

/// When the way falls silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// As soon as these bytes want to go to the server: they do not arrive.
    Before(&'static str),
    /// As soon as these bytes have gone to the server: its answer does not arrive.
    After(&'static str),
}

/// A way to a server that can fall silent: nothing arrives any more, and nothing is closed.
pub struct Way {
    address: SocketAddr,
    silent: watch::Sender<bool>,
    plan: Arc<Mutex<Option<Silence>>>,
    statements: Statements,
}

impl Way {
    /// A way to the server of a database's address.
    pub async fn to(url: &str) -> Self {
        let server = place(url).to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (silent, heard) = watch::channel(false);
        let plan = Arc::new(Mutex::new(None));
        let (telling, planned) = (silent.clone(), plan.clone());
        let statements = Statements::default();
        let seen = statements.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(&server).await else { continue };
                client.set_nodelay(true).expect("no delay");
                server.set_nodelay(true).expect("no delay");
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                let (silent, plan, reader) =
                    (telling.clone(), planned.clone(), seen.of_connection());
                let there = Watched { silent, plan, reader };
                tokio::spawn(forward(from_client, to_server, heard.clone(), Some(there)));
                tokio::spawn(forward(from_server, to_client, heard.clone(), None));
            }
        });
        Self { address, silent, plan, statements }
    }

    /// The same database, over this way.
    pub fn url(&self, url: &str) -> String {
        url.replacen(place(url), &self.address.to_string(), 1)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The statements that went over it.
    pub fn statements(&self) -> &Statements {
        &self.statements
    }

    pub fn fall_silent(&self) {
        self.silent.send_replace(true);
    }

    pub fn fall_silent_at(&self, silence: Silence) {
        *self.plan.lock().unwrap() = Some(silence);
    }

    pub fn is_silent(&self) -> bool {
        *self.silent.borrow()
    }

    /// What was held up goes on.
    pub fn speak(&self) {
        *self.plan.lock().unwrap() = None;
        self.silent.send_replace(false);
    }
}

/// Host and port of an address.
fn place(url: &str) -> &str {
    let (_, rest) = url.split_once("://").expect("an address");
    let authority = rest.split('/').next().expect("an authority");
    authority.rsplit('@').next().expect("a place")
}

/// What the direction to the server is watched for.
struct Watched {
    silent: watch::Sender<bool>,
    plan: Arc<Mutex<Option<Silence>>>,
    reader: Reader,
}

impl Watched {
    /// Whether these bytes are what was waited for, and on which side of them silence begins.
    fn due(&self, bytes: &[u8]) -> Option<Silence> {
        let mut plan = self.plan.lock().unwrap();
        let (Silence::Before(words) | Silence::After(words)) = (*plan)?;
        let found = bytes.windows(words.len()).any(|window| window == words.as_bytes());
        if found { plan.take() } else { None }
    }
}

async fn forward(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut heard: watch::Receiver<bool>,
    mut watched: Option<Watched>,
) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        if let Some(watched) = &mut watched {
            watched.reader.read(&bytes[..count]);
        }
        let due = watched.as_ref().and_then(|watched| watched.due(&bytes[..count]));
        let silence = || watched.as_ref().map(|watched| watched.silent.send_replace(true));
        if let Some(Silence::Before(_)) = due {
            silence();
        }
        if let Some(Silence::After(_)) = due {
            // The answer is held up before it can be on its way.
            silence();
            if to.write_all(&bytes[..count]).await.is_err() {
                break;
            }
            continue;
        }
        let heard = heard.wait_for(|silent| !*silent).await.is_ok();
        if !heard || to.write_all(&bytes[..count]).await.is_err() {
            break;
        }
    }
}

/// A PostgreSQL server that a test may do to what it likes.
pub struct OwnServer {
    process: Child,
    /// Of its database `postgres`.
    pub url: String,
}

impl OwnServer {
    pub async fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/with-postgres");
        let mut process = Command::new(script)
            // It lives until nobody holds the other end of its input.
            .args(["bash", "-c", "echo $TEST_DATABASE_URL; read -r _ || true"])
            .env_remove("TEST_DATABASE_URL")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a server");
        let output = process.stdout.take().expect("its output");
        let told = tokio::task::spawn_blocking(move || {
            let mut url = String::new();
            BufReader::new(output).read_line(&mut url).map(|_| url)
        });
        let told = tokio::time::timeout(Duration::from_secs(60), told).await.expect("a start");
        let url = told.expect("a thread").expect("a url").trim().to_owned();
        assert!(url.starts_with("postgres://"), "no server: {url}");
        Self { process, url }
    }

    /// The address of another of its databases.
    pub fn database(&self, name: &str) -> String {
        self.url.replacen("/postgres?", &format!("/{name}?"), 1)
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().expect("its end");
    }
}
