//! The only crate that speaks SQL. A write is one function and one transaction; a read of a
//! scoped table starts at `within(grant)` and leaves its audit entry before it answers.

pub mod actors;
mod almanac;
pub mod attendance;
mod audit;
pub mod barriers;
mod bulk;
mod cache;
mod call;
pub mod cases;
pub mod catchments;
pub mod closure_reviews;
mod connect;
mod connections;
pub mod contacts;
pub mod cursor_key;
mod dialect;
pub mod documents;
mod either;
pub mod enrolment_claims;
pub mod enrolments;
mod error;
mod events;
mod guesses;
mod heartbeat;
pub mod history;
pub mod holidays;
pub mod idempotency;
pub mod installation;
pub mod jobs;
pub mod measures;
pub mod meetings;
mod migrate;
pub mod non_enrolments;
pub mod notifications;
pub mod organisations;
pub mod page;
pub mod plans;
pub mod position;
pub mod postgres;
pub mod providers;
pub mod publications;
mod reach;
mod read_log;
pub mod reads;
pub mod recalculations;
pub mod reference_data;
pub mod referrals;
pub mod rules;
pub mod schools;
pub mod seed;
mod sqlite;
mod store_clock;
pub mod students;
pub mod tasks;
pub mod terms;
pub mod timeline;
mod transaction;
pub mod transfers;
mod turns;
pub mod work_list;

use std::sync::Arc;

use connections::Connections;
use transaction::DatabaseTransaction;

pub use almanac::Almanac;
pub use audit::Denial;
pub use call::{Call, CallError};
pub use connect::DatabaseSettings;
pub use connections::Count;
pub use dialect::migrating::AttendanceParts;
pub use dialect::roles::Rights;
pub use error::{ChangeError, StoreError};
pub use migrate::{MigrateError, SchemaStanding};
pub use sqlite::{DatabaseFile, Log};
pub use store_clock::Times;

/// A handle on the database. Cheap to clone; its inside never leaves this crate.
#[derive(Clone)]
pub struct Store {
    /// Where reads go.
    read: Connections,
    /// Where transactions that write begin: on SQLite a pool of one, since it has one writer, and
    /// waiting in a queue is fairer than colliding at the lock. On PostgreSQL the same pool.
    write: Connections,
    read_log: read_log::ReadLog,
    turns: turns::Turns,
    tended: sqlite::Tended,
    pulse: heartbeat::Pulse,
    caches: Arc<Caches>,
    guesses: Arc<guesses::Guesses>,
}

/// What changes rarely and is asked on every call. Each entry knows its own age.
#[derive(Default)]
struct Caches {
    actors: actors::Cache,
    almanac: cache::Aged<almanac::Almanac>,
    code_book: cache::Aged<ascms_domain::attendance::CodeBook>,
    placeholders: cache::Aged<ascms_domain::matching::Placeholders>,
    rules: cache::Aged<rules::RuleBook>,
}

impl Store {
    /// A transaction that will write, see [`Connections::begin`].
    async fn begin(&self) -> Result<DatabaseTransaction, StoreError> {
        self.write.begin().await
    }
}
