//! What can go wrong in the store, in the words of its callers.

use sea_orm::DbErr;
use sea_orm::RuntimeErr;
use uuid::Uuid;

use crate::store::dialect::codes::{self, DatabaseRefusal, cause, is_undone};
use crate::store::stale::Stale;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Absent, or out of the grant's reach: the two are not told apart.
    #[error("not found")]
    NotFound,
    /// The row has changed since the caller read it (`If-Match`).
    #[error("the row is at version {}", .0.now)]
    Stale(Box<Stale>),
    /// A unique value is taken; the text names the constraint, for us and not for clients.
    #[error("a unique value is taken ({0})")]
    Duplicate(String),
    /// The schema refused what the rules should have refused first.
    #[error("a check of the schema refused the row ({0})")]
    Check(String),
    /// A code, in the member of the first name, that the code set of the second does not have.
    #[error("{0} is no code of the set {1}")]
    UnknownCode(&'static str, &'static str),
    /// A number that stands for "not known" is given to nobody.
    #[error("the number stands for \"not known\"")]
    PlaceholderNsn,
    /// A protection is lifted by those who see what it protects.
    #[error("the address is protected, and you are not named to see it")]
    AddressProtected,
    /// The caller tried too often whether somebody is known here.
    #[error("too many guesses in this hour")]
    TooManyGuesses { seconds: u32 },
    /// Too busy now; it may be tried again.
    #[error("the database is too busy")]
    Busy,
    /// The database can not be talked to: it may be tried again.
    #[error("the database can not be reached ({0})")]
    Away(String),
    /// The commit was under way when the database stopped answering: the change may have been
    /// made or not.
    #[error("it is not known whether the change was made ({0})")]
    OutcomeUnknown(String),
    /// Somebody else is at the same thing.
    #[error("the row is locked by another call")]
    Locked,
    #[error("row {0} is in no state that the rules know")]
    Corrupt(Uuid),
    /// A rule has no version that is in force on the day asked for.
    #[error("no version of the rule {0} is in force")]
    NoRule(&'static str),
    #[error("the parameters of a rule can not be read")]
    RuleUnreadable(#[source] serde_json::Error),
    /// The attendance codes on record contradict each other.
    #[error(transparent)]
    CodesUnreadable(ascms_domain::attendance::CodeBookError),
    /// What is to be published fits no rule of protection.
    #[error(transparent)]
    Misfit(#[from] ascms_domain::disclosure::MisfitRow),
    /// The day lies outside the years that the calendars cover.
    #[error(transparent)]
    OutOfCalendar(#[from] ascms_domain::calendar::OutOfRange),
    /// A newer release has changed the schema, and this program does not know how.
    #[error(
        "the database was migrated by a newer release: {migration} needs a program that has \
         {needs}. Start a release that has it"
    )]
    LeftBehind { migration: String, needs: String },
    /// Nothing tells whether this program may run on it.
    #[error("the database has the migration {0}, of which nothing is known")]
    UnknownMigration(String),
    /// Told by its kind: the database's own message may hold a row.
    #[error("the database failed ({})", codes::cause(.0))]
    Database(DbErr),
}

impl StoreError {
    /// Whether the same may go well a little later.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Busy | Self::Away(_) | Self::Locked | Self::OutcomeUnknown(_))
    }
}

impl From<DbErr> for StoreError {
    fn from(err: DbErr) -> Self {
        let constraint = || codes::constraint(&err).unwrap_or_default();
        match codes::refusal(&err) {
            DatabaseRefusal::Duplicate => Self::Duplicate(constraint()),
            DatabaseRefusal::Check => Self::Check(constraint()),
            DatabaseRefusal::Busy => Self::Busy,
            DatabaseRefusal::Locked => Self::Locked,
            DatabaseRefusal::Away => Self::Away(codes::cause(&err)),
            DatabaseRefusal::Other => Self::Database(err),
        }
    }
}

/// A change that failed: either the store could not, or the rule said no.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError<E> {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("refused by a rule")]
    Refused(E),
}

impl<E> From<DbErr> for ChangeError<E> {
    fn from(err: DbErr) -> Self {
        Self::Store(err.into())
    }
}

/// What a COMMIT that failed means. Only where the database says that it has undone everything is
/// that known; an answer that did not come, or SQLite's that a file could not be written, leaves
/// it open.
pub(crate) fn failed_commit(err: DbErr) -> StoreError {
    if is_undone(&err) { err.into() } else { StoreError::OutcomeUnknown(cause(&err)) }
}

/// The error of a statement that was not even sent.
pub(crate) fn not_connected(reason: StoreError) -> DbErr {
    // The message that this becomes a part of says that much already.
    let reason = if let StoreError::Away(reason) = reason { reason } else { reason.to_string() };
    DbErr::Conn(RuntimeErr::Internal(reason))
}
