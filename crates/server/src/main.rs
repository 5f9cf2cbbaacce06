//! The program `ascms`: the service, and what is done to it from a command line.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use actix_web::rt::System;
use ascms_http::sandbox::Persona;
use ascms_http::{causes, cursor_key};
use ascms_server::{console, import, mail, progress, sandbox};
use clap::{Parser, Subcommand, ValueEnum};
use mimalloc::MiMalloc;
use secrecy::ExposeSecret;

use crate::config::{Config, Database, Mode, Trust, environment, show};
use crate::import::{ImportError, Summary};
use crate::progress::{Bar, Progress};
use crate::sandbox::keys::SandboxKeys;
use crate::sandbox::personas;

mod admin;
mod background;
mod clock;
mod config;
mod database;
mod doctor;
mod forgetting;
mod metrics;
mod operator;
mod reserved;
mod serve;
mod telemetry;
mod time_check;

/// A fifth of the time of a call went into glibc's allocator, which also keeps what each thread once had.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The attendance service's case management.
#[derive(Parser)]
#[command(name = "ascms", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer calls until told to stop.
    Serve(ModeArguments),
    /// Bring the database's schema up to date.
    Migrate(ModeArguments),
    /// Make ASCMS_CURSOR_KEY the key of this installation, in place of the one before.
    ChangeCursorKey,
    /// Print the OpenAPI document.
    Openapi,
    /// Print a sandbox token, and nothing else.
    Token {
        /// The persona to be, such as case-manager.
        #[arg(long, value_name = "NAME", value_parser = personas::parse)]
        persona: Persona,
    },
    /// Take over a file of reference data; docs/imports.md has the layouts.
    Import {
        what: Imported,
        file: PathBuf,
        /// Check and count, but write nothing.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        place: ModeArguments,
    },
    /// Try out everything that a start depends on.
    Doctor(ModeArguments),
    /// Decide whose the stored documents are.
    Documents {
        #[command(subcommand)]
        what: OfDocuments,
    },
    /// Decide what time it is.
    Clock {
        #[command(subcommand)]
        what: OfClock,
    },
    /// Print the settings.
    Config {
        #[arg(long, value_enum, default_value_t = Listing::InForce)]
        list: Listing,
        #[command(flatten)]
        place: ModeArguments,
    },
}

#[derive(Subcommand, Clone, Copy)]
enum OfDocuments {
    /// Give the stored documents to this database, after a restore or a move.
    Adopt(ModeArguments),
}

#[derive(Subcommand, Clone, Copy)]
enum OfClock {
    /// Take this machine's clock for right, whatever the database has on record.
    Accept(ModeArguments),
}

#[derive(ValueEnum, Clone, Copy)]
enum Imported {
    /// The national schools directory.
    Schools,
    /// Catchments with their schools, providers and contracts.
    Catchments,
    /// Contracts of the Ministry with providers, as drafts.
    Contracts,
    /// Term dates.
    Terms,
    /// Code sets and their codes.
    ReferenceData,
}

#[derive(ValueEnum, Clone, Copy)]
enum Listing {
    /// Those in force, without secrets.
    InForce,
    /// All there are, as `.env.sample`.
    Sample,
    /// All there are, as `docs/settings.md`.
    Page,
}

#[derive(clap::Args, Clone, Copy)]
struct ModeArguments {
    /// The sandbox: a database in one file, invented people, a token for each persona.
    #[arg(long)]
    sandbox: bool,
}

impl ModeArguments {
    fn mode(self) -> Mode {
        Mode::of(self.sandbox)
    }
}

