use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::App;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::web::Data;
use ascms_http::tokens::{IssuerSettings, JwksSource, TokenVerifier};
use ascms_persistence::postgres::Limits;
use ascms_persistence::{DatabaseSettings, Store};
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::Value;
use uuid::Uuid;

use super::{Watch, routes};
use crate::sandbox::keys::SandboxKeys;
use crate::{clock, cursor_key};

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
    let watch = Watch {
        store,
        verifier: verifier.unwrap(),
        metrics: PrometheusBuilder::new().build_recorder().handle(),
        cursor_key: None,
        stopping: Arc::new(AtomicBool::new(false)),
        time: Arc::default(),
    };
    (watch, directory)
}

async fn get(watch: &Watch, path: &str) -> (u16, String) {
    let app = App::new().app_data(Data::new(watch.clone())).configure(routes);
    let app = init_service(app).await;
    let response = call_service(&app, TestRequest::get().uri(path).to_request()).await;
    let status = response.status().as_u16();
    (status, String::from_utf8(read_body(response).await.to_vec()).unwrap())
}

/// The status of `/readyz`, and what it says is not well.
async fn readiness(watch: &Watch) -> (u16, Vec<String>) {
    let (status, body) = get(watch, "/readyz").await;
    let body: Value = serde_json::from_str(&body).unwrap();
    let checks = body["checks"].as_array().unwrap();
    let unwell = checks.iter().filter(|check| check["ok"] == false);
    (status, unwell.map(|check| check["name"].as_str().unwrap().to_owned()).collect())
}

#[actix_web::test]
async fn ready_once_migrated_and_until_told_to_stop() {
    let (watch, directory) = watch().await;
    assert_eq!(readiness(&watch).await, (503, vec!["migrations".to_owned()]));
    watch.store.migrate().await.unwrap();
    assert_eq!(readiness(&watch).await, (200, Vec::new()));
    watch.stopping.store(true, Ordering::Relaxed);
    assert_eq!(readiness(&watch).await, (503, vec!["running".to_owned()]));
    std::fs::remove_dir_all(directory).unwrap();
}

#[actix_web::test]
async fn the_process_answers_whatever_its_database_does() {
    let (watch, directory) = watch().await;
    watch.store.close().await.unwrap();
    let (status, unwell) = readiness(&watch).await;
    assert_eq!((status, unwell), (503, vec!["database".to_owned(), "migrations".to_owned()]));
    for path in ["/healthz", "/version", "/metrics"] {
        assert_eq!(get(&watch, path).await.0, 200, "{path}");
    }
    std::fs::remove_dir_all(directory).unwrap();
}

#[actix_web::test]
async fn another_cursor_key_is_seen_and_a_change_on_purpose_has_its_time() {
    let (mut watch, directory) = watch().await;
    watch.store.migrate().await.unwrap();
    let now = clock::system().now();
    let [own, other] = [[7; 32], [8; 32]].map(|key| cursor_key::fingerprint(&key));
    watch.cursor_key = Some(own.clone());
    cursor_key::agree(&watch.store, &own, now).await.unwrap();
    assert_eq!(readiness(&watch).await, (200, Vec::new()));
    // Another server does not start with another key.
    let refused = cursor_key::agree(&watch.store, &other, now).await.unwrap_err();
    assert!(refused.to_string().contains("ascms change-cursor-key"), "{refused}");
    // The key is changed on purpose: who has the former one goes on for a while, and not for ever.
    watch.store.change_cursor_key(&other, now).await.unwrap();
    assert_eq!(readiness(&watch).await, (200, Vec::new()));
    cursor_key::agree(&watch.store, &other, now).await.unwrap();
    assert!(cursor_key::agree(&watch.store, &own, now).await.is_err());
    watch.store.change_cursor_key(&other, now - cursor_key::GRACE).await.unwrap();
    assert_eq!(readiness(&watch).await, (503, vec!["cursor_key".to_owned()]));
    watch.store.close().await.unwrap();
    std::fs::remove_dir_all(directory).unwrap();
}
