//! `ascms doctor`: tries out what a start depends on, one line each.

use std::time::Duration;

use ascms_http::Outside;
use ascms_http::tokens::{IssuerSettings, JwksSource, LEEWAY, TokenVerifier};
use ascms_persistence::{AttendanceParts, Store, postgres};
use ascms_server::rights;
use chrono::{DateTime, Datelike, Utc};
use reqwest::Client;
use secrecy::ExposeSecret;

use crate::config::{Config, DatabaseLocation, Faults, Trust};
use crate::sandbox::keys::SandboxKeys;
use crate::{causes, clock, console, cursor_key, database, serve, telemetry};

mod contents;

/// The years that the business-day calendar covers: a clock outside them is wrong.
const YEARS: std::ops::RangeInclusive<i32> = 2020..=2052;

const TIME_LIMIT: Duration = Duration::from_secs(5);

/// Whether all that was found is well.
struct Findings {
    well: bool,
}

/// Tries everything, whatever was wrong before it; says whether all is well.
pub async fn examine(config: Result<Config, Faults>) -> bool {
    let mut findings = Findings { well: true };
    match &config {
        Ok(_) => findings.note("settings", Ok("complete".to_owned())),
        Err(faults) => findings.note("settings", Err(faults.to_string())),
    }
    if let Ok(config) = &config {
        telemetry::start(&config.log);
        findings.database(config).await;
        findings.keys(config).await;
        findings.documents(config).await;
        findings.clock(config).await;
    }
    findings.well
}

impl Findings {
    fn note(&mut self, what: &str, found: Result<String, String>) {
        self.well &= found.is_ok();
        let line = match found {
            Ok(words) => format!("ok      {what}: {words}"),
            Err(words) => format!("FAILED  {what}: {words}"),
        };
        console::line(&line);
    }

    async fn database(&mut self, config: &Config) {
        if let DatabaseLocation::Url(url) = &config.database.place {
            self.hosts(url.expose_secret()).await;
        }
        let store = match database::open(&config.database).await {
            Ok(store) => store,
            Err(error) => return self.note("database", Err(error.to_string())),
        };
        let answer = store.ping().await.map_err(|error| error.to_string());
        self.note("database", answer.map(|()| "it answers".to_owned()));
        let applied = migrations(&store).await;
        let whole = applied.is_ok();
        if whole {
            let kept = store.keeps_writes().await;
            self.note("a write to the database", kept.map(|()| "it is kept".to_owned()));
            let room = store.find_room().await.map_err(|error| error.to_string());
            self.note("room for the database", room.map(|()| "there is some".to_owned()));
        }
        self.note("migrations", applied);
        if let Some(found) = attendance_parts(&store).await.transpose().filter(|_| whole) {
            self.note("parts of attendance", found);
        }
        if let Some(found) = rights::found(&store, config.database.one_role).await.filter(|_| whole)
        {
            self.note("rights of the database's role", found);
        }
        match store.examine_file().await {
            Ok(None) => self.note("the database's file", Ok("nothing is damaged".to_owned())),
            Ok(Some(damage)) => self.note("the database's file", Err(damage)),
            Err(error) => self.note("the database's file", Err(error.to_string())),
        }
        if let Trust::Production { cursor_key, .. } = &config.trust {
            let own = cursor_key::fingerprint(cursor_key.expose_secret());
            self.note("cursor key", agreed(&store, &own).await);
        }
    }

    /// Each host by itself, since a start is content with one.
    async fn hosts(&mut self, url: &str) {
        if url.starts_with("sqlite:") {
            return;
        }
        for (host, writes) in postgres::try_out(url).await {
            let found = match writes {
                Ok(true) => Ok("it takes writes".to_owned()),
                Ok(false) => Ok("it answers and takes no writes: a standby".to_owned()),
                Err(error) => Err(error.to_string()),
            };
            self.note(&format!("database host {host}"), found);
        }
    }

    async fn keys(&mut self, config: &Config) {
        match &config.trust {
            Trust::Production { issuers, .. } => {
                for issuer in issuers {
                    let name = format!("keys of {}", issuer.issuer);
                    self.note(&name, keys_of(issuer).await);
                }
            }
            Trust::Sandbox { directory, .. } => {
                let keys = SandboxKeys::open(directory).map_err(|error| error.to_string());
                self.note("keys of the sandbox", keys.map(|keys| format!("kid {}", keys.id)));
            }
        }
    }

