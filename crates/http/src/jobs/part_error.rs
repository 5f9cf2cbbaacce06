//! Why a part of a job is not made.

use ascms_persistence::StoreError;

/// Why a part was not made.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What the job keeps is from another release.
    #[error(transparent)]
    Unreadable(#[from] serde_json::Error),
}
