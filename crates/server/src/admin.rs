//! The admin port: is the process alive, is it ready, which version is it, how does it fare.
//! Nobody is asked for a token here; the port belongs on an inner network.

use std::future::{Ready, ready};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::dev::Server;
use actix_web::web::{Data, ServiceConfig, get};
use actix_web::{App, HttpResponse, HttpServer};
use ascms_http::tokens::TokenVerifier;
use ascms_persistence::Store;
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;

use crate::time_check::WrongNow;
use crate::{causes, clock, cursor_key, metrics, time_check};

/// What the admin port looks at.
#[derive(Clone)]
pub struct Watch {
    pub store: Store,
    pub verifier: TokenVerifier,
    pub metrics: PrometheusHandle,
    /// The fingerprint of the key that cursors are signed with; `None` where no other server is.
    pub cursor_key: Option<String>,
    /// Set when the signal to stop has come: no new calls should be sent here.
    pub stopping: Arc<AtomicBool>,
    /// What is wrong with the time.
    pub time: WrongNow,
}

/// One thing that must hold before calls are sent here; the reason when it does not.
#[derive(Serialize)]
struct Check {
    name: &'static str,
    ok: bool,
    reason: Option<String>,
}

#[derive(Serialize)]
struct Readiness {
    ready: bool,
    checks: Vec<Check>,
}

#[derive(Serialize)]
struct Health {
    status: &'static str,
}

#[derive(Serialize)]
struct Version {
    name: &'static str,
    version: &'static str,
    /// The commit that was built, where the build named it.
    commit: Option<&'static str>,
}

pub fn server(listen: SocketAddr, watch: Watch) -> std::io::Result<Server> {
    let watch = Data::new(watch);
    let app = move || App::new().app_data(Data::clone(&watch)).configure(routes);
    let server = HttpServer::new(app).tcp_nodelay(true).workers(1).disable_signals();
    Ok(server.shutdown_timeout(1).bind(listen)?.run())
}

fn routes(config: &mut ServiceConfig) {
    config
        .route("/healthz", get().to(health))
        .route("/readyz", get().to(readiness))
        .route("/version", get().to(version))
        .route("/metrics", get().to(page));
}

fn health() -> Ready<HttpResponse> {
    ready(HttpResponse::Ok().json(Health { status: "ok" }))
}

fn version() -> Ready<HttpResponse> {
    let commit = option_env!("BUILD_COMMIT");
    let version = Version { name: "ascms", version: env!("CARGO_PKG_VERSION"), commit };
    ready(HttpResponse::Ok().json(version))
}

fn page(watch: Data<Watch>) -> Ready<HttpResponse> {
    let text = metrics::render(&watch.metrics, &watch.store);
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ready(HttpResponse::Ok().content_type(kind).body(text))
}

async fn readiness(watch: Data<Watch>) -> HttpResponse {
    let migrations = migrations(&watch.store).await;
    let checks = vec![
        running(watch.stopping.load(Ordering::Relaxed)),
        database(&watch.store, migrations.ok).await,
        migrations,
        keys(&watch.verifier).await,
        cursor_key(&watch).await,
        Check::new("clock", time_check::reason(&watch.time)),
    ];
    let ready = checks.iter().all(|check| check.ok);
    let mut response = if ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    response.json(Readiness { ready, checks })
}

fn running(stopping: bool) -> Check {
    Check::new("running", stopping.then(|| "it is being stopped".to_owned()))
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

async fn cursor_key(watch: &Watch) -> Check {
    let agreed = match &watch.cursor_key {
        Some(own) => cursor_key::still_agrees(&watch.store, own, clock::system().now()).await,
        None => Ok(()),
    };
    Check::new("cursor_key", agreed.err().map(|error| error.to_string()))
}

impl Check {
    fn new(name: &'static str, reason: Option<String>) -> Self {
        Self { name, ok: reason.is_none(), reason }
    }
}

#[cfg(test)]
mod tests;
