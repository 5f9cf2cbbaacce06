//! What is done behind the calls, a step at a time, so that no call waits long for one of them.

use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ascms_domain::ids::ContractId;
use ascms_http::{Clock, jobs};
use ascms_persistence::{Store, StoreError};
use tokio::sync::{Mutex, watch};

use crate::metrics;

/// How many referrals are counted anew in one transaction.
const AT_ONCE: u64 = 200;

/// How many groups a part of a result has: what a transaction writes in some milliseconds.
const GROUPS_A_PART: u32 = 500;

/// How long the server rests when there is nothing to count.
const BETWEEN_COUNTS: Duration = Duration::from_secs(10);
/// First days that were told ahead come at midnight.
const BETWEEN_FIRST_DAYS: Duration = Duration::from_secs(60);
const SECONDS_AN_HOUR: i64 = 3600;
/// Somebody waits for a job.
const BETWEEN_JOBS: Duration = Duration::from_secs(1);

/// SQLite's log may grow by some megabytes meanwhile.
const BETWEEN_TENDINGS: Duration = Duration::from_secs(5);
/// A log beyond this is worth a warning, and again each time that it has doubled.
const LONG_LOG: u64 = 64 * 1024 * 1024;

/// Carries SQLite's write-ahead log over and examines its file, until told to stop.
pub async fn keep_tending(store: Store, stop: watch::Receiver<bool>) {
    let warned = AtomicU64::new(LONG_LOG);
    let step = || tend(&store, &warned);
    keep_at("the database's file could not be tended", BETWEEN_TENDINGS, stop, step).await;
}

async fn tend(store: &Store, warned: &AtomicU64) -> Result<bool, StoreError> {
    let tended = store.tend_log().await;
    store.look_at_file().await?;
    let Some(log) = tended? else { return Ok(false) };
    metrics::set_log_bytes(log.bytes);
    if log.bytes >= warned.load(Ordering::Relaxed) {
        warned.store(log.bytes.saturating_mul(2), Ordering::Relaxed);
        tracing::warn!(bytes = log.bytes, "somebody's long reading keeps the write-ahead log");
    } else if !log.is_held {
        warned.store(LONG_LOG, Ordering::Relaxed);
    }
    Ok(false)
}

/// Counts what is to be counted anew, until told to stop.
pub async fn keep_recalculating(store: Store, clock: Clock, stop: watch::Receiver<bool>) {
    let step = || store.recalculate_some(clock.now(), AT_ONCE);
    keep_at("numbers could not be counted anew", BETWEEN_COUNTS, stop, step).await;
}

/// Lets first days that were told ahead take effect when they have come, and claims that nobody has
/// opposed open when their day has come, until told to stop.
pub async fn keep_beginning(store: Store, clock: Clock, stop: watch::Receiver<bool>) {
    let step = async || -> Result<bool, StoreError> {
        let begun = store.begin_one_told_ahead(clock.now()).await?;
        Ok(store.open_one_unopposed(clock.now()).await? || begun)
    };
    keep_at("a first day could not take effect", BETWEEN_FIRST_DAYS, stop, step).await;
}

/// Keeps the duties of contracts as the day asks for them, and tells of those that became overdue, until
/// told to stop. All contracts are looked at when the server begins, and again each hour: midnight is at
/// the beginning of one.
pub async fn keep_duties(store: Store, clock: Clock, stop: watch::Receiver<bool>) {
    let round = Mutex::new(Round::default());
    let step = async || -> Result<bool, StoreError> {
        let (now, mut round) = (clock.now(), round.lock().await);
        let hour = now.timestamp().div_euclid(SECONDS_AN_HOUR);
        if round.hour != Some(hour) {
            let last = store.settle_next_contract(round.after, now).await?;
            *round = Round { hour: round.hour, after: last };
            if last.is_some() {
                return Ok(true);
            }
            round.hour = Some(hour);
        }
        store.tell_some_overdue(now).await
    };
    keep_at("duties could not be brought up to date", BETWEEN_FIRST_DAYS, stop, step).await;
}

/// How far the look at the duties of all contracts has come.
#[derive(Default)]
struct Round {
    /// The hour since the epoch in which the last one was done.
    hour: Option<i64>,
    /// The contract that was looked at last.
    after: Option<ContractId>,
}

/// Makes what was ordered, until told to stop.
pub async fn keep_doing_jobs(store: Store, clock: Clock, stop: watch::Receiver<bool>) {
    let step = || jobs::work_some(&store, clock.now(), GROUPS_A_PART);
    keep_at("a part of a job could not be made", BETWEEN_JOBS, stop, step).await;
}

/// Goes on while a step answers that there may be more, and else rests. Ends between two steps: the
/// next server goes on where this one stopped.
async fn keep_at<E: Error + 'static, S: Future<Output = Result<bool, E>>>(
    failed: &'static str,
    rest: Duration,
    mut stop: watch::Receiver<bool>,
    step: impl Fn() -> S,
) {
    while !*stop.borrow() {
        match step().await {
            // Calls that wait for the same lock come first.
            Ok(true) => {
                tokio::task::yield_now().await;
                continue;
            }
            Ok(false) => {}
            Err(err) => {
                let cause: &dyn Error = &err;
                tracing::warn!(error = cause, "{failed}");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            // The sender is gone, which means stop too.
            changed = stop.changed() => if changed.is_err() { break },
        }
    }
}
