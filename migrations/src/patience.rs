//! How long a migration waits for a lock. Everybody who comes after it waits behind it, so it
//! waits for a moment only, gives up, and tries again.

use std::time::Duration;

use sea_orm_migration::sea_orm::sqlx;
use sea_orm_migration::sea_orm::{DbErr, RuntimeErr};

/// About seven minutes, with the pauses and the waits.
const ATTEMPTS: u32 = 200;
/// How long callers may be held up by an attempt that does not get its lock.
const BRIEF_MS: u32 = 200;
/// PostgreSQL sends an automatic vacuum away from a table after a second of waiting for it, and no
/// sooner: every now and then that second is waited.
const AGAINST_VACUUM_MS: u32 = 1_100;
const AGAINST_VACUUM_EVERY: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// The attempts at one step of a migration.
#[derive(Debug, Default)]
pub struct Attempts {
    failed: u32,
}

impl Attempts {
    /// How long the next attempt may wait for each lock, in milliseconds.
    #[must_use]
    pub fn lock_timeout(&self) -> u32 {
        if self.failed % AGAINST_VACUUM_EVERY == AGAINST_VACUUM_EVERY - 1 {
            AGAINST_VACUUM_MS
        } else {
            BRIEF_MS
        }
    }

    /// Whether a failed attempt is followed by another one; pauses before it.
    pub async fn go_on(&mut self, after: &DbErr) -> bool {
        self.failed += 1;
        if self.failed >= ATTEMPTS || !lock_not_had(after) {
            return false;
        }
        if self.failed.is_multiple_of(AGAINST_VACUUM_EVERY) {
            tracing::info!(attempts = self.failed, "a lock is not to be had yet");
        }
        tokio::time::sleep(FIRST_PAUSE.saturating_mul(self.failed).min(LONGEST_PAUSE)).await;
        true
    }
}

/// Whether a statement failed for a lock that somebody else has. A deadlock is one too.
#[must_use]
pub fn lock_not_had(err: &DbErr) -> bool {
    let (DbErr::Conn(runtime) | DbErr::Exec(runtime) | DbErr::Query(runtime)) = err else {
        return false;
    };
    let RuntimeErr::SqlxError(err) = runtime else { return false };
    let sqlx::Error::Database(err) = err.as_ref() else { return false };
    let code = err.code().unwrap_or_default();
    ["55P03", "40P01", "5", "6", "261", "262", "517"].contains(&code.as_ref())
}
