//! What only a sandbox has: invented people and machines that anybody who reaches it may be.

use std::fmt::Debug;

use ascms_domain::access::Role;
use chrono::{DateTime, Utc};

/// Somebody whom a newcomer may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Persona {
    /// The subject of the persona's tokens: `case-manager`.
    pub name: String,
    pub role: Role,
    /// What the persona does in the service, in a few words.
    pub about: String,
}

/// The personas of a sandbox, and their tokens. Its issuer is accepted nowhere else.
pub trait Sandbox: Debug + Send + Sync {
    fn personas(&self) -> Vec<Persona>;

    /// A token for the persona; `None` when it cannot be signed.
    fn token(&self, persona: &Persona, now: DateTime<Utc>) -> Option<String>;
}
