//! The sandbox: a whole service on one machine, with an invented nation, keys of its own and a
//! token for each persona. Its issuer is never accepted anywhere else.

use chrono::TimeDelta;

pub mod folder;
pub mod keys;
pub mod nation;
pub mod personas;
pub mod welcome;

#[cfg(test)]
mod tests;

/// The `.invalid` names can never be registered (RFC 6761), so nobody can own this issuer.
pub const ISSUER: &str = "https://sandbox.ascms.invalid";

pub const AUDIENCE: &str = "ascms-sandbox";

/// A working day with its overtime. Only the sandbox has tokens that live so long.
pub const TOKEN_LIFETIME: TimeDelta = TimeDelta::hours(12);

/// The school of the personas who belong to one, as it is seeded and as the document's examples
/// name it.
pub const SCHOOL_NUMBER: &str = "9001";
