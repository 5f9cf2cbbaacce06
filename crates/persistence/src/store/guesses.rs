//! How often a caller has guessed who is known here. Answers tell a stranger nothing of a child; what
//! is counted is that somebody tries.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::Store;
use crate::store::error::StoreError;

const HOUR: i64 = 3600;
/// As many callers are remembered before those of earlier hours are forgotten.
const MOST_CALLERS: usize = 10_000;

/// The guesses of this hour, by caller; each server counts its own.
pub(crate) struct Guesses {
    an_hour: AtomicU32,
    /// The hour, and how many there were in it.
    counted: Mutex<HashMap<Uuid, (i64, u32)>>,
}

impl Default for Guesses {
    /// Without a limit, until somebody sets one.
    fn default() -> Self {
        Self { an_hour: AtomicU32::new(u32::MAX), counted: Mutex::default() }
    }
}

impl Guesses {
    /// Adds to a caller's guesses.
    pub(crate) fn note(&self, caller: Uuid, more: u32, now: DateTime<Utc>) {
        if more == 0 {
            return;
        }
        let hour = now.timestamp().div_euclid(HOUR);
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.len() >= MOST_CALLERS {
            counted.retain(|_, (of, _)| *of == hour);
        }
        let entry = counted.entry(caller).or_insert((hour, 0));
        if entry.0 != hour {
            *entry = (hour, 0);
        }
        let (before, limit) = (entry.1, self.an_hour.load(Ordering::Relaxed));
        entry.1 = before.saturating_add(more);
        if before < limit && entry.1 >= limit {
            tracing::warn!(%caller, "a caller has guessed as often as it may in an hour");
        }
    }

    /// Whether a caller may go on: an error that says how long it has to wait.
    fn may(&self, caller: Uuid, now: DateTime<Utc>) -> Result<(), StoreError> {
        let hour = now.timestamp().div_euclid(HOUR);
        let counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let guesses = counted.get(&caller).filter(|(of, _)| *of == hour).map_or(0, |(_, n)| *n);
        if guesses < self.an_hour.load(Ordering::Relaxed) {
            return Ok(());
        }
        let left = HOUR - now.timestamp().rem_euclid(HOUR);
        Err(StoreError::TooManyGuesses { seconds: u32::try_from(left).unwrap_or(1) })
    }
}

impl Store {
    /// Sets how often a caller may guess in an hour.
    pub fn limit_guesses(&self, an_hour: u32) {
        self.guesses.an_hour.store(an_hour, Ordering::Relaxed);
    }

    /// Refuses a call that looks students up, of a caller that guessed too often.
    pub(crate) fn may_look_up(
        &self,
        call: &crate::store::call::Call<'_>,
    ) -> Result<(), StoreError> {
        self.guesses.may(call.grant.caller().id(), call.now)
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::{Guesses, Ordering};
    use crate::store::error::StoreError;

    #[test]
    fn a_caller_waits_until_the_hour_is_over_and_others_do_not() {
        let guesses = Guesses::default();
        guesses.an_hour.store(3, Ordering::Relaxed);
        let at = |seconds| DateTime::from_timestamp(seconds, 0).expect("an instant");
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        guesses.note(one, 2, at(7200));
        assert!(guesses.may(one, at(7300)).is_ok());
        guesses.note(one, 5, at(7300));
        let refused = guesses.may(one, at(7500));
        assert!(
            matches!(refused, Err(StoreError::TooManyGuesses { seconds: 3300 })),
            "{refused:?}"
        );
        assert!(guesses.may(other, at(7500)).is_ok());
        assert!(guesses.may(one, at(10_800)).is_ok());
    }
}
