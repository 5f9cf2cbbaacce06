//! Access tokens: from the text after `Bearer` to claims that a configured issuer signed.
//! RFC 9068 (JWT access tokens) checked as RFC 8725 (best current practices) asks. The
//! account behind the subject, and what it may do, are decided elsewhere.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use sha2::{Digest, Sha256};

use crate::tokens::cache::{Cache, Entry};
use crate::tokens::claims::{Payload, Verified};
use crate::tokens::issuer::Issuer;
use crate::tokens::jws::Jws;

pub use crate::tokens::claims::{Claims, LEEWAY};
pub use crate::tokens::error::{LoadError, TokenError, VerifierError};
pub use crate::tokens::loopback::is_loopback;
pub use crate::tokens::settings::{IssuerSettings, JwksSource};

mod cache;
mod claims;
mod error;
mod issuer;
mod jws;
mod keys;
mod loopback;
mod settings;

#[cfg(test)]
mod tests;

/// The longest token that is read, in bytes. Access tokens are about 1 KiB.
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;

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
