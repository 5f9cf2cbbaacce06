//! What is kept for a time and not for ever: answers to keyed calls, and jobs. What is old is told
//! by clocks that agree and have gone steadily for as long.

use std::time::Duration;

use ascms_domain::jobs;
use ascms_http::Clock;
use ascms_persistence::{Store, StoreError, idempotency};

/// Also before the first time: right after a start it is least certain that the clock is right.
const EVERY: Duration = Duration::from_secs(3600);

/// Goes on for as long as the service does.
pub async fn forget_what_is_old(store: Store, clock: Clock) {
    loop {
        tokio::time::sleep(EVERY).await;
        said("idempotency keys", keys(&store, &clock).await);
        said("jobs", old_jobs(&store, &clock).await);
    }
}

async fn keys(store: &Store, clock: &Clock) -> Result<u64, StoreError> {
    match store.time_to_forget(clock.now(), idempotency::KEPT_FOR).await? {
        Some(now) => store.forget_old_keys(now).await,
        None => Ok(0),
    }
}

async fn old_jobs(store: &Store, clock: &Clock) -> Result<u64, StoreError> {
    match store.time_to_forget(clock.now(), jobs::KEPT_FOR).await? {
        Some(now) => store.forget_old_jobs(now).await,
        None => Ok(0),
    }
}

fn said(what: &str, how_many: Result<u64, StoreError>) {
    match how_many {
        Ok(0) => {}
        Ok(forgotten) => tracing::info!(forgotten, what, "old ones are forgotten"),
        Err(err) => {
            let cause: &dyn std::error::Error = &err;
            tracing::warn!(error = cause, what, "old ones were not forgotten");
        }
    }
}
