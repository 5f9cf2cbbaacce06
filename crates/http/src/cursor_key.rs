//! Whether this server signs cursors with the same key as the others of its installation.

use ascms_persistence::rows::cursor_key::Model;
use ascms_persistence::{Store, StoreError};
use aws_lc_rs::hmac;
use chrono::{DateTime, TimeDelta, Utc};

/// How long a server may go on with the former key after the key was changed on purpose.
pub const GRACE: TimeDelta = TimeDelta::minutes(10);

/// What tells one key from another and nothing about either.
pub fn fingerprint(key: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let tag = hmac::sign(&key, b"fingerprint of the key that signs cursors");
    tag.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error(
        "ASCMS_CURSOR_KEY is not the key that this installation has had since {0}: set that one, or \
         make this one the installation's with `ascms change-cursor-key`"
    )]
    Differs(DateTime<Utc>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// At a start: the first server names the installation's key, the others must have the same.
pub async fn agree(store: &Store, own: &str, now: DateTime<Utc>) -> Result<(), KeyError> {
    store.name_cursor_key(own, now).await?;
    compare(store, own).await.map(drop)
}

/// Since when the installation has this key; an error when it has another one.
pub async fn compare(store: &Store, own: &str) -> Result<Option<DateTime<Utc>>, KeyError> {
    match store.cursor_key().await? {
        None => Ok(None),
        Some(Model { fingerprint, changed_at, .. }) if fingerprint == own => Ok(Some(changed_at)),
        Some(Model { changed_at, .. }) => Err(KeyError::Differs(changed_at)),
    }
}

/// The same for a server that runs, which may have the former key for a while.
pub async fn still_agrees(store: &Store, own: &str, now: DateTime<Utc>) -> Result<(), KeyError> {
    match compare(store, own).await {
        Err(KeyError::Differs(since)) if now - since < GRACE => Ok(()),
        other => other.map(drop),
    }
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn a_fingerprint_tells_keys_apart_and_does_not_show_them() {
        let (one, other) = ([7; 32], [8; 32]);
        assert_eq!(fingerprint(&one), fingerprint(&one));
        assert_ne!(fingerprint(&one), fingerprint(&other));
        assert_eq!(fingerprint(&one).len(), 32);
        assert!(!fingerprint(&one).contains("0707"));
    }
}
