//! The admin port: is the process alive, is it ready, which version is it, how does it fare.
//! Nobody is asked for a token here; the port belongs on an inner network.

use std::future::{Ready, ready};
use std::net::TcpListener;

use actix_web::dev::Server;
use actix_web::web::{Data, ServiceConfig, get};
use actix_web::{App, HttpResponse, HttpServer};
use ascms_http::AppState;
use ascms_http::readiness::{self, Check};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;

use crate::metrics;

/// What the admin port looks at.
#[derive(Clone)]
pub struct Watch {
    pub state: AppState,
    pub metrics: PrometheusHandle,
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

pub fn server(listener: TcpListener, watch: Watch) -> std::io::Result<Server> {
    let watch = Data::new(watch);
    let app = move || App::new().app_data(Data::clone(&watch)).configure(routes);
    let server = HttpServer::new(app).tcp_nodelay(true).workers(1).disable_signals();
    Ok(server.shutdown_timeout(1).listen(listener)?.run())
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
    let text = metrics::render(&watch.metrics, watch.state.store());
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ready(HttpResponse::Ok().content_type(kind).body(text))
}

async fn readiness(watch: Data<Watch>) -> HttpResponse {
    let checks = readiness::checks(&watch.state).await;
    let ready = checks.iter().all(|check| check.ok);
    let mut response = if ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    response.json(Readiness { ready, checks })
}

#[cfg(test)]
mod tests;
