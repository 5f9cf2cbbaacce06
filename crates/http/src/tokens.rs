//! Access tokens: from the text after `Bearer` to claims that a configured issuer signed.
//! RFC 9068 (JWT access tokens) checked as RFC 8725 (best current practices) asks. Who the subject
//! is, and what it may do, is decided elsewhere.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use jsonwebtoken::jwk::JwkSet;
use reqwest::Url;
use sha2::{Digest, Sha256};

use crate::tokens::cache::{Cache, Entry};
use crate::tokens::claims::{Payload, Verified};
use crate::tokens::issuer::Issuer;
use crate::tokens::jws::Jws;

mod cache;
mod claims;
mod issuer;
mod jws;
mod keys;

#[cfg(test)]
mod tests;

/// How far the clocks of an issuer and of this server may be apart.
pub const LEEWAY: TimeDelta = TimeDelta::seconds(30);

/// The longest token that is read, in bytes. Access tokens are about 1 KiB.
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// Someone whose tokens are accepted.
#[derive(Clone, Debug)]
pub struct IssuerSettings {
    /// The exact `iss` of its tokens.
    pub issuer: String,
    /// What its tokens must name in `aud`: this API.
    pub audience: String,
    pub jwks: JwksSource,
}

/// Where an issuer's public keys (a JWK Set, RFC 7517) come from.
#[derive(Clone, Debug)]
pub enum JwksSource {
    File(PathBuf),
    /// `https`, or `http` on this machine.
    Url(String),
    /// Given at start and never read again.
    Keys(JwkSet),
}

/// What a verified token says. Reach and roles are never among it: they are the database's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    pub issuer: String,
    pub subject: String,
    pub client_id: Option<String>,
    /// The words of `scope` (RFC 8693 §4.2), or of `scp` where an issuer calls it so.
    pub scope: Vec<String>,
    /// How the person signed in (RFC 8176), such as `pwd`, `mfa`.
    pub amr: Vec<String>,
    /// The issuer's word for the strength of the sign-in.
    pub acr: Option<String>,
    /// When the person last signed in.
    pub auth_time: Option<DateTime<Utc>>,
    pub expires_at: DateTime<Utc>,
}

/// Why a token is refused. The words are safe to show: nothing in them comes from a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("a bearer token is needed")]
    Missing,
    #[error("the token is longer than 8 KiB")]
    TooLong,
    #[error("the token is not a readable JWT")]
    Malformed,
    #[error("the token's type is not that of an access token")]
    WrongType,
    #[error("the token's header brings keys or demands of its own")]
    ForbiddenHeader,
    #[error("the token's algorithm is not the one its key is for")]
    ForbiddenAlgorithm,
    #[error("the token has no usable `{0}`")]
    MissingClaim(&'static str),
    #[error("the token's issuer is not trusted here")]
    UnknownIssuer,
    #[error("the token is signed with a key that its issuer does not publish")]
    UnknownKey,
    #[error("the token's signature is wrong")]
    BadSignature,
    #[error("the token is meant for another audience")]
    WrongAudience,
    #[error("the token has expired")]
    Expired,
    #[error("the token is not valid yet")]
    NotYetValid,
    /// Ours to mend, not the caller's: 503, not 401.
    #[error("the issuer's keys cannot be had at the moment")]
    KeysUnavailable,
}

/// Why the issuers' settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VerifierError {
    #[error("no issuer is configured: no token could be accepted")]
    NoIssuer,
    #[error("issuer {0} is configured twice")]
    IssuerTwice(String),
    #[error("the keys of issuer {0} must come over https")]
    Insecure(String),
    #[error("the keys of issuer {issuer} cannot be used")]
    Keys { issuer: String, source: LoadError },
}

