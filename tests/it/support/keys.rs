//! An issuer of a test's own: its key, and the tokens that it signs, good and bad ones.

use ascms_http::tokens::{IssuerSettings, JwksSource, TokenVerifier};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::Value;

use super::{AUDIENCE, ISSUER};

/// An issuer's key, made for one test.
pub struct Keys {
    signing: EncodingKey,
    published: JwkSet,
}

pub const KEY_ID: &str = "test-key";

impl Keys {
    pub fn make() -> Self {
        let pair =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        let signing = EncodingKey::from_ec_der(pair.expect("a key").as_ref());
        let mut jwk = Jwk::from_encoding_key(&signing, Algorithm::ES256).expect("a public key");
        jwk.common.key_id = Some(KEY_ID.to_owned());
        Self { signing, published: JwkSet { keys: vec![jwk] } }
    }

    pub fn sign(&self, claims: &Value) -> String {
        self.sign_under(&Self::header(Algorithm::ES256), claims)
    }

    pub fn sign_under(&self, header: &Header, claims: &Value) -> String {
        jsonwebtoken::encode(header, claims, &self.signing).expect("a token")
    }

    /// The header that an access token of ours has.
    pub fn header(algorithm: Algorithm) -> Header {
        let mut header = Header::new(algorithm);
        header.kid = Some(KEY_ID.to_owned());
        header.typ = Some("at+jwt".to_owned());
        header
    }

    /// What everybody may know of the key.
    pub fn public(&self) -> &Jwk {
        &self.published.keys[0]
    }

    pub(super) fn verifier(&self) -> TokenVerifier {
        let issuer = IssuerSettings {
            issuer: ISSUER.to_owned(),
            audience: AUDIENCE.to_owned(),
            jwks: JwksSource::Keys(self.published.clone()),
        };
        TokenVerifier::new(vec![issuer]).expect("a verifier")
    }
}
