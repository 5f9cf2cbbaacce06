//! Starts the service, and stops it without breaking off what it is doing.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ascms_domain::documents::Verdict;
use ascms_http::documents::belonging::{Belonging, BelongingError, NotOurs};
use ascms_http::documents::objects::{Objects, ObjectsError};
use ascms_http::documents::scanner::{Clamd, Fake, NoScanner, Scanner};
use ascms_http::documents::upkeep;
use ascms_http::incoming::pace::Pace;
use ascms_http::sandbox::Sandbox;
use ascms_http::tokens::{IssuerSettings, JwksSource, TokenVerifier, VerifierError};
use ascms_http::{AppState, Clock, Outside, Settings};
use ascms_persistence::{MigrateError, SchemaStanding, Store, StoreError};
use ascms_server::descriptors;
use ascms_server::listening::{Listening, Patience, listen};
use ascms_server::rights::{self, WrongRights};
use ascms_server::stopping::{self, Stages};
use chrono::{DateTime, Utc};
use metrics_exporter_prometheus::BuildError;
use secrecy::{ExposeSecret, SecretSlice};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::admin::{self, Watch};
use crate::clock::Last;
use crate::config::{
    Config, DEFAULT_SANDBOX_DIR, Database, DocumentPlace, Documents, Faults, Mail, ScannerChoice,
    Trust, Way,
};
use crate::database::OpenError;
use crate::forgetting::forget_what_is_old;
use crate::mail::Mailer;
use crate::progress::Bar;
use crate::reserved::Reserved;
use crate::sandbox::keys::{self, KeyError, SandboxKeys};
use crate::sandbox::nation::{self, SeedError};
use crate::sandbox::welcome::{self, Reached};
use crate::sandbox::{AUDIENCE, ISSUER};
use crate::time_check::{TimeKeeper, WrongTime};
use crate::{background, causes, clock, cursor_key, database, mail, metrics};

