//! What the process was given.

use std::ffi::OsString;

/// Names and values, as the process was given them.
pub type Variables = Vec<(OsString, OsString)>;

pub fn environment() -> Variables {
    std::env::vars_os().collect()
}
