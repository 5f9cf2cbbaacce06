//! The settings: read once from the environment, checked all together, and refused all together.
//! The table in `config/table.rs` says what there is.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use ascms_http::tokens::IssuerSettings;
use ascms_persistence::postgres::Limits;
use ascms_persistence::publications::Protected;
use chrono::TimeDelta;
use secrecy::{SecretSlice, SecretString};

use crate::config::reader::Reader;
use crate::config::show::Shown;

pub use self::documents::{DocumentPlace, Documents, ScannerChoice};
pub use self::environment::{Variables, environment};
pub use self::faults::{Fault, Faults};
pub use self::log::{Log, LogFormat};
pub use self::mail::{Mail, Way};
pub use self::mode::Mode;
pub use self::table::{ADMIN_LISTEN, DEFAULT_SANDBOX_DIR, LISTEN, SANDBOX_DIR, Setting};

mod documents;
mod environment;
mod faults;
mod issuers;
mod log;
mod mail;
mod mode;
mod parse;
mod parsed;
mod reader;
pub mod show;
mod strength;
mod table;

#[cfg(test)]
mod tests;

/// What `serve` runs on.
#[derive(Debug)]
pub struct Config {
    pub database: Database,
    pub listen: SocketAddr,
    pub admin_listen: SocketAddr,
    /// Without a slash at its end.
    pub public_url: String,
    pub trust: Trust,
    pub cors_origins: Vec<String>,
    /// `None` is one for each core.
    pub workers: Option<usize>,
    pub log: Log,
    /// 0: browsers are told nothing about TLS.
    pub hsts_seconds: u32,
    pub requests_per_minute: u32,
    pub calls_at_once: u32,
    pub guesses_per_hour: u32,
    pub lame_duck_seconds: u64,
    pub shutdown_seconds: u64,
    pub mfa_acr_values: Vec<String>,
    /// `None`: nobody gets any.
    pub mail: Option<Mail>,
    pub documents: Documents,
    pub published: Protected,
    /// How far clocks may be apart.
    pub clock_tolerance: TimeDelta,
}

/// What the commands run on that need the database and nothing else.
#[derive(Debug)]
pub struct Database {
    pub place: DatabaseLocation,
    pub connections: u32,
    pub limits: Limits,
    /// Whom `migrate` gives the application's rights.
    pub application_role: Option<String>,
    /// Whether `serve` may work with a role that owns the tables.
    pub one_role: bool,
}

#[derive(Debug)]
pub enum DatabaseLocation {
    Url(SecretString),
    /// A file of the sandbox, in this directory.
    Sandbox(PathBuf),
}

/// Whose tokens are believed, and with what cursors are signed.
#[derive(Debug)]
pub enum Trust {
    Production {
        issuers: Vec<IssuerSettings>,
        cursor_key: SecretSlice<u8>,
    },
    /// The sandbox makes both itself, in this directory; it has no other issuer.
    Sandbox {
        directory: PathBuf,
        cursor_key: Option<SecretSlice<u8>>,
    },
}

/// Where the sandbox keeps its keys, for a command that needs nothing else.
pub fn sandbox_directory(variables: Variables) -> Result<PathBuf, Faults> {
    let mut reader = Reader::new(Mode::Sandbox, variables);
    let directory = reader.read(&table::SANDBOX_DIR, parse::path);
    reader.finish(directory).0
}

impl Config {
    pub fn read(mode: Mode, variables: Variables) -> Result<Self, Faults> {
        Self::read_shown(mode, variables).0
    }

    /// Only where the database and the documents are.
    pub fn read_places(
        mode: Mode,
        variables: Variables,
    ) -> Result<(Database, Documents, Log), Faults> {
        let mut reader = Reader::new(mode, variables);
        let database = Database::assemble(&mut reader);
        let documents = Documents::assemble(&mut reader);
        let log = Log::assemble(&mut reader);
        let places = database.zip(documents).zip(log);
        reader.finish(places.map(|((database, documents), log)| (database, documents, log))).0
    }

    /// The settings, and how each of them came about.
    pub fn read_shown(mode: Mode, variables: Variables) -> (Result<Self, Faults>, Vec<Shown>) {
        let mut reader = Reader::new(mode, variables);
        let config = Self::assemble(&mut reader);
        reader.finish(config)
    }

