//! How a change is carried out: one transaction, one answer, and the trace of what a refused call was shown.

use std::cell::Cell;

use uuid::Uuid;

use crate::gate::write::Write;
use crate::store::audit::{self, Subject};
use crate::store::call::{Call, CallError};
use crate::store::error::StoreError;
use crate::store::idempotency::{self, Answer};
use crate::store::transaction::DatabaseTransaction;
use crate::store::turns::Topic;
use crate::{Store, reach};

pub(crate) mod about;

pub use about::About;

impl Store {
    /// Runs `work` in a transaction of its own, once nobody else of this server is at what it is
    /// about. With a key, the answer is kept in the same transaction, and a retry gets it again
    /// without a second effect, while its caller still reaches what the change is about. A refusal
    /// and a dry run keep nothing.
    ///
    /// # Errors
    ///
    /// The refusal of `work`; of the key, when it was used for another call or its call is under
    /// way; of the store.
    pub async fn write<E>(
        &self,
        call: &Call<'_>,
        about: About,
        work: impl AsyncFnOnce(&Write<'_>) -> Result<Answer, CallError<E>>,
    ) -> Result<Answer, CallError<E>> {
        // Loaded before the transaction has a connection, so that it never waits for a second one.
        let (calendars, rules) = (self.calendars().await?, self.rules().await?);
        let (placeholders, codes) = (self.placeholders().await?, self.known_codes().await?);
        let _turn = match about.topic() {
            Some(topic) => Some(self.turns.take(topic).await?),
            None => None,
        };
        let mut reference_changed = false;
        let carried_out = self.in_transaction(call, about, async |txn| {
            let write = Write {
                store: self,
                call,
                txn,
                calendars: &calendars,
                rules: &rules,
                placeholders: &placeholders,
                codes: &codes,
                reference_changed: Cell::default(),
                known_id: Cell::default(),
            };
            let answer = work(&write).await?;
            reference_changed = write.reference_changed.get();
            Ok(answer)
        });
        // On the heap: what a whole transaction holds is too much for the stack of a caller.
        let answer = Box::pin(carried_out).await?;
        if reference_changed {
            self.caches.calendars.clear();
            self.caches.rules.clear();
        }
        Ok(answer)
    }

    /// Claims the key, runs `work`, stores the answer and commits; or leaves the trace of what was
    /// shown where nothing is committed.
    async fn in_transaction<E>(
        &self,
        call: &Call<'_>,
        about: About,
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
            let reached = about::still_reached(&txn, call.grant, &about, &answer, call.now).await;
            txn.rollback().await;
            self.leave_trace(call, "replayed_answer", reached?).await?;
            return Ok(answer);
        }
        let done = match work(&txn).await {
            Ok(answer) => add_waiting_rows(&txn, call, answer).await,
            refused => refused,
        };
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

/// Adds the rows that wait, and the answer where a key is to keep it. What the database has against them is a
/// refusal of the change like any other, also where it is only tried out.
async fn add_waiting_rows<E>(
    txn: &DatabaseTransaction,
    call: &Call<'_>,
    answer: Answer,
) -> Result<Answer, CallError<E>> {
    match call.key {
        Some(key) if !call.dry_run => {
            let mut kept = answer.clone();
            kept.reach = Some(reach::in_words(call.grant));
            idempotency::store_answer(txn, key, &kept).await?;
        }
        _ => txn.add_deferred().await?,
    }
    Ok(answer)
}
