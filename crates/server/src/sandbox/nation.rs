//! The invented nation of a new sandbox.

use ascms_persistence::{Store, StoreError};
use chrono::{DateTime, Utc};

use crate::progress::Progress;

#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Fills an empty database.
pub async fn seed(
    store: &Store,
    _now: DateTime<Utc>,
    progress: &dyn Progress,
) -> Result<(), SeedError> {
    progress.begin("seeding", 1);
    store.ping().await?;
    progress.finish();
    Ok(())
}
