//! Counting anew behind the calls, a few referrals at a time, so that no call waits long for one of
//! them.

use std::time::Duration;

use ascms_http::Clock;
use ascms_persistence::Store;
use tokio::sync::watch;

/// How many referrals are counted in one transaction.
const AT_ONCE: u64 = 200;

/// How long the server rests when there is nothing to count.
const REST: Duration = Duration::from_secs(10);

/// Counts what is to be counted anew, until told to stop. Ends between two transactions: the next
/// server goes on where this one stopped.
pub async fn keep_recalculating(store: Store, clock: Clock, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match store.recalculate_some(clock.now(), AT_ONCE).await {
            // There may be more. Calls that wait for the same lock come first.
            Ok(true) => {
                tokio::task::yield_now().await;
                continue;
            }
            Ok(false) => {}
            Err(err) => {
                let cause: &dyn std::error::Error = &err;
                tracing::warn!(error = cause, "numbers could not be counted anew");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(REST) => {}
            // Whoever could say stop is gone, which says it too.
            changed = stop.changed() => if changed.is_err() { break },
        }
    }
}