    async fn documents(&mut self, config: &Config) {
        let Outside { objects, scanner } = match serve::outside(&config.documents) {
            Ok(outside) => outside,
            Err(error) => return self.note("documents", Err(error.to_string())),
        };
        let kept = objects.try_out().await.map_err(|error| causes::chain(&error));
        self.note("documents", kept.map(|()| "one can be kept and removed".to_owned()));
        // What is wrong with the database was said.
        if let Ok(store) = database::open(&config.database).await
            && store.migrations_pending().await.is_ok_and(|pending| pending == 0)
        {
            self.note("whose documents", contents::whose(&store, &objects).await);
            self.note("content of documents", contents::contents(&store, &objects).await);
            self.note("clock against the database", contents::time(&store, config).await);
        }
        let answer = scanner.ping().await.map_err(|error| causes::chain(&error));
        self.note("scanner of documents", answer.map(|()| "it answers".to_owned()));
    }

    /// Tokens are judged by this clock, with a leeway of seconds: issuers' clocks are the measure.
    async fn clock(&mut self, config: &Config) {
        let now = clock::system().now();
        let plausible = if YEARS.contains(&now.year()) {
            Ok(format!("{now}"))
        } else {
            Err(format!("{now} is outside the years of the calendar"))
        };
        self.note("clock", plausible);
        let Trust::Production { issuers, .. } = &config.trust else { return };
        for issuer in issuers {
            let JwksSource::Url(url) = &issuer.jwks else { continue };
            let Some(theirs) = date_at(url).await else { continue };
            let apart = (clock::system().now() - theirs).abs();
            let words = format!("{} s apart", apart.num_seconds());
            let found = if apart <= LEEWAY { Ok(words) } else { Err(words) };
            self.note(&format!("clock against {}", issuer.issuer), found);
        }
    }
}

async fn migrations(store: &Store) -> Result<String, String> {
    let standing = store.schema_standing().await.map_err(|error| error.to_string())?;
    match (standing.pending.len(), standing.later.len()) {
        (0, 0) => Ok("all applied".to_owned()),
        (0, later) => Ok(format!("all applied, and {later} of a newer release")),
        (pending, _) => Err(format!("{pending} are not applied: run `ascms migrate`")),
    }
}

async fn agreed(store: &Store, own: &str) -> Result<String, String> {
    match cursor_key::compare(store, own).await {
        Ok(Some(since)) => Ok(format!("the installation's since {since}")),
        Ok(None) => Ok("it will be the installation's".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Rows without a part are kept all the same, in one that would grow without end.
async fn attendance_parts(store: &Store) -> Result<Option<String>, String> {
    let found = store.attendance_parts().await.map_err(|error| error.to_string())?;
    let Some(AttendanceParts { last_year, rows_outside }) = found else { return Ok(None) };
    if rows_outside {
        return Err("some rows lie in none: move them out of attendance_*_other".to_owned());
    }
    if last_year <= clock::system().now().year() {
        return Err(format!("there are none after {last_year}: run `ascms migrate`"));
    }
    Ok(Some(format!("up to {last_year}")))
}

async fn keys_of(issuer: &IssuerSettings) -> Result<String, String> {
    let verifier = TokenVerifier::new(vec![issuer.clone()]);
    let verifier = verifier.map_err(|error| causes::chain(&error))?;
    match verifier.missing_keys().await.first() {
        None => Ok("there is at least one that is usable".to_owned()),
        Some(error) => Err(causes::chain(error)),
    }
}

/// The time as the server at this address has it, to the second (RFC 9110 §6.6.1).
async fn date_at(url: &str) -> Option<DateTime<Utc>> {
    let client = Client::builder().timeout(TIME_LIMIT).build().ok()?;
    let response = client.head(url).send().await.ok()?;
    let date = response.headers().get(reqwest::header::DATE)?.to_str().ok()?;
    Some(DateTime::parse_from_rfc2822(date).ok()?.to_utc())
}
