//! How long the pool of PostgreSQL waits for what.

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, sqlx};
use std::time::Duration;
use tokio::time::timeout;

use crate::store::postgres::hosts::HostsError;

/// How long the answer to a statement and to a commit is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The database gives up a statement after this long by itself; a moment later nobody waits
    /// for it any more.
    pub statement: Duration,
    /// What a commit may take, the standby's answer included: the database itself has no limit
    /// for that.
    pub commit: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { statement: Duration::from_secs(2), commit: Duration::from_secs(5) }
    }
}

/// What a statement may take longer than its own limit until its answer is here.
pub(crate) const GRACE: Duration = Duration::from_secs(1);

/// How long a call may wait for a connection that others use.
pub(crate) const ACQUIRE_LIMIT: Duration = Duration::from_secs(1);

/// How long what was broken off on a connection may take to end.
pub(crate) const TIDY_LIMIT: Duration = Duration::from_secs(1);

pub(crate) const PING_LIMIT: Duration = Duration::from_millis(500);

pub(crate) const CLOSE_LIMIT: Duration = Duration::from_secs(1);

/// The same for what has time.
pub(crate) const BESIDE_LIMIT: Duration = Duration::from_secs(10);

pub(crate) const WAIT: &str = "ascms_database_wait_seconds";

pub(crate) const TIMEOUTS: &str = "ascms_database_timeouts_total";

pub(crate) fn closed() -> DbErr {
    DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)
}

/// The answer, or that none came in time.
pub(crate) async fn within<T>(
    limit: Duration,
    answer: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    timeout(limit, answer).await.unwrap_or_else(|_elapsed| {
        let silent = std::io::Error::new(std::io::ErrorKind::TimedOut, "no answer in time");
        Err(sqlx::Error::Io(silent))
    })
}

pub(crate) fn unusable(why: &HostsError) -> DbErr {
    DbErr::Conn(RuntimeErr::Internal(why.to_string()))
}

/// Takes note of how long somebody waited for a connection.
pub(crate) fn waited(kind: &'static str, time: Duration) {
    metrics::histogram!(WAIT, "for" => kind).record(time);
}
