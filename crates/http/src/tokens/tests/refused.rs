use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};

use super::{
    AUDIENCE, ISSUER, Signer, claims, claims_with, claims_without, key_set, keys, now, settings,
    unsigned, verifier, verify,
};
use crate::tokens::{JwksSource, LEEWAY, LoadError, TokenError, TokenVerifier, VerifierError};

/// Why a token with these claims, well signed, is refused.
async fn refusal(claims: &Value) -> TokenError {
    verify(&Signer::ec().token(claims)).await.unwrap_err()
}

/// Why a token with this addition to its header, well signed, is refused.
async fn header_refusal(name: &str, value: Value) -> TokenError {
    let signer = Signer::ec();
    let mut header = signer.header();
    header[name] = value;
    verify(&signer.token_with(&header, &claims())).await.unwrap_err()
}

#[actix_web::test]
async fn nothing_or_nonsense() {
    assert_eq!(verify("").await, Err(TokenError::Missing));
    let array = "WyJFUzI1NiJd"; // ["ES256"]: serde would read it into a struct
    for text in ["x", "a.b", "a.b.c", "..", "ä.ö.ü", &format!("{array}.{array}.x")] {
        assert_eq!(verify(text).await, Err(TokenError::Malformed), "{text}");
    }
    let good = Signer::ec().token(&claims());
    assert_eq!(verify(&format!("{good}.extra")).await, Err(TokenError::Malformed));
    assert_eq!(verify(&format!("{good}==")).await, Err(TokenError::BadSignature));
}

#[actix_web::test]
async fn a_huge_token_is_not_even_read() {
    let token = Signer::ec().token(&claims_with("padding", json!("x".repeat(8 * 1024))));
    assert_eq!(verify(&token).await, Err(TokenError::TooLong));
}

#[actix_web::test]
async fn no_signature_at_all() {
    for alg in ["none", "None", "NONE"] {
        let header = json!({ "alg": alg, "typ": "at+jwt", "kid": "ec" });
        let token = format!("{}.", unsigned(&header, &claims()));
        assert_eq!(verify(&token).await, Err(TokenError::ForbiddenAlgorithm), "{alg}");
    }
    let token = format!("{}.", unsigned(&Signer::ec().header(), &claims()));
    assert_eq!(verify(&token).await, Err(TokenError::BadSignature));
}

#[actix_web::test]
async fn the_public_key_as_a_shared_secret() {
    let public = serde_json::to_vec(&Signer::rsa().jwk()).unwrap();
    let secret = EncodingKey::from_secret(&public);
    let signed = unsigned(&json!({ "alg": "HS256", "typ": "at+jwt", "kid": "rsa" }), &claims());
    let signature = crypto::sign(signed.as_bytes(), &secret, Algorithm::HS256).unwrap();
    let token = format!("{signed}.{signature}");
    assert_eq!(verify(&token).await, Err(TokenError::ForbiddenAlgorithm));
}

#[actix_web::test]
async fn an_algorithm_that_is_not_the_keys() {
    let header = json!({ "alg": "RS256", "typ": "at+jwt", "kid": "ec" });
    let token = Signer::rsa().token_with(&header, &claims());
    assert_eq!(verify(&token).await, Err(TokenError::ForbiddenAlgorithm));
    for alg in ["PS256", "RS512", "ES384", "ES256K"] {
        let error = header_refusal("alg", json!(alg)).await;
        assert_eq!(error, TokenError::ForbiddenAlgorithm, "{alg}");
    }
}

#[actix_web::test]
async fn a_key_the_issuer_does_not_have() {
    let token = Signer::other_ec().token(&claims());
    assert_eq!(verify(&token).await, Err(TokenError::UnknownKey));
    let header = json!({ "alg": "ES256", "typ": "at+jwt" });
    let token = Signer::ec().token_with(&header, &claims());
    assert_eq!(verify(&token).await, Err(TokenError::UnknownKey));
}

#[actix_web::test]
async fn a_strangers_signature_under_a_known_key_id() {
    let token = Signer::other_ec().token_with(&Signer::ec().header(), &claims());
    assert_eq!(verify(&token).await, Err(TokenError::BadSignature));
}

#[actix_web::test]
async fn keys_and_demands_in_the_header() {
    let stranger = Signer::other_ec();
    let mut header = stranger.header();
    header["jwk"] = serde_json::to_value(stranger.jwk()).unwrap();
    let token = stranger.token_with(&header, &claims());
    assert_eq!(verify(&token).await, Err(TokenError::ForbiddenHeader));
    for (name, value) in [
        ("jku", json!("https://keys.example.org/jwks.json")),
        ("x5u", json!("https://keys.example.org/cert.pem")),
        ("x5c", json!(["MIIB"])),
        ("crit", json!(["exp"])),
    ] {
        assert_eq!(header_refusal(name, value).await, TokenError::ForbiddenHeader, "{name}");
    }
}

#[actix_web::test]
async fn another_type_of_token() {
    for typ in [json!("dpop+jwt"), json!("logout+jwt"), json!(""), Value::Null] {
        assert_eq!(header_refusal("typ", typ.clone()).await, TokenError::WrongType, "{typ}");
    }
}

#[actix_web::test]
async fn a_tampered_payload() {
    let signer = Signer::ec();
    let token = signer.token(&claims());
    let (_, signature) = token.rsplit_once('.').unwrap();
    let other = claims_with("sub", json!("ministry-admin"));
    let forged = format!("{}.{signature}", unsigned(&signer.header(), &other));
    assert_eq!(verify(&forged).await, Err(TokenError::BadSignature));
}

