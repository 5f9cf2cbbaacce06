//! Those who signed in a moment ago, kept so that not every request asks the database for them.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use chrono::NaiveDate;

use crate::reference::actors::KnownCaller;

/// How long a change made by another server may go unnoticed; this server's own are seen at once.
const FRESH_FOR: Duration = Duration::from_secs(1);
/// Beyond so many callers the cache starts anew.
const CALLERS: usize = 20_000;

/// What is cached: a sign-in, on a day.
type SignIn = (String, String, NaiveDate);

#[derive(Default)]
pub(crate) struct Cache(RwLock<HashMap<SignIn, (Instant, Arc<KnownCaller>)>>);

impl Cache {
    pub(super) fn get(&self, sign_in: &SignIn) -> Option<Arc<KnownCaller>> {
        let entries = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (loaded, known) = entries.get(sign_in)?;
        (loaded.elapsed() < FRESH_FOR).then(|| known.clone())
    }

    pub(super) fn put(&self, sign_in: SignIn, known: Arc<KnownCaller>) {
        let mut entries = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= CALLERS {
            entries.clear();
        }
        entries.insert(sign_in, (Instant::now(), known));
    }

    pub(crate) fn clear(&self) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
