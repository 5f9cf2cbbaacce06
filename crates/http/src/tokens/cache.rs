//! Tokens whose signature was already checked, since that costs more than the rest of a request's
//! checks together. Times are judged again on each use, and so is whether the keys are still the
//! same.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::tokens::claims::Verified;
use crate::tokens::issuer::Issuer;

/// At most twice this many tokens are remembered.
const HALF: usize = 5_000;

/// The SHA-256 of a token: the token itself is not kept.
type TokenDigest = [u8; 32];

pub(super) struct Entry {
    pub(super) issuer: Arc<Issuer>,
    /// Of the keys that the signature was checked with.
    pub(super) generation: u64,
    pub(super) verified: Verified,
}

/// Two halves: what is used moves to the young one; when that is full the old one is forgotten.
/// So the tokens in use stay, without a list of uses to keep.
#[derive(Default)]
pub(super) struct Cache {
    halves: Mutex<Halves>,
}

#[derive(Default)]
struct Halves {
    young: HashMap<TokenDigest, Arc<Entry>>,
    old: HashMap<TokenDigest, Arc<Entry>>,
}

impl Cache {
    pub(super) fn get(&self, digest: &TokenDigest) -> Option<Arc<Entry>> {
        let mut halves = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = halves.young.get(digest) {
            return Some(Arc::clone(entry));
        }
        let entry = halves.old.remove(digest)?;
        halves.put(*digest, Arc::clone(&entry));
        Some(entry)
    }

    pub(super) fn put(&self, digest: TokenDigest, entry: Entry) {
        let mut halves = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        halves.put(digest, Arc::new(entry));
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        let halves = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        halves.young.len() + halves.old.len()
    }
}

impl Halves {
    fn put(&mut self, digest: TokenDigest, entry: Arc<Entry>) {
        if self.young.len() >= HALF {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(digest, entry);
    }
}
