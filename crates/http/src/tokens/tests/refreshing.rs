use std::future::ready;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::dev::ServerHandle;
use actix_web::web::{Data, get};
use actix_web::{App, HttpResponse, HttpServer};
use chrono::TimeDelta;
use futures_util::future::join_all;

use super::{Signer, claims, key_file, key_set, now, settings, write_keys};
use crate::tokens::{JwksSource, LoadError, TokenError, TokenVerifier, VerifierError};

/// Waits until a refresh that runs in the background is through.
async fn settled(verifier: &TokenVerifier) {
    tokio::task::yield_now().await;
    for issuer in &verifier.shared.issuers {
        issuer.idle().await;
    }
}

/// An issuer on this machine that counts how often its keys are asked for.
struct KeyServer {
    address: String,
    asked: Arc<AtomicUsize>,
    handle: ServerHandle,
}

impl KeyServer {
    fn start(status: u16, body: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/jwks", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let shared = Data::new((status, body, Arc::clone(&asked)));
        let server = HttpServer::new(move || {
            let answer = |shared| ready(Self::answer(&shared));
            App::new().app_data(Data::clone(&shared)).route("/jwks", get().to(answer))
        });
        let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { address, asked, handle }
    }

    fn answer(shared: &Data<(u16, String, Arc<AtomicUsize>)>) -> HttpResponse {
        let (status, body, asked) = shared.get_ref();
        asked.fetch_add(1, Ordering::SeqCst);
        HttpResponse::build((*status).try_into().unwrap()).body(body.clone())
    }

    fn verifier(&self) -> TokenVerifier {
        TokenVerifier::new(settings(JwksSource::Url(self.address.clone()))).unwrap()
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn published() -> String {
    serde_json::to_string(&key_set(&[Signer::ec()])).unwrap()
}

#[actix_web::test]
async fn keys_behind_an_address_are_fetched_once_for_many_callers() {
    let server = KeyServer::start(200, published());
    let verifier = server.verifier();
    let tokens: Vec<String> =
        (0..20).map(|n| Signer::ec().token(&super::claims_with("jti", n.into()))).collect();
    let answers = join_all(tokens.iter().map(|token| verifier.verify(token, now()))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(server.asked(), 1);
    server.handle.stop(false).await;
}

#[actix_web::test]
async fn invented_key_ids_cost_the_issuer_one_request_a_minute() {
    let server = KeyServer::start(200, published());
    let verifier = server.verifier();
    assert!(verifier.ready().await);
    let strange = Signer::other_ec().token(&claims());
    for seconds in [0, 1, 59, 60, 61] {
        let now = now() + TimeDelta::seconds(seconds);
        assert_eq!(verifier.verify(&strange, now).await, Err(TokenError::UnknownKey));
    }
    assert_eq!(server.asked(), 1 + 2, "at start, then at 0 s and at 60 s");
    server.handle.stop(false).await;
}

#[actix_web::test]
async fn an_issuer_that_is_down_is_our_trouble_not_the_callers() {
    let server = KeyServer::start(500, published());
    let verifier = server.verifier();
    assert!(!verifier.ready().await);
    let token = Signer::ec().token(&claims());
    for seconds in [0, 1, 5] {
        let now = now() + TimeDelta::seconds(seconds);
        assert_eq!(verifier.verify(&token, now).await, Err(TokenError::KeysUnavailable));
    }
    assert_eq!(server.asked(), 1 + 2, "by readiness, then at 0 s and at 5 s");
    server.handle.stop(false).await;
}

#[actix_web::test]
async fn an_endless_answer_and_a_redirect_are_not_followed() {
    for (status, body) in [(200, "x".repeat(300 * 1024)), (302, String::new())] {
        let server = KeyServer::start(status, body);
        let missing = server.verifier().missing_keys().await;
        let [VerifierError::Keys { source, .. }] = missing.as_slice() else {
            panic!("{missing:?}")
        };
        match status {
            200 => assert!(matches!(source, LoadError::TooLong), "{source}"),
            _ => assert!(matches!(source, LoadError::Status(302)), "{source}"),
        }
        assert_eq!(server.asked(), 1);
        server.handle.stop(false).await;
    }
}

#[actix_web::test]
async fn a_new_key_in_the_file_is_found_and_the_old_tokens_are_checked_again() {
    let path = key_file(&[Signer::ec()]);
    let verifier = TokenVerifier::new(settings(JwksSource::File(path.clone()))).unwrap();
    let old = Signer::ec().token(&claims());
    let new = Signer::other_ec().token(&claims());
    verifier.verify(&old, now()).await.unwrap();

    write_keys(&path, &[Signer::other_ec()]);
    verifier.verify(&new, now()).await.unwrap();
    let again = verifier.verify(&old, now()).await;
    assert_eq!(again, Err(TokenError::UnknownKey), "remembered, but its key is gone");
    std::fs::remove_file(path).unwrap();
}

#[actix_web::test]
async fn a_refresh_that_fails_keeps_the_old_keys() {
    let path = key_file(&[Signer::ec()]);
    let verifier = TokenVerifier::new(settings(JwksSource::File(path.clone()))).unwrap();
    let strange = Signer::other_ec().token(&claims());
    for (minutes, broken) in [(0, ""), (1, "{}"), (2, r#"{"keys":[]}"#)] {
        let now = now() + TimeDelta::minutes(minutes);
        std::fs::write(&path, broken).unwrap();
        assert_eq!(verifier.verify(&strange, now).await, Err(TokenError::UnknownKey));
        assert!(verifier.verify(&Signer::ec().token(&claims()), now).await.is_ok());
        assert!(verifier.ready().await);
    }
    std::fs::remove_file(path).unwrap();
}

#[actix_web::test]
async fn a_withdrawn_key_stops_working_after_a_quarter_of_an_hour() {
    let path = key_file(&[Signer::ec(), Signer::other_ec()]);
    let verifier = TokenVerifier::new(settings(JwksSource::File(path.clone()))).unwrap();
    let exp = now().timestamp() + 3600;
    let token = Signer::ec().token(&super::claims_with("exp", exp.into()));
    verifier.verify(&token, now()).await.unwrap();

    write_keys(&path, &[Signer::other_ec()]);
    let later = now() + TimeDelta::minutes(15);
    assert!(verifier.verify(&token, later).await.is_ok(), "this call only starts the refresh");
    settled(&verifier).await;
    assert_eq!(verifier.verify(&token, later).await, Err(TokenError::UnknownKey));
    std::fs::remove_file(path).unwrap();
}
