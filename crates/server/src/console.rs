//! The one place that writes to the terminal: results to stdout, the rest to stderr.

use std::io::{self, Write};

/// One line of a command's result. A reader who has left (`ascms openapi | head`) is no reason to
/// panic, as `println!` would.
pub fn line(text: &str) {
    drop(writeln!(io::stdout().lock(), "{text}"));
}

/// One line about what went wrong.
pub fn complain(text: &str) {
    drop(writeln!(io::stderr().lock(), "{text}"));
}
