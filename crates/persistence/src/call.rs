//! A call that changes something: who may, when, and how a retry of it is recognised.

use ascms_domain::access::Grant;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::audit::{self, Subject};
use crate::idempotency::{self, Answer, IdempotencyKey, KeyError};
use crate::turns::Topic;
use crate::{DatabaseTransaction, Store, StoreError, reach};

mod about;

pub(crate) use about::About;

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

impl Store {
    /// The same as [`Store::carry_out`], when nobody else of this server is at the topic.
    pub(crate) async fn carry_out_on<E>(
        &self,
        topic: Topic,
        (call, about): (&Call<'_>, About),
        work: impl AsyncFnOnce(&DatabaseTransaction) -> Result<Answer, CallError<E>>,
    ) -> Result<Answer, CallError<E>> {
        let _turn = self.turns.take(topic).await?;
        self.carry_out((call, about), work).await
    }

    /// Runs `work` in a transaction of its own. With a key, the answer is kept in the same
    /// transaction, and a retry gets it again without a second effect, while its caller reaches
    /// what the call is about; a refusal keeps nothing.
    pub(crate) async fn carry_out<E>(
        &self,
        (call, about): (&Call<'_>, About),
        work: impl AsyncFnOnce(&DatabaseTransaction) -> Result<Answer, CallError<E>>,
    ) -> Result<Answer, CallError<E>> {
        // Retries wait for the first call before they take a connection.
        let _turn = match call.key {
            Some(key) => Some(self.turns.take(Topic::Key(key.caller_id, key.key.clone())).await?),
            None => None,
        };
        let txn = self.begin().await?;
        if let Some(key) = call.key
            && let Some(answer) = idempotency::claim(&txn, key, call.now).await?
        {
            let by = (call.grant, about);
            let reached = about::still_reached(&txn, by, &answer, call.now).await;
            txn.rollback().await;
            self.leave_trace(call, "replayed_answer", reached?).await?;
            return Ok(answer);
        }
        let done = work(&txn).await;
        self.count_guesses(call, &txn);
        let looked_up = txn.looked_up();
        let answer = match done {
            Ok(answer) => answer,
            Err(err) => {
                txn.rollback().await;
                if let CallError::Store(err) = &err {
                    self.trace_of_stale(call.grant, err, call.now).await?;
                }
                if !looked_up.is_empty() {
                    self.leave_trace(call, "refused_request", looked_up).await?;
                }
                return Err(err);
            }
        };
        if call.dry_run {
            txn.rollback().await;
            self.leave_trace(call, "validated_request", looked_up).await?;
            return Ok(answer);
        }
        if let Some(key) = call.key {
            let answer = Answer { reach: Some(reach::in_words(call.grant)), ..answer.clone() };
            idempotency::keep(&txn, key, &answer).await?;
        }
        txn.commit().await?;
        Ok(answer)
    }

    /// An answer that changed nothing may still show a child's data, or that a child is known: the entry
    /// names whoever was looked up.
    async fn leave_trace(
        &self,
        call: &Call<'_>,
        what: &'static str,
        looked_up: Vec<Uuid>,
    ) -> Result<(), StoreError> {
        let entry = audit::allowed(call.grant, Subject::many(what, looked_up), call.now);
        self.read_log.record(entry).await
    }

    /// A call that only asks whether somebody is known, and one that contradicts what is known of a
    /// stranger, is a guess.
    fn count_guesses(&self, call: &Call<'_>, txn: &DatabaseTransaction) {
        let asked = u32::from(call.dry_run && txn.looks_up());
        let guesses = txn.guesses().saturating_add(asked);
        self.guesses.note(call.grant.caller().id(), guesses, call.now);
    }
}
