//! The one clock of the program; everything else is handed `now`.

use ascms_http::Clock;
use chrono::{SubsecRound, Utc};

/// Microseconds, since the databases keep no more: what is answered now and read back later is the
/// same.
const DIGITS: u16 = 6;

#[expect(clippy::disallowed_methods, reason = "this is the server's clock")]
pub fn system() -> Clock {
    Clock::new(|| Utc::now().trunc_subsecs(DIGITS))
}
