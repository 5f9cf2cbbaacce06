//! Whether calls should be sent to this server. The API's port and the admin port answer the same:
//! a load balancer that asks either of them hears of every fault.

use std::sync::{Arc, Mutex, PoisonError};

use ascms_persistence::Store;
use serde::Serialize;

use crate::tokens::TokenVerifier;
use crate::{AppState, causes, cursor_key};

/// What is wrong with the machine's clock; `None` while nothing is.
pub type ClockFault = Arc<Mutex<Option<String>>>;

/// One thing that must hold before calls are sent here; the reason when it does not.
#[derive(Debug, Serialize)]
pub struct Check {
    pub name: &'static str,
    pub ok: bool,
    pub reason: Option<String>,
}

impl Check {
    fn new(name: &'static str, reason: Option<String>) -> Self {
        Self { name, ok: reason.is_none(), reason }
    }
}

/// Everything that must hold. The reasons name hosts and files: they are the operator's to read.
pub async fn checks(app: &AppState) -> Vec<Check> {
    let migrations = migrations(app.store()).await;
    let is_migrated = migrations.ok;
    vec![
        running(app.stops_soon()),
        database(app.store(), is_migrated).await,
        migrations,
        keys(app.tokens()).await,
        cursor_key(app, is_migrated).await,
        clock(app.clock_fault()),
    ]
}

fn running(stops_soon: bool) -> Check {
    Check::new("running", stops_soon.then(|| "it is being stopped".to_owned()))
}

/// Before the migrations there is nothing to write to.
async fn database(store: &Store, is_migrated: bool) -> Check {
    if is_migrated {
        return Check::new("database", store.keeps_writes().await.err());
    }
    Check::new("database", store.ping().await.err().map(|error| error.to_string()))
}

async fn migrations(store: &Store) -> Check {
    let reason = match store.migrations_pending().await {
        Ok(0) => None,
        Ok(pending) => Some(format!("{pending} migrations are not applied")),
        Err(error) => Some(error.to_string()),
    };
    Check::new("migrations", reason)
}

async fn keys(verifier: &TokenVerifier) -> Check {
    let missing = verifier.missing_keys().await;
    let reasons: Vec<String> = missing.iter().map(|error| causes::chain(error)).collect();
    Check::new("keys", (!reasons.is_empty()).then(|| reasons.join("; ")))
}

/// The sandbox names no key, so none differs from its own. Before the migrations there is no place
/// for one.
async fn cursor_key(app: &AppState, is_migrated: bool) -> Check {
    if !is_migrated {
        return Check::new("cursor_key", None);
    }
    let agrees = cursor_key::still_agrees(app.store(), app.cursor_key(), app.clock().now()).await;
    Check::new("cursor_key", agrees.err().map(|error| error.to_string()))
}

fn clock(wrong: &ClockFault) -> Check {
    Check::new("clock", wrong.lock().unwrap_or_else(PoisonError::into_inner).clone())
}
