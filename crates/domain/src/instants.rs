//! In which order things became known, whatever the clock says.

use chrono::{DateTime, TimeDelta, Utc};

/// Since when it is known what follows something: now, and in any case later than that, by as much
/// as the databases can tell apart. A clock that was set back puts nothing before what it follows.
pub fn following(before: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    before.checked_add_signed(TimeDelta::microseconds(1)).map_or(now, |next| now.max(next))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::following;

    fn at(instant: &str) -> DateTime<Utc> {
        instant.parse().expect("an instant")
    }

    #[test]
    fn what_follows_is_later_whatever_the_clock_says() {
        let before = at("2026-03-16T12:00:00Z");
        for (now, known) in [
            ("2026-03-16T12:00:01Z", "2026-03-16T12:00:01Z"),
            ("2026-03-16T12:00:00Z", "2026-03-16T12:00:00.000001Z"),
            ("2026-03-16T11:50:00Z", "2026-03-16T12:00:00.000001Z"),
        ] {
            assert_eq!(following(before, at(now)), at(known), "{now}");
        }
        assert_eq!(following(DateTime::<Utc>::MAX_UTC, before), before);
    }
}
