//! A call that changes something: who may, when, and how a retry of it is recognised.

use ascms_domain::access::Grant;
use chrono::{DateTime, Utc};

use crate::store::error::StoreError;
use crate::store::idempotency::{IdempotencyKey, KeyError};

/// What every change has in common.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    pub grant: &'a Grant,
    pub now: DateTime<Utc>,
    pub key: Option<&'a IdempotencyKey>,
    /// `validateOnly`: everything is checked and answered, nothing is kept.
    pub dry_run: bool,
}

/// A change that was refused: by a rule, by its key, or by the store.
#[derive(Debug, thiserror::Error)]
pub enum CallError<E> {
    #[error("refused by a rule")]
    Refused(E),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl<E> CallError<E> {
    /// The same, with the rule's refusal as a wider one.
    pub(crate) fn refusal_into<F: From<E>>(self) -> CallError<F> {
        match self {
            Self::Refused(err) => CallError::Refused(err.into()),
            Self::Key(err) => CallError::Key(err),
            Self::Store(err) => CallError::Store(err),
        }
    }
}

impl<E> From<sea_orm::DbErr> for CallError<E> {
    fn from(err: sea_orm::DbErr) -> Self {
        Self::Store(err.into())
    }
}

impl<E> From<ascms_domain::calendar::OutOfRange> for CallError<E> {
    fn from(err: ascms_domain::calendar::OutOfRange) -> Self {
        Self::Store(err.into())
    }
}
