//! Why a nation was not invented to the end.

use ascms_domain::access::Forbidden;
use ascms_domain::calendar::OutOfRange;
use ascms_domain::terms::TermsError;
use ascms_http::documents::objects::ObjectsError;
use ascms_persistence::{CallError, StoreError};
use chrono::NaiveDate;

#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("its database is neither empty nor was it filled to the end: delete it to begin anew")]
    Unfinished,
    #[error("the invented nation has dates for 2025 to 2027, and the clock says {0}")]
    NoDates(NaiveDate),
    #[error("a persona may not do its part: {0}")]
    Forbidden(#[from] Forbidden),
    #[error("a persona is missing: {0}")]
    NoPersona(String),
    #[error("an invented request was refused: {0}")]
    Refused(String),
    #[error("an example's id can not be read: {0}")]
    Id(#[from] uuid::Error),
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    #[error(transparent)]
    Calendar(#[from] OutOfRange),
    #[error(transparent)]
    Terms(#[from] TermsError),
}

/// The store's refusals in one type: an invented nation should meet none.
pub(super) fn refused<E: std::fmt::Display>(err: CallError<E>) -> SeedError {
    match err {
        CallError::Refused(rule) => SeedError::Refused(rule.to_string()),
        CallError::Key(key) => SeedError::Refused(key.to_string()),
        CallError::Store(store) => SeedError::Store(store),
    }
}
