//! An issuer's public keys, each with the one algorithm it may be used for.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse,
    RSAKeyParameters,
};
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde::Deserialize;
use serde_json::Value;

use crate::tokens::error::TokenError;
use crate::tokens::jws::Jws;

/// The shortest RSA modulus that is accepted: 2048 bits (RFC 7518 §3.3), in bytes.
const MIN_RSA_BYTES: usize = 256;

/// The length of a P-256 coordinate (RFC 7518 §6.2.1.2) and of an Ed25519 key (RFC 8037 §2).
const CURVE_BYTES: usize = 32;

pub(super) struct Key {
    algorithm: Algorithm,
    name: &'static str,
    decoding: DecodingKey,
}

/// The usable keys of an issuer by their `kid`, as they were loaded once.
pub(super) struct Keys {
    /// Counts the loads, so that what was verified with older keys is known.
    generation: u64,
    by_id: HashMap<String, Key>,
}

#[derive(Deserialize)]
struct RawSet {
    keys: Vec<Value>,
}

impl Keys {
    pub(super) fn none() -> Self {
        Self { generation: 0, by_id: HashMap::new() }
    }

    /// Reads a JWK Set; keys that are not understood are passed over (RFC 7517 §5).
    pub(super) fn read(json: &[u8]) -> Result<Self, serde_json::Error> {
        let RawSet { keys } = serde_json::from_slice(json)?;
        Ok(Self::from_jwks(keys.into_iter().filter_map(|raw| serde_json::from_value(raw).ok())))
    }

    pub(super) fn from_jwks(jwks: impl IntoIterator<Item = Jwk>) -> Self {
        let mut by_id = HashMap::new();
        for jwk in jwks {
            let (Some(id), Some(key)) = (jwk.common.key_id.clone(), Key::new(&jwk)) else {
                tracing::warn!(
                    kid = jwk.common.key_id.as_deref(),
                    "a published key is not usable here"
                );
                continue;
            };
            by_id.entry(id).or_insert(key);
        }
        Self { generation: 0, by_id }
    }

    pub(super) fn following(self, before: &Self) -> Self {
        Self { generation: before.generation.wrapping_add(1), ..self }
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    pub(super) fn get(&self, id: &str) -> Option<&Key> {
        self.by_id.get(id)
    }
}

impl Key {
    /// The key and its algorithm; `None` for a key that is too weak, of another kind, or meant
    /// for something else than checking signatures.
    fn new(jwk: &Jwk) -> Option<Self> {
        if !is_for_signatures(jwk) {
            return None;
        }
        let (algorithm, name) = algorithm_of(&jwk.algorithm)?;
        let published = jwk.common.key_algorithm;
        if published.is_some_and(|alg| alg != KeyAlgorithm::from(algorithm)) {
            return None;
        }
        let decoding = DecodingKey::from_jwk(jwk).ok()?;
        Some(Self { algorithm, name, decoding })
    }

    /// The algorithm is the key's. What the header says must agree, and decides nothing
    /// (RFC 8725 §3.1).
    pub(super) fn verify(&self, jws: &Jws<'_>) -> Result<(), TokenError> {
        if jws.algorithm != self.name {
            return Err(TokenError::ForbiddenAlgorithm);
        }
        let signed = jws.signed.as_bytes();
        match crypto::verify(jws.signature, signed, &self.decoding, self.algorithm) {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(TokenError::BadSignature),
        }
    }
}

/// What a key of this kind is used for, and how a token's header spells it.
fn algorithm_of(key: &AlgorithmParameters) -> Option<(Algorithm, &'static str)> {
    if let AlgorithmParameters::RSA(rsa) = key
        && is_strong(rsa)
    {
        return Some((Algorithm::RS256, "RS256"));
    }
    if let AlgorithmParameters::EllipticCurve(ec) = key
        && ec.curve == EllipticCurve::P256
        && has_curve_length(&ec.x)
        && has_curve_length(&ec.y)
    {
        return Some((Algorithm::ES256, "ES256"));
    }
    if let AlgorithmParameters::OctetKeyPair(ed) = key
        && ed.curve == EllipticCurve::Ed25519
        && has_curve_length(&ed.x)
    {
        return Some((Algorithm::EdDSA, "EdDSA"));
    }
    None
}

fn is_for_signatures(jwk: &Jwk) -> bool {
    let use_fits = jwk.common.public_key_use.as_ref().is_none_or(|u| *u == PublicKeyUse::Signature);
    let operations = jwk.common.key_operations.as_ref();
    use_fits && operations.is_none_or(|all| all.contains(&KeyOperations::Verify))
}

fn is_strong(rsa: &RSAKeyParameters) -> bool {
    let Ok(modulus) = URL_SAFE_NO_PAD.decode(&rsa.n) else { return false };
    // Leading zero bytes would make a short key look long.
    let digits: Vec<u8> = modulus.into_iter().skip_while(|byte| *byte == 0).collect();
    digits.len() > MIN_RSA_BYTES
        || (digits.len() == MIN_RSA_BYTES && digits.first().is_some_and(|top| *top >= 0x80))
}

fn has_curve_length(coordinate: &str) -> bool {
    URL_SAFE_NO_PAD.decode(coordinate).is_ok_and(|bytes| bytes.len() == CURVE_BYTES)
}
