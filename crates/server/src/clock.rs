//! The one clock of the program; everything else is handed `now`.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use ascms_http::Clock;
use chrono::{DateTime, SubsecRound, Utc};

/// Microseconds, since the databases keep no more: what is answered now and read back later is the
/// same.
const DIGITS: u16 = 6;

/// The machine's, which may be set back or ahead at any time.
#[expect(clippy::disallowed_methods, reason = "this is the server's clock")]
pub fn system() -> Clock {
    Clock::new(|| Utc::now().trunc_subsecs(DIGITS))
}

/// The last instant that a clock has said, which it goes on from.
#[derive(Clone)]
pub struct Last(Arc<AtomicI64>);

impl Last {
    /// Goes on from this instant, unless it is past.
    pub fn raise(&self, instant: DateTime<Utc>) {
        self.0.fetch_max(instant.timestamp_micros(), Ordering::Relaxed);
    }
}

/// A clock that goes forward only and says no instant twice, so that what a server writes later is
/// dated later. While the one beneath it is behind, it moves by microseconds.
pub fn forward(beneath: Clock) -> (Clock, Last) {
    let last = Last(Arc::new(AtomicI64::new(i64::MIN)));
    let known = last.clone();
    let clock = Clock::new(move || {
        let now = beneath.now();
        let micros = now.timestamp_micros();
        let next = |last: i64| Some(micros.max(last.saturating_add(1)));
        let before = known.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        let said = before.unwrap_or(i64::MIN).saturating_add(1).max(micros);
        DateTime::from_timestamp_micros(said).unwrap_or(now)
    });
    (clock, last)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use ascms_http::Clock;
    use chrono::{DateTime, TimeDelta, Utc};

    use super::forward;

    #[test]
    fn the_clock_says_no_instant_twice_and_goes_back_with_nobody() {
        let start: DateTime<Utc> = "2026-03-16T12:00:00Z".parse().unwrap();
        let machine = Arc::new(Mutex::new(start));
        let beneath = machine.clone();
        let (clock, last) = forward(Clock::new(move || *beneath.lock().unwrap()));
        let micros = TimeDelta::microseconds;
        assert_eq!(clock.now(), start);
        assert_eq!(clock.now(), start + micros(1));
        *machine.lock().unwrap() = start - TimeDelta::minutes(10);
        assert_eq!(clock.now(), start + micros(2));
        last.raise(start + TimeDelta::seconds(3));
        last.raise(start);
        assert_eq!(clock.now(), start + TimeDelta::seconds(3) + micros(1));
        *machine.lock().unwrap() = start + TimeDelta::minutes(1);
        assert_eq!(clock.now(), start + TimeDelta::minutes(1));
    }
}