/// Why keys could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("the file cannot be read")]
    File(#[from] std::io::Error),
    #[error("the address cannot be reached")]
    Unreachable(#[from] reqwest::Error),
    #[error("the address answers with status {0}")]
    Status(u16),
    #[error("the answer is longer than 256 KiB")]
    TooLong,
    #[error("it is not a JWK Set")]
    NotJwks(#[from] serde_json::Error),
    #[error(
        "it holds no usable key: one with a `kid`, for signatures, and P-256, Ed25519 or RSA of \
         at least 2048 bits"
    )]
    NoUsableKey,
    #[error("they were given at start")]
    Fixed,
}

/// Checks tokens. Cheap to clone; every clone shares the keys and the cache.
#[derive(Clone)]
pub struct TokenVerifier {
    shared: Arc<Shared>,
}

struct Shared {
    issuers: Vec<Arc<Issuer>>,
    cache: Cache,
}

impl TokenVerifier {
    /// Reads key files at once, so that a wrong path is heard of at start. Keys behind a URL are
    /// fetched when first needed: the issuer may start after us.
    pub fn new(settings: Vec<IssuerSettings>) -> Result<Self, VerifierError> {
        let mut issuers: Vec<Arc<Issuer>> = Vec::with_capacity(settings.len());
        for one in settings {
            if issuers.iter().any(|known| known.name() == one.issuer) {
                return Err(VerifierError::IssuerTwice(one.issuer));
            }
            issuers.push(Arc::new(Issuer::new(one)?));
        }
        if issuers.is_empty() {
            return Err(VerifierError::NoIssuer);
        }
        Ok(Self { shared: Arc::new(Shared { issuers, cache: Cache::default() }) })
    }

    /// The issuers whose tokens are accepted.
    pub fn issuers(&self) -> Vec<&str> {
        self.shared.issuers.iter().map(|issuer| issuer.name()).collect()
    }

    /// The claims of `token`, if one of the issuers signed it for us and it is valid at `now`.
    pub async fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, TokenError> {
        if token.is_empty() {
            return Err(TokenError::Missing);
        }
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::TooLong);
        }
        let digest = Sha256::digest(token).into();
        if let Some(entry) = self.shared.cache.get(&digest) {
            let current = entry.issuer.generation() == entry.generation;
            entry.issuer.refresh_when_old(now);
            if current {
                return entry.verified.at(now);
            }
        }
        let entry = self.verify_signed(token, now).await?;
        let claims = entry.verified.at(now)?;
        self.shared.cache.put(digest, entry);
        Ok(claims)
    }

    /// Everything but the time, which is judged on each use.
    async fn verify_signed(&self, token: &str, now: DateTime<Utc>) -> Result<Entry, TokenError> {
        let jws = Jws::read(token)?;
        let payload = Payload::read(&jws)?;
        // Unverified so far: the claimed issuer only picks whose keys must fit.
        let claimed = payload.issuer()?;
        let known = self.shared.issuers.iter().find(|issuer| issuer.name() == claimed);
        let issuer = known.ok_or(TokenError::UnknownIssuer)?;
        let keys = issuer.keys_with(&jws.key_id, now).await?;
        let key = keys.get(&jws.key_id).ok_or(TokenError::UnknownKey)?;
        key.verify(&jws)?;
        let verified = Verified::new(payload, issuer.audience())?;
        Ok(Entry { issuer: Arc::clone(issuer), generation: keys.generation(), verified })
    }

    /// Whether there are keys of every issuer.
    pub async fn ready(&self) -> bool {
        self.missing_keys().await.is_empty()
    }

    /// The issuers without any key, and why; keys that were not had yet are asked for.
    pub async fn missing_keys(&self) -> Vec<VerifierError> {
        let asked = self.shared.issuers.iter().map(|issuer| async {
            let loaded = issuer.ready().await.err();
            loaded.map(|source| VerifierError::Keys { issuer: issuer.name().to_owned(), source })
        });
        join_all(asked).await.into_iter().flatten().collect()
    }
}

/// Whether an address is on this machine, where nobody can listen in between.
pub fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}