#[actix_web::test]
async fn a_tampered_token_does_not_meet_the_remembered_one() {
    let verifier = verifier();
    let token = Signer::ed().token(&claims());
    verifier.verify(&token, now()).await.unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { "B" } else { "A" };
    let forged = format!("{signed}.{first}{}", signature.get(1..).unwrap());
    assert_eq!(verifier.verify(&forged, now()).await, Err(TokenError::BadSignature));
}

#[actix_web::test]
async fn another_issuer() {
    for issuer in ["https://login.example.org", "https://login.example.nz/", ""] {
        let error = refusal(&claims_with("iss", json!(issuer))).await;
        assert_eq!(error, TokenError::UnknownIssuer, "{issuer}");
    }
    assert_eq!(refusal(&claims_with("iss", json!([ISSUER]))).await, TokenError::Malformed);
}

#[actix_web::test]
async fn another_audience() {
    for audience in [json!("another"), json!(["another"]), json!([]), json!("ASCMS")] {
        let error = refusal(&claims_with("aud", audience.clone())).await;
        assert_eq!(error, TokenError::WrongAudience, "{audience}");
    }
    assert_eq!(refusal(&claims_with("aud", json!({ AUDIENCE: 1 }))).await, TokenError::Malformed);
}

#[actix_web::test]
async fn a_missing_claim_is_named() {
    for name in ["iss", "sub", "aud", "exp"] {
        assert_eq!(refusal(&claims_without(name)).await, TokenError::MissingClaim(name));
    }
}

#[actix_web::test]
async fn a_claim_that_is_no_value_of_its_kind() {
    for (name, value) in [
        ("sub", json!("")),
        ("sub", json!("a\u{0}b")),
        ("sub", json!("x".repeat(256))),
        ("sub", json!(7)),
        ("client_id", json!("a\nb")),
        ("exp", json!("tomorrow")),
        ("exp", json!(1e300)),
        ("exp", json!(u64::MAX)),
        ("nbf", json!([])),
    ] {
        let error = refusal(&claims_with(name, value.clone())).await;
        assert_eq!(error, TokenError::Malformed, "{name}: {value}");
    }
}

#[actix_web::test]
async fn a_claim_that_is_there_twice() {
    let signer = Signer::ec();
    let payload = claims().to_string().replacen('{', r#"{"sub":"ministry-admin","#, 1);
    let [header, payload] = [signer.header().to_string(), payload].map(|part| {
        base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, part)
    });
    let signed = format!("{header}.{payload}");
    let signature = crypto::sign(signed.as_bytes(), &signer.key, signer.algorithm).unwrap();
    assert_eq!(verify(&format!("{signed}.{signature}")).await, Err(TokenError::Malformed));
}

#[actix_web::test]
async fn too_late_or_too_early() {
    let leeway = LEEWAY.num_seconds();
    let at = |offset: i64| json!(now().timestamp() + offset);
    assert_eq!(refusal(&claims_with("exp", at(-leeway))).await, TokenError::Expired);
    for name in ["nbf", "iat", "auth_time"] {
        let error = refusal(&claims_with(name, at(leeway + 1))).await;
        assert_eq!(error, TokenError::NotYetValid, "{name}");
    }
    for (name, offset) in [("exp", 1 - leeway), ("nbf", leeway), ("iat", leeway)] {
        let token = Signer::ec().token(&claims_with(name, at(offset)));
        assert!(verify(&token).await.is_ok(), "{name}: within the leeway");
    }
}

#[actix_web::test]
async fn the_clock_is_the_callers() {
    let token = Signer::ec().token(&claims());
    let later = now() + TimeDelta::days(365);
    assert_eq!(verifier().verify(&token, later).await, Err(TokenError::Expired));
}

#[test]
fn settings_that_nobody_could_rely_on() {
    let refused = |settings| TokenVerifier::new(settings).err().unwrap();
    assert!(matches!(refused(Vec::new()), VerifierError::NoIssuer));

    let mut twice = settings(JwksSource::Keys(key_set(&[Signer::ec()])));
    twice.extend(twice.clone());
    assert!(matches!(refused(twice), VerifierError::IssuerTwice(_)));

    for url in ["http://login.example.nz/jwks", "ftp://127.0.0.1/", "login.example.nz/jwks"] {
        let settings = settings(JwksSource::Url(url.to_owned()));
        assert!(matches!(refused(settings), VerifierError::Insecure(_)), "{url}");
    }

    let missing = settings(JwksSource::File("/nowhere/jwks.json".into()));
    let unreadable = |error| matches!(error, VerifierError::Keys { source: LoadError::File(_), issuer } if issuer == ISSUER);
    assert!(unreadable(refused(missing)));

    let unusable = json!({ "keys": [
        { "kty": "RSA", "kid": "short", "n": keys::SHORT_RSA_MODULUS, "e": "AQAB" },
        { "kty": "oct", "kid": "shared", "alg": "HS256", "k": "c2VjcmV0" },
        { "kty": "AKP", "kid": "unheard-of", "pub": "x" },
    ] });
    let mut set = serde_json::from_value::<jsonwebtoken::jwk::JwkSet>(unusable).unwrap();
    let mut nameless = Signer::ec().jwk();
    nameless.common.key_id = None;
    let mut for_encryption = Signer::ec().jwk();
    for_encryption.common.public_key_use = Some(jsonwebtoken::jwk::PublicKeyUse::Encryption);
    let mut for_another_algorithm = Signer::rsa().jwk();
    for_another_algorithm.common.key_algorithm = Some(jsonwebtoken::jwk::KeyAlgorithm::RS512);
    set.keys.extend([nameless, for_encryption, for_another_algorithm]);
    let error = refused(settings(JwksSource::Keys(set)));
    assert!(matches!(error, VerifierError::Keys { source: LoadError::NoUsableKey, .. }), "{error}");
}