#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0} migrations are not applied: run `ascms migrate` first")]
    NotMigrated(usize),
    #[error(transparent)]
    Rights(#[from] WrongRights),
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    #[error("{}", causes::chain(.0))]
    Issuers(#[from] VerifierError),
    #[error(transparent)]
    Keys(#[from] KeyError),
    #[error(transparent)]
    CursorKey(#[from] cursor_key::KeyError),
    #[error("the sandbox could not be filled: {0}")]
    Seed(#[from] SeedError),
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    #[error(
        "{0} (nothing was changed; if these documents are to be this database's from now on, run \
         `ascms documents adopt`)"
    )]
    NotOurs(NotOurs),
    #[error(transparent)]
    Time(#[from] WrongTime),
    #[error("metrics cannot be recorded: {0}")]
    Metrics(#[from] BuildError),
    #[error(transparent)]
    Reserved(#[from] Faults),
    #[error("the folder for messages: {0}")]
    MailFolder(io::Error),
    #[error("the mail server's address cannot be used")]
    MailServer(#[from] lettre::transport::smtp::Error),
    #[error("the server failed: {0}")]
    Run(#[from] io::Error),
}

/// Whose tokens are believed and what cursors are signed with; in the sandbox also the maker of its
/// own tokens.
struct Identity {
    verifier: TokenVerifier,
    cursor_key: Vec<u8>,
    sandbox: Option<Arc<dyn Sandbox>>,
}

/// SIGXFSZ, of which the standard library and tokio know no name.
const FILE_TOO_LARGE: i32 = 25;

/// Runs until a signal says to stop.
pub async fn serve(config: &Config) -> Result<(), ServeError> {
    // A limit on the size of files is then an error of a write, and not the end of the process.
    drop(signal(SignalKind::from_raw(FILE_TOO_LARGE))?);
    let Reserved { api, admin, folder } = Reserved::take(config)?;
    let (clock, last) = clock::forward(clock::system());
    let store = match &config.trust {
        Trust::Production { .. } => database::open(&config.database).await?,
        Trust::Sandbox { .. } => database::open_or_make(&config.database).await?,
    };
    let outside = outside(&config.documents)?;
    let Identity { verifier, cursor_key, sandbox } = match &config.trust {
        Trust::Production { issuers, cursor_key } => {
            require_migrated(&store).await?;
            rights::require(&store, config.database.one_role).await?;
            store.keep_commit_order().await?;
            let cursor_key = cursor_key.expose_secret().to_vec();
            Identity { verifier: TokenVerifier::new(issuers.clone())?, cursor_key, sandbox: None }
        }
        Trust::Sandbox { directory, cursor_key } => {
            prepare(&config.database, &outside, &clock).await?;
            sandbox_identity(directory, cursor_key.as_ref())?
        }
    };
    let in_sandbox = sandbox.is_some();
    // The sandbox has one server.
    if !in_sandbox {
        let own = cursor_key::fingerprint(&cursor_key);
        cursor_key::agree(&store, &own, clock.now()).await?;
    }
    let metrics = metrics::start()?;
    let settings = settings(config, cursor_key, sandbox);
    let state = AppState::new(store.clone(), clock.clone(), verifier, outside, settings);
    refuse_other_documents(state.look_whose_documents().await)?;
    let time = begin_time(config, &state, last, in_sandbox).await?;
    drop(metrics::keep_up(metrics.clone()));
    drop(tokio::spawn(time.watch()));
    drop(tokio::spawn(forget_what_is_old(store.clone(), clock.clone())));
    let watch = Watch { state: state.clone(), metrics };
    let admin = admin::server(admin.open()?, watch)?;
    let api = listen(api.open()?, listening(config)?, state.clone())?;
    let (stop_work, work_stopped) = watch::channel(false);
    drop(tokio::spawn(background::keep_tending(store.clone(), work_stopped.clone())));
    let work = BackgroundWork::begin(config, &state, &work_stopped)?;
    let announced = state.clone();
    stopping::on_signal(api.handle(), stages(config), stop_work, move || announced.stop_soon())?;
    let admin_handle = admin.handle();
    drop(tokio::spawn(admin));
    tracing::info!(listen = %config.listen, admin = %config.admin_listen, "started");
    if let Trust::Sandbox { directory, .. } = &config.trust {
        greet(config, directory, clock.now());
    }
    api.await?;
    work.ended().await?;
    note_progress(&state).await;
    admin_handle.stop(false).await;
    store.close().await?;
    drop(folder);
    tracing::info!("stopped");
    Ok(())
}

fn listening(config: &Config) -> io::Result<Listening> {
    Ok(Listening {
        workers: config.workers,
        connections: descriptors::raise()?,
        shutdown_seconds: config.shutdown_seconds,
        patience: Patience::LONGEST,
    })
}

fn stages(config: &Config) -> Stages {
    Stages {
        lame_duck: Duration::from_secs(config.lame_duck_seconds),
        shutdown: Duration::from_secs(config.shutdown_seconds),
        afterwards: stopping::AFTERWARDS,
    }
}

/// What is done behind the calls until it is told to stop.
struct BackgroundWork {
    tasks: Vec<JoinHandle<()>>,
}

impl BackgroundWork {
    fn begin(
        config: &Config,
        state: &AppState,
        stopped: &watch::Receiver<bool>,
    ) -> Result<Self, ServeError> {
        let all = || (state.store().clone(), state.clock().clone(), stopped.clone());
        let (counting, beginning, duties, jobs) = (all(), all(), all(), all());
        let mut tasks = vec![
            tokio::spawn(background::keep_recalculating(counting.0, counting.1, counting.2)),
            tokio::spawn(background::keep_beginning(beginning.0, beginning.1, beginning.2)),
            tokio::spawn(background::keep_duties(duties.0, duties.1, duties.2)),
            // On this thread: a job may make changes, which do not move from one thread to another.
            actix_web::rt::spawn(background::keep_doing_jobs(jobs.0, jobs.1, jobs.2)),
            tokio::spawn(upkeep::keep_up(state.clone(), stopped.clone())),
        ];
        if let Some(mail) = &config.mail {
            let (store, clock, stopped) = all();
            let (carrier, public_url) = (mailer(mail)?, config.public_url.clone());
            let sending = mail::keep_sending(store, clock, carrier, public_url, stopped);
            tasks.push(tokio::spawn(sending));
        }
        Ok(Self { tasks })
    }

    /// They were told to stop with the API; at most one transaction or message each was under way.
    async fn ended(self) -> io::Result<()> {
        for task in self.tasks {
            task.await.map_err(io::Error::other)?;
        }
        Ok(())
    }
}

/// The last word on how far the database has come, unless the place is away.
async fn note_progress(state: &AppState) {
    const PATIENCE: Duration = Duration::from_secs(2);
    if tokio::time::timeout(PATIENCE, upkeep::note_progress(state)).await.is_err() {
        tracing::warn!("how far the database has come was not noted");
    }
}

fn mailer(mail: &Mail) -> Result<Mailer, ServeError> {
    let Mail { from, way } = mail;
    match way {
        Way::Smtp { url, credentials } => {
            let credentials = credentials.as_ref();
            let credentials = credentials
                .map(|(user, password)| (user.clone(), password.expose_secret().to_owned()));
            Ok(Mailer::smtp(from.clone(), url, credentials)?)
        }
        Way::File(folder) => {
            std::fs::create_dir_all(folder).map_err(ServeError::MailFolder)?;
            Ok(Mailer::file(from.clone(), folder))
        }
    }
}

/// The server's time, unless it can not be right.
async fn begin_time(
    config: &Config,
    state: &AppState,
    last: Last,
    sandbox: bool,
) -> Result<TimeKeeper, ServeError> {
    let time = TimeKeeper {
        store: state.store().clone(),
        machine: clock::system(),
        last,
        tolerance: config.clock_tolerance,
        wrong: state.clock_fault().clone(),
    };
    time.begin(sandbox).await??;
    Ok(time)
}

/// Documents that are another database's are left alone. A place that is away says nothing: it is
/// asked again before anything is kept there.
fn refuse_other_documents(found: Result<(), BelongingError>) -> Result<(), ServeError> {
    match found {
        Ok(()) => Ok(()),
        Err(BelongingError::NotOurs(err)) => Err(ServeError::NotOurs(err)),
        Err(BelongingError::Store(err)) => Err(err.into()),
        Err(BelongingError::Objects(err)) => {
            let cause: &dyn std::error::Error = &err;
            tracing::warn!(error = cause, "whose documents these are is asked again later");
            Ok(())
        }
    }
}

/// Nobody's database is changed by a mere start.
pub async fn require_migrated(store: &Store) -> Result<(), ServeError> {
    let SchemaStanding { pending, later } = store.schema_standing().await?;
    if !later.is_empty() {
        tracing::info!(migrations = later.join(", "), "a newer release has migrated the database");
    }
    match pending.len() {
        0 => Ok(()),
        pending => Err(ServeError::NotMigrated(pending)),
    }
}

async fn prepare(settings: &Database, outside: &Outside, clock: &Clock) -> Result<(), ServeError> {
    let store = database::open_to_fill(settings).await?;
    store.migrate().await?;
    let found = Belonging::default().look(&store, &outside.objects, clock.now()).await;
    refuse_other_documents(found)?;
    nation::seed(&store, &outside.objects, clock.now(), &Bar::new()).await?;
    Ok(store.close().await?)
}

fn sandbox_identity(
    directory: &Path,
    cursor_key: Option<&SecretSlice<u8>>,
) -> Result<Identity, ServeError> {
    let keys = SandboxKeys::open_or_make(directory)?;
    let verifier = TokenVerifier::new(vec![IssuerSettings {
        issuer: ISSUER.to_owned(),
        audience: AUDIENCE.to_owned(),
        jwks: JwksSource::Keys(keys.published.clone()),
    }])?;
    let cursor_key = match cursor_key {
        Some(key) => key.expose_secret().to_vec(),
        None => keys::cursor_key(directory)?.expose_secret().to_vec(),
    };
    Ok(Identity { verifier, cursor_key, sandbox: Some(Arc::new(keys)) })
}

fn greet(config: &Config, directory: &Path, now: DateTime<Utc>) {
    let program = std::env::args_os().next().unwrap_or_else(|| "ascms".into());
    let program = program.to_string_lossy();
    let elsewhere = directory != Path::new(DEFAULT_SANDBOX_DIR);
    let reached = Reached {
        public_url: &config.public_url,
        program: &program,
        directory: elsewhere.then_some(directory),
    };
    welcome::greet(reached, now);
}

fn settings(config: &Config, cursor_key: Vec<u8>, sandbox: Option<Arc<dyn Sandbox>>) -> Settings {
    Settings {
        public_url: config.public_url.clone(),
        sandbox,
        cors_origins: config.cors_origins.clone(),
        cursor_key,
        hsts_seconds: config.hsts_seconds,
        requests_per_minute: config.requests_per_minute,
        calls_at_once: config.calls_at_once,
        guesses_per_hour: config.guesses_per_hour,
        pace: Pace::SLOWEST,
        mfa_acr_values: config.mfa_acr_values.clone(),
        document_max_bytes: config.documents.max_bytes,
        document_types: config.documents.types.clone(),
        document_grace_days: config.documents.grace_days,
        published: config.published,
    }
}

/// What stands outside our walls: where documents are, and who scans them.
pub fn outside(documents: &Documents) -> Result<Outside, ObjectsError> {
    let objects = match &documents.place {
        DocumentPlace::Folder(folder) => Objects::in_folder(folder.clone())?,
        DocumentPlace::Bucket(bucket) => Objects::in_bucket(bucket.clone())?,
    };
    let scanner: Arc<dyn Scanner> = match &documents.scanner {
        ScannerChoice::None => {
            tracing::warn!("no scanner is set up: documents stay in quarantine");
            Arc::new(NoScanner)
        }
        ScannerChoice::Clamav(address) => Clamd::at(address.clone()),
        ScannerChoice::FakePass => Arc::new(Fake(Verdict::Clean)),
        ScannerChoice::FakeRefuse => Arc::new(Fake(Verdict::Refused)),
    };
    Ok(Outside { objects, scanner })
}
