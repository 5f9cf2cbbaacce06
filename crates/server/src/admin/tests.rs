use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;

use actix_web::App;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::web::Data;
use ascms_domain::documents::Verdict;
use ascms_http::documents::objects::Objects;
use ascms_http::documents::scanner::Fake;
use ascms_http::incoming::pace::Pace;
use ascms_http::tokens::{IssuerSettings, JwksSource, TokenVerifier};
use ascms_http::{AppState, Outside, Settings};
use ascms_persistence::postgres::Limits;
use ascms_persistence::publications::Protected;
use ascms_persistence::{DatabaseSettings, Store};
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::Value;
use uuid::Uuid;

use super::{Watch, routes};
use crate::sandbox::keys::SandboxKeys;
use crate::{clock, cursor_key};

/// The key that cursors are signed with.
const OWN: [u8; 32] = [7; 32];

/// What the admin port sees of a database that is new, and where that is.
async fn watch() -> (Watch, PathBuf) {
    let directory = std::env::temp_dir().join(format!("ascms-admin-{}", Uuid::now_v7()));
    let keys = SandboxKeys::open_or_make(&directory).unwrap();
    let verifier = TokenVerifier::new(vec![IssuerSettings {
        issuer: "https://login.example.nz".to_owned(),
        audience: "ascms".to_owned(),
        jwks: JwksSource::Keys(keys.published),
    }]);
    let url = format!("sqlite://{}", directory.join("ascms.db").display());
    let store = Store::connect(&DatabaseSettings {
        url,
        connections: 2,
        durable: true,
        limits: Limits::default(),
    })
    .await
    .unwrap();
    let outside = Outside {
        objects: Objects::in_folder(directory.join("documents")).unwrap(),
        scanner: Arc::new(Fake(Verdict::Clean)),
    };
    let settings = Settings {
        public_url: "https://api.example.nz".to_owned(),
        sandbox: None,
        cors_origins: Vec::new(),
        cursor_key: OWN.to_vec(),
        hsts_seconds: 0,
        requests_per_minute: 1,
        guesses_per_hour: 1000,
        calls_at_once: 1,
        pace: Pace::SLOWEST,
        mfa_acr_values: Vec::new(),
        document_max_bytes: 1,
        document_types: Vec::new(),
        document_grace_days: 1,
        published: Protected { threshold: 6, base: NonZeroU32::MIN },
    };
    let state = AppState::new(store, clock::system(), verifier.unwrap(), outside, settings);
    let watch = Watch { state, metrics: PrometheusBuilder::new().build_recorder().handle() };
    (watch, directory)
}

async fn get(watch: &Watch, path: &str) -> (u16, String) {
    let app = App::new().app_data(Data::new(watch.clone())).configure(routes);
    let app = init_service(app).await;
    let response = call_service(&app, TestRequest::get().uri(path).to_request()).await;
    let status = response.status().as_u16();
    (status, String::from_utf8(read_body(response).await.to_vec()).unwrap())
}

/// The status of `/readyz`, and what it says is not well. The API's own port says the same.
async fn readiness(watch: &Watch) -> (u16, Vec<String>) {
    let (status, body) = get(watch, "/readyz").await;
    let body: Value = serde_json::from_str(&body).unwrap();
    let checks = body["checks"].as_array().unwrap();
    let unwell = checks.iter().filter(|check| check["ok"] == false);
    let unwell: Vec<String> =
        unwell.map(|check| check["name"].as_str().unwrap().to_owned()).collect();
    let api = init_service(ascms_http::app(&watch.state)).await;
    let response = call_service(&api, TestRequest::get().uri("/readyz").to_request()).await;
    assert_eq!(response.status().as_u16(), status);
    let body: Value = serde_json::from_slice(&read_body(response).await).unwrap();
    let told = body["detail"].as_str().map(|detail| detail.trim_start_matches("not ready: "));
    assert_eq!(told, (status != 200).then_some(unwell.join(", ").as_str()));
    (status, unwell)
}

#[actix_web::test]
async fn ready_once_migrated_and_until_told_to_stop() {
    let (watch, directory) = watch().await;
    assert_eq!(readiness(&watch).await, (503, vec!["migrations".to_owned()]));
    watch.state.store().migrate().await.unwrap();
    assert_eq!(readiness(&watch).await, (200, Vec::new()));
    watch.state.stop_soon();
    assert_eq!(readiness(&watch).await, (503, vec!["running".to_owned()]));
    std::fs::remove_dir_all(directory).unwrap();
}

#[actix_web::test]
async fn the_process_answers_whatever_its_database_does() {
    let (watch, directory) = watch().await;
    watch.state.store().close().await.unwrap();
    let (status, unwell) = readiness(&watch).await;
    assert_eq!((status, unwell), (503, vec!["database".to_owned(), "migrations".to_owned()]));
    for path in ["/healthz", "/version", "/metrics"] {
        assert_eq!(get(&watch, path).await.0, 200, "{path}");
    }
    std::fs::remove_dir_all(directory).unwrap();
}

#[actix_web::test]
async fn another_cursor_key_is_seen_and_a_change_on_purpose_has_its_time() {
    let (watch, directory) = watch().await;
    watch.state.store().migrate().await.unwrap();
    let now = clock::system().now();
    let [own, other] = [OWN, [8; 32]].map(|key| cursor_key::fingerprint(&key));
    cursor_key::agree(watch.state.store(), &own, now).await.unwrap();
    assert_eq!(readiness(&watch).await, (200, Vec::new()));
    // Another server does not start with another key.
    let refused = cursor_key::agree(watch.state.store(), &other, now).await.unwrap_err();
    assert!(refused.to_string().contains("ascms change-cursor-key"), "{refused}");
    // The key is changed on purpose: who has the former one goes on for a while, and not for ever.
    watch.state.store().change_cursor_key(&other, now).await.unwrap();
    assert_eq!(readiness(&watch).await, (200, Vec::new()));
    cursor_key::agree(watch.state.store(), &other, now).await.unwrap();
    assert!(cursor_key::agree(watch.state.store(), &own, now).await.is_err());
    watch.state.store().change_cursor_key(&other, now - cursor_key::GRACE).await.unwrap();
    assert_eq!(readiness(&watch).await, (503, vec!["cursor_key".to_owned()]));
    watch.state.store().close().await.unwrap();
    std::fs::remove_dir_all(directory).unwrap();
}
