//! Every bad kind of token is refused for what it is, and good ones of the three algorithms pass.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Claims, IssuerSettings, JwksSource, TokenError, TokenVerifier};

mod keys;
mod refreshing;
mod refused;

const ISSUER: &str = "https://login.example.nz";
const AUDIENCE: &str = "ascms";

fn now() -> DateTime<Utc> {
    "2026-05-04T21:30:00Z".parse().unwrap()
}

fn der(base64: &str) -> Vec<u8> {
    STANDARD.decode(base64).unwrap()
}

/// A key pair of the issuer, or of someone who would like to be.
struct Signer {
    id: &'static str,
    algorithm: Algorithm,
    key: EncodingKey,
}

impl Signer {
    fn ec() -> Self {
        let key = EncodingKey::from_ec_der(&der(keys::EC));
        Self { id: "ec", algorithm: Algorithm::ES256, key }
    }

    fn other_ec() -> Self {
        let key = EncodingKey::from_ec_der(&der(keys::OTHER_EC));
        Self { id: "other", algorithm: Algorithm::ES256, key }
    }

    fn ed() -> Self {
        let key = EncodingKey::from_ed_der(&der(keys::ED));
        Self { id: "ed", algorithm: Algorithm::EdDSA, key }
    }

    fn rsa() -> Self {
        let key = EncodingKey::from_rsa_der(&der(keys::RSA));
        Self { id: "rsa", algorithm: Algorithm::RS256, key }
    }

    fn jwk(&self) -> Jwk {
        let mut jwk = Jwk::from_encoding_key(&self.key, self.algorithm).unwrap();
        jwk.common.key_id = Some(self.id.to_owned());
        jwk
    }

    fn header(&self) -> Value {
        json!({ "alg": self.algorithm, "typ": "at+jwt", "kid": self.id })
    }

    fn token(&self, claims: &Value) -> String {
        self.token_with(&self.header(), claims)
    }

    fn token_with(&self, header: &Value, claims: &Value) -> String {
        let signed = unsigned(header, claims);
        let signature = crypto::sign(signed.as_bytes(), &self.key, self.algorithm).unwrap();
        format!("{signed}.{signature}")
    }
}

fn unsigned(header: &Value, claims: &Value) -> String {
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    format!("{header}.{claims}")
}

fn claims() -> Value {
    json!({
        "iss": ISSUER,
        "sub": "aroha",
        "aud": AUDIENCE,
        "exp": now().timestamp() + 600,
        "iat": now().timestamp() - 5,
        "nbf": now().timestamp() - 5,
    })
}

fn claims_with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn claims_without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

fn settings(jwks: JwksSource) -> Vec<IssuerSettings> {
    vec![IssuerSettings { issuer: ISSUER.to_owned(), audience: AUDIENCE.to_owned(), jwks }]
}

fn key_set(signers: &[Signer]) -> JwkSet {
    JwkSet { keys: signers.iter().map(Signer::jwk).collect() }
}

fn verifier() -> TokenVerifier {
    let set = key_set(&[Signer::ec(), Signer::ed(), Signer::rsa()]);
    TokenVerifier::new(settings(JwksSource::Keys(set))).unwrap()
}

/// A file of its own for a test, with these keys in it.
fn key_file(signers: &[Signer]) -> PathBuf {
    let path = std::env::temp_dir().join(format!("ascms-jwks-{}.json", Uuid::now_v7()));
    write_keys(&path, signers);
    path
}

fn write_keys(path: &PathBuf, signers: &[Signer]) {
    std::fs::write(path, serde_json::to_vec(&key_set(signers)).unwrap()).unwrap();
}

async fn verify(token: &str) -> Result<Claims, TokenError> {
    verifier().verify(token, now()).await
}

#[actix_web::test]
async fn the_three_algorithms_pass() {
    for signer in [Signer::ec(), Signer::ed(), Signer::rsa()] {
        let verified = verify(&signer.token(&claims())).await.unwrap();
        assert_eq!(verified.subject, "aroha", "{:?}", signer.algorithm);
    }
}

#[actix_web::test]
async fn all_that_is_used_of_a_token_is_read() {
    let mut sent = claims();
    sent["aud"] = json!(["another", AUDIENCE]);
    sent["client_id"] = json!("frontend");
    sent["scope"] = json!("cases:read referrals:read");
    sent["amr"] = json!(["pwd", "mfa"]);
    sent["acr"] = json!("urn:example:loa:3");
    sent["auth_time"] = json!(now().timestamp() - 60);
    let expected = Claims {
        issuer: ISSUER.to_owned(),
        subject: "aroha".to_owned(),
        client_id: Some("frontend".to_owned()),
        scope: vec!["cases:read".to_owned(), "referrals:read".to_owned()],
        amr: vec!["pwd".to_owned(), "mfa".to_owned()],
        acr: Some("urn:example:loa:3".to_owned()),
        auth_time: Some(now() - TimeDelta::seconds(60)),
        expires_at: now() + TimeDelta::seconds(600),
    };
    assert_eq!(verify(&Signer::ec().token(&sent)).await, Ok(expected));
}

#[actix_web::test]
async fn scope_may_come_as_an_array() {
    let sent = claims_with("scp", json!(["cases:read", "referrals:read"]));
    let verified = verify(&Signer::ec().token(&sent)).await.unwrap();
    assert_eq!(verified.scope, ["cases:read", "referrals:read"]);
}

#[actix_web::test]
async fn a_plain_type_and_a_fraction_of_a_second_pass() {
    let signer = Signer::ec();
    for typ in ["JWT", "AT+JWT", "application/at+jwt"] {
        let mut header = signer.header();
        header["typ"] = json!(typ);
        assert!(verify(&signer.token_with(&header, &claims())).await.is_ok(), "{typ}");
    }
    let sent = claims_with("exp", json!(1_777_930_500.75));
    let verified = verify(&signer.token(&sent)).await.unwrap();
    assert_eq!(verified.expires_at.timestamp(), 1_777_930_500);
}

#[actix_web::test]
async fn a_second_use_is_remembered_and_still_judged_by_the_time() {
    let verifier = verifier();
    let token = Signer::ec().token(&claims());
    verifier.verify(&token, now()).await.unwrap();
    assert_eq!(verifier.shared.cache.len(), 1);
    verifier.verify(&token, now()).await.unwrap();
    let later = now() + TimeDelta::seconds(600) + super::LEEWAY;
    assert_eq!(verifier.verify(&token, later).await, Err(TokenError::Expired));
    let earlier = now() - TimeDelta::seconds(36);
    assert_eq!(verifier.verify(&token, earlier).await, Err(TokenError::NotYetValid));
}

#[actix_web::test]
async fn no_more_than_ten_thousand_tokens_are_remembered() {
    let verifier = verifier();
    let signer = Signer::ed();
    for n in 0..10_050 {
        let token = signer.token(&claims_with("jti", json!(n)));
        verifier.verify(&token, now()).await.unwrap();
    }
    let remembered = verifier.shared.cache.len();
    assert!((5_000..=10_000).contains(&remembered), "{remembered}");
}
