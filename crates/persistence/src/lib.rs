//! The only crate that speaks SQL. A write is one function and one transaction; a read of a
//! scoped table ([`scoped_rows`]) starts at `within(grant)` and leaves its audit entry before it
//! answers.

mod features;
mod gate;
mod identity;
mod pages;
mod reach;
mod reference;
pub mod rows;
pub mod seed;
mod store;
mod trace;
mod writes;

use std::sync::Arc;

use crate::store::connections::Connections;
use crate::store::transaction::DatabaseTransaction;
use crate::store::{cache, guesses, heartbeat, read_log, sqlite, turns};

pub use features::{
    attendance, barriers, bulletins, cases, closure_reviews, contacts, contracts, documents,
    duties, enrolment_claims, enrolments, funds, holidays, installation, jobs, measures, meetings,
    needs, non_enrolments, notifications, performance_reviews, plans, publications, recalculations,
    referrals, registers, rules, students, submissions, tasks, templates, terms, timeline,
    transfers,
};
pub use gate::write::Write;
pub use pages::{concerns, draft, history, in_service, reads, work_list};
pub use reach::rows as scoped_rows;
pub use reference::calendars::Calendars;
pub use reference::{actors, catchments, organisations, providers, reference_data, schools};
pub use store::{cursor_key, idempotency, page, position, postgres};
pub use writes::About;

pub use store::audit::Denial;
pub use store::call::{Call, CallError};
pub use store::dialect::migrating::AttendanceParts;
pub use store::dialect::roles::Rights;
pub use store::error::{ChangeError, StoreError};
pub use store::migrate::{MigrateError, SchemaStanding};
pub use store::settings::DatabaseSettings;
pub use store::sqlite::DatabaseFile;
pub use store::sqlite::Log;
pub use store::store_clock::Times;
pub use store::usage::Count;

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
    calendars: cache::Aged<Calendars>,
    codes: cache::Aged<reference::reference_data::KnownCodes>,
    code_book: cache::Aged<ascms_domain::attendance::CodeBook>,
    placeholders: cache::Aged<ascms_domain::matching::Placeholders>,
    rules: cache::Aged<reference::rules::RuleBook>,
}

impl Store {
    /// A transaction that will write, see [`Connections::begin`].
    async fn begin(&self) -> Result<DatabaseTransaction, StoreError> {
        self.write.begin().await
    }
}
