//! The three parts of a compact JWS (RFC 7515 §3.1), and what its header may say.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::tokens::error::TokenError;

/// A token taken apart; nothing in it is verified yet.
pub(super) struct Jws<'a> {
    pub(super) algorithm: String,
    /// Which of the issuer's keys signed it. Required: guessing among keys is a way to be wrong.
    pub(super) key_id: String,
    /// What the signature is over: header, dot, payload, as sent.
    pub(super) signed: &'a str,
    pub(super) payload: &'a str,
    pub(super) signature: &'a str,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    // Keys, or addresses of keys, that the sender chose (RFC 8725 §3.10), and demands that we
    // would have to understand (RFC 7515 §4.1.11).
    jku: Option<IgnoredAny>,
    jwk: Option<IgnoredAny>,
    x5u: Option<IgnoredAny>,
    x5c: Option<IgnoredAny>,
    crit: Option<IgnoredAny>,
}

impl<'a> Jws<'a> {
    pub(super) fn read(token: &'a str) -> Result<Self, TokenError> {
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(TokenError::Malformed)?;
        let header: Header = json_object(header)?;
        let Header { alg: algorithm, typ, kid, jku, jwk, x5u, x5c, crit } = header;
        if [jku, jwk, x5u, x5c, crit].iter().any(Option::is_some) {
            return Err(TokenError::ForbiddenHeader);
        }
        if !typ.as_deref().is_some_and(is_access_token) {
            return Err(TokenError::WrongType);
        }
        // Said before any key is looked up, so that `none` and the shared-secret family are
        // refused for what they are.
        if !["ES256", "RS256", "EdDSA"].contains(&algorithm.as_str()) {
            return Err(TokenError::ForbiddenAlgorithm);
        }
        let key_id = kid.ok_or(TokenError::UnknownKey)?;
        Ok(Self { algorithm, key_id, signed, payload, signature })
    }
}

/// `at+jwt` (RFC 9068 §2.1), its long form, or the plain `JWT` of older issuers. Media types are
/// compared without case (RFC 7515 §4.1.9).
fn is_access_token(typ: &str) -> bool {
    ["at+jwt", "application/at+jwt", "jwt"].iter().any(|known| known.eq_ignore_ascii_case(typ))
}

/// Reads one base64url part. Serde would take an array for a struct, so that is looked at first.
pub(super) fn json_object<T: DeserializeOwned>(part: &str) -> Result<T, TokenError> {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(part) else { return Err(TokenError::Malformed) };
    if bytes.first() != Some(&b'{') {
        return Err(TokenError::Malformed);
    }
    serde_json::from_slice(&bytes).or(Err(TokenError::Malformed))
}