/// Why a command did not do what it was asked.
type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match System::new().block_on(run(arguments.command)) {
        Ok(code) => code,
        Err(failure) => {
            console::complain(&format!("ascms: {failure}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Serve(place) => {
            let config = Config::read(place.mode(), environment())?;
            telemetry::start(&config.log);
            serve::serve(&config).await?;
        }
        Command::Migrate(place) => {
            let (database, log) = Database::read(place.mode(), environment())?;
            telemetry::start(&log);
            migrate(&database).await?;
        }
        Command::ChangeCursorKey => change_cursor_key().await?,
        Command::Openapi => {
            console::line(&serde_json::to_string_pretty(&ascms_http::document())?);
        }
        Command::Token { persona } => print_token(&persona)?,
        Command::Import { what, file, dry_run, place } => {
            let (database, log) = Database::read(place.mode(), environment())?;
            telemetry::start(&log);
            return take_over(&database, what, &file, dry_run).await;
        }
        Command::Doctor(place) => {
            let config = Config::read(place.mode(), environment());
            let well = doctor::examine(config).await;
            return Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Command::Documents { what: OfDocuments::Adopt(place) } => {
            let (database, documents, log) = Config::read_places(place.mode(), environment())?;
            telemetry::start(&log);
            operator::adopt_documents(&database, &documents).await?;
        }
        Command::Clock { what: OfClock::Accept(place) } => {
            let (database, log) = Database::read(place.mode(), environment())?;
            telemetry::start(&log);
            operator::accept_clock(&database).await?;
        }
        Command::Config { list, place } => print_config(list, place.mode())?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn migrate(settings: &Database) -> Result<(), Failure> {
    let store = database::open_or_make(settings).await?;
    let role = settings.application_role.as_deref();
    let applied = store.migrate_for(role).await?;
    store.close().await?;
    for migration in &applied {
        console::line(migration);
    }
    console::line(&format!("{} migrations applied", applied.len()));
    if let Some(role) = role {
        console::line(&format!("{role} has its rights"));
    }
    Ok(())
}

/// For production: the sandbox has one server.
async fn change_cursor_key() -> Result<(), Failure> {
    let config = Config::read(Mode::Production, environment())?;
    telemetry::start(&config.log);
    let Trust::Production { cursor_key, .. } = &config.trust else { return Ok(()) };
    let fingerprint = cursor_key::fingerprint(cursor_key.expose_secret());
    let store = database::open(&config.database).await?;
    store.change_cursor_key(&fingerprint, clock::system().now()).await?;
    store.close().await?;
    let minutes = cursor_key::GRACE.num_minutes();
    console::line(&format!(
        "changed: restart every server with the new key within {minutes} minutes"
    ));
    Ok(())
}

/// Fails when a line was refused, so that a script notices.
async fn take_over(
    settings: &Database,
    what: Imported,
    path: &Path,
    dry_run: bool,
) -> Result<ExitCode, Failure> {
    let name = path.display();
    let file = File::open(path).map_err(|error| format!("{name}: {error}"))?;
    let store = database::open(settings).await?;
    let now = clock::system().now();
    let bar = Bar::new();
    let imported = match what {
        Imported::Schools => import::schools(&store, now, file, &bar, dry_run).await,
        Imported::Catchments => import::catchments(&store, now, file, &bar, dry_run).await,
        Imported::Contracts => import::contracts(&store, now, file, &bar, dry_run).await,
        Imported::Terms => import::terms(&store, now, file, &bar, dry_run).await,
        Imported::ReferenceData => import::reference_data(&store, now, file, &bar, dry_run).await,
    };
    bar.finish();
    let Summary { added, changed, unchanged, refused } = imported.map_err(|error| {
        let reason = match &error {
            ImportError::Unreadable(cause) => format!(": {cause}"),
            ImportError::TooLarge
            | ImportError::HeaderNotUtf8
            | ImportError::BlankColumns { .. }
            | ImportError::DoubledColumns(_)
            | ImportError::MissingColumns(_)
            | ImportError::Store(_) => String::new(),
        };
        format!("{name}: {error}{reason}")
    })?;
    store.close().await?;
    for refusal in &refused {
        console::line(&refusal.to_string());
    }
    let tried = if dry_run { " (dry run: nothing was written)" } else { "" };
    let refused = refused.len();
    console::line(&format!(
        "{added} added, {changed} changed, {unchanged} unchanged, {refused} refused{tried}"
    ));
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print_token(persona: &Persona) -> Result<(), Failure> {
    let keys = SandboxKeys::open(&config::sandbox_directory(environment())?)?;
    console::line(&personas::token(&keys, persona, clock::system().now())?);
    Ok(())
}

fn print_config(list: Listing, mode: Mode) -> Result<(), Failure> {
    let text = match list {
        Listing::InForce => {
            let (config, shown) = Config::read_shown(mode, environment());
            console::line(show::effective(mode, &shown).trim_end());
            return Ok(config.map(drop)?);
        }
        Listing::Sample => show::sample(),
        Listing::Page => show::page(),
    };
    console::line(text.trim_end());
    Ok(())
}
