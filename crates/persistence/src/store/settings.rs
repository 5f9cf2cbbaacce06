//! How the database is reached.

use crate::store::postgres::limits::Limits;

/// Where the database is and how many connections to it may be open.
#[derive(Clone, Debug)]
pub struct DatabaseSettings {
    /// `postgres://…` or `sqlite://…`.
    pub url: String,
    /// About four a core: more only moves the queue into the database.
    pub connections: u32,
    /// Whether a commit waits for the disk. Without, a power cut may take what came last, or on
    /// SQLite the whole file: for what can be made again.
    pub durable: bool,
    /// How long PostgreSQL's answers are waited for.
    pub limits: Limits,
}