    /// `None` when something is missing or wrong; the reader knows what. All is read before the
    /// first `?`, so that nothing goes unsaid.
    fn assemble(reader: &mut Reader) -> Option<Self> {
        let mode = reader.mode();
        let database = Database::assemble(reader);
        let listen = reader.read(&table::LISTEN, parse::address);
        let admin_listen = reader.read(&table::ADMIN_LISTEN, parse::address);
        if listen.is_some() && listen == admin_listen {
            reader.fault(&table::ADMIN_LISTEN, "it must not be the address of the API itself");
        }
        let public_url = reader.read(&table::PUBLIC_URL, |text| parse::public_url(text, mode));
        let trust = Trust::assemble(reader);
        let mfa_acr_values = reader.read(&table::MFA_ACR_VALUES, parse::list);
        let cors_origins = reader.read(&table::CORS_ORIGINS, |text| parse::origins(text, mode));
        let hsts = reader.read(&table::HSTS_SECONDS, parse::count(0, 63_072_000));
        let requests = reader.read(&table::REQUESTS_PER_MINUTE, parse::count(1, 10_000_000));
        let calls_at_once = reader.read(&table::CALLS_AT_ONCE, parse::count(1, 1000));
        let guesses = reader.read(&table::GUESSES_PER_HOUR, parse::count(1, 10_000_000));
        let workers = reader.read(&table::WORKERS, parse::count(1, 256));
        let lame_duck = reader.read(&table::LAME_DUCK_SECONDS, parse::count(0, 600));
        let shutdown_seconds = reader.read(&table::SHUTDOWN_SECONDS, parse::count(1, 600));
        let mail = Mail::assemble(reader);
        let documents = Documents::assemble(reader);
        let published = published(reader);
        let tolerance = reader.read(&table::CLOCK_TOLERANCE_SECONDS, parse::count(1, 3600));
        let log = Log::assemble(reader);
        let listen = listen?;
        Some(Self {
            database: database?,
            listen,
            admin_listen: admin_listen?,
            public_url: public_url.unwrap_or_else(|| parse::local_url(listen)),
            trust: trust?,
            cors_origins: cors_origins.unwrap_or_default(),
            workers,
            log: log?,
            hsts_seconds: hsts?,
            requests_per_minute: requests?,
            calls_at_once: calls_at_once?,
            guesses_per_hour: guesses?,
            lame_duck_seconds: lame_duck?,
            shutdown_seconds: shutdown_seconds?,
            mfa_acr_values: mfa_acr_values.unwrap_or_default(),
            mail: mail?,
            documents: documents?,
            published: published?,
            clock_tolerance: TimeDelta::seconds(tolerance?),
        })
    }
}

/// Under five, hidden counts would be few enough to be guessed; under three, rounding hides nothing.
fn published(reader: &mut Reader) -> Option<Protected> {
    let [least, most] = [3, 20].map(|base| NonZeroU32::MIN.saturating_add(base - 1));
    let threshold = reader.read(&table::PUBLISH_THRESHOLD, parse::count(5, 100));
    let base = reader.read(&table::PUBLISH_BASE, parse::count(least, most));
    Some(Protected { threshold: threshold?, base: base? })
}

impl Database {
    /// Only what `migrate` and `import` need, so that they run where no other setting is at hand.
    pub fn read(mode: Mode, variables: Variables) -> Result<(Self, Log), Faults> {
        let mut reader = Reader::new(mode, variables);
        let database = Self::assemble(&mut reader);
        let log = Log::assemble(&mut reader);
        reader.finish(database.zip(log)).0
    }

    fn assemble(reader: &mut Reader) -> Option<Self> {
        let mode = reader.mode();
        let url = reader.read(&table::DATABASE_URL, |text| parse::database(text, mode));
        let application_role = reader.read(&table::DATABASE_APPLICATION_ROLE, parse::role);
        let one_role = reader.read(&table::DATABASE_ONE_ROLE, parse::allowed);
        let connections = reader.read(&table::DATABASE_CONNECTIONS, parse::count(1, 1000));
        let statement = reader.read(&table::DATABASE_STATEMENT_SECONDS, parse::count(1, 60));
        let commit = reader.read(&table::DATABASE_COMMIT_SECONDS, parse::count(1, 120));
        let directory = reader.read(&table::SANDBOX_DIR, parse::path);
        let place =
            url.map(DatabaseLocation::Url).or_else(|| directory.map(DatabaseLocation::Sandbox));
        let [statement, commit] = [statement?, commit?].map(Duration::from_secs);
        let limits = Limits { statement, commit };
        let (place, connections) = (place?, connections?);
        Some(Self { place, connections, limits, application_role, one_role: one_role? })
    }
}

impl Trust {
    fn assemble(reader: &mut Reader) -> Option<Self> {
        let issuers = reader.read(&table::ISSUERS, issuers::parse);
        let cursor_key = reader.read(&table::CURSOR_KEY, strength::cursor_key);
        let directory = reader.read(&table::SANDBOX_DIR, parse::path);
        match reader.mode() {
            Mode::Production => {
                Some(Self::Production { issuers: issuers?, cursor_key: cursor_key? })
            }
            Mode::Sandbox => Some(Self::Sandbox { directory: directory?, cursor_key }),
        }
    }
}
