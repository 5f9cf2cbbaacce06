//! An issuer of a test's own: its key, and the tokens that it signs, good and bad ones.

use ascms_http::tokens::{IssuerSettings, JwksSource, TokenVerifier};
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::Value;
use uuid::Uuid;

use super::{AUDIENCE, ISSUER};

/// An issuer's key, made for one test.
pub struct Keys {
    signing: EncodingKey,
    published: JwkSet,
}

pub const KEY_ID: &str = "test-key";

/// An Ed25519 key in PKCS#8 (RFC 8410 §7), up to the 32 bytes of the key itself.
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

impl Keys {
    /// What these keys sign with. Neither the key nor a signature asks the library for random
    /// numbers, whose first costs each process some 50 ms.
    pub const ALGORITHM: Algorithm = Algorithm::EdDSA;

    pub fn make() -> Self {
        // Any 32 bytes are a key. These are no other test's, and need not be hard to guess.
        let seed = [Uuid::now_v7().into_bytes(), Uuid::now_v7().into_bytes()];
        let signing = EncodingKey::from_ed_der(&[PKCS8, seed[0], seed[1]].concat());
        let mut jwk = Jwk::from_encoding_key(&signing, Self::ALGORITHM).expect("a public key");
        jwk.common.key_id = Some(KEY_ID.to_owned());
        Self { signing, published: JwkSet { keys: vec![jwk] } }
    }

    pub fn sign(&self, claims: &Value) -> String {
        self.sign_under(&Self::header(Self::ALGORITHM), claims)
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
