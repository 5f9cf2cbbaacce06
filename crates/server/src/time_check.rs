//! Whether this machine's clock can be right: against what the database has on record, and against
//! the database's own clock. Noted every few seconds, told by `/readyz`.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use ascms_http::Clock;
use ascms_http::readiness;
use ascms_persistence::{Store, StoreError, Times};
use chrono::{DateTime, TimeDelta, Utc};

use crate::clock::Last;

/// How often it is noted how far the clock has come.
const EVERY: Duration = Duration::from_secs(5);

/// A night and a day without a server are worth a word.
const LONG: TimeDelta = TimeDelta::hours(36);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongTime {
    #[error(
        "this machine's clock is {seconds} s behind what the database has on record ({latest}). \
         Set the clock; or, when it is the record that came from a wrong clock, run \
         `ascms clock accept`"
    )]
    Behind { seconds: i64, latest: DateTime<Utc> },
    #[error("this machine's clock and the database's are {seconds} s apart ({theirs}): set them")]
    Apart { seconds: i64, theirs: DateTime<Utc> },
}

/// Holds a time against the others.
pub fn check(now: DateTime<Utc>, times: &Times, tolerance: TimeDelta) -> Result<(), WrongTime> {
    let Times { latest, database } = *times;
    if let Some(theirs) = database.filter(|theirs| (*theirs - now).abs() > tolerance) {
        return Err(WrongTime::Apart { seconds: (theirs - now).num_seconds().abs(), theirs });
    }
    match latest.filter(|latest| *latest - now > tolerance) {
        Some(latest) => Err(WrongTime::Behind { seconds: (latest - now).num_seconds(), latest }),
        None => Ok(()),
    }
}

/// The server's time, and what is wrong with it.
#[derive(Clone)]
pub struct TimeKeeper {
    pub store: Store,
    /// The machine's.
    pub machine: Clock,
    /// The last instant that the server's own clock has said.
    pub last: Last,
    pub tolerance: TimeDelta,
    /// Where readiness reads what the last look found.
    pub wrong: readiness::ClockFault,
}

impl TimeKeeper {
    /// The first look. The server's clock goes on from what is on record; in the sandbox, which
    /// nobody relies on, however far ahead that is.
    pub async fn begin(&self, sandbox: bool) -> Result<Result<(), WrongTime>, StoreError> {
        let now = self.machine.now();
        let times = self.store.times().await?;
        let found = check(now, &times, self.tolerance);
        if found.is_err() && !sandbox {
            return Ok(found);
        }
        if let Some(latest) = times.latest {
            self.last.raise(latest);
            if now - latest > LONG {
                let hours = (now - latest).num_hours();
                tracing::warn!(hours, "nothing was noted for long: was the clock set ahead?");
            }
        }
        if let Err(wrong) = &found {
            tracing::warn!(%wrong, "the sandbox goes on from what is on record");
        }
        self.store.note_instant(now).await?;
        Ok(Ok(()))
    }

    /// Looks again.
    async fn look(&self) -> Result<(), StoreError> {
        let now = self.machine.now();
        let times = self.store.times().await?;
        let found = check(now, &times, self.tolerance);
        if found.is_ok() {
            // Another server may be a little ahead.
            times.latest.into_iter().for_each(|latest| self.last.raise(latest));
            self.store.note_instant(now).await?;
        }
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if let (None, Err(now)) = (&*wrong, &found) {
            tracing::error!(wrong = %now, "the time can not be right");
        }
        *wrong = found.err().map(|err| err.to_string());
        Ok(())
    }

    /// Looks again and again, for as long as the service goes on.
    pub async fn watch(self) {
        let (mut wall, mut steady) = (self.machine.now(), Instant::now());
        loop {
            tokio::time::sleep(EVERY).await;
            let (now, passed) = (self.machine.now(), steady.elapsed());
            if let Some(jump) = jump(now - wall, passed, self.tolerance) {
                let seconds = jump.num_seconds();
                tracing::error!(seconds, "the machine's clock was set, or the machine slept");
            }
            (wall, steady) = (now, Instant::now());
            if let Err(err) = self.look().await {
                let cause: &dyn std::error::Error = &err;
                tracing::warn!(error = cause, "the time was not compared");
            }
        }
    }
}

/// How far a clock has moved beyond the time that passed; `None` when it goes as it should.
fn jump(moved: TimeDelta, passed: Duration, tolerance: TimeDelta) -> Option<TimeDelta> {
    let beyond = moved - TimeDelta::from_std(passed).unwrap_or(moved);
    (beyond.abs() > tolerance).then_some(beyond)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use ascms_http::Clock;
    use ascms_persistence::postgres::Limits;
    use ascms_persistence::{DatabaseSettings, Store, Times};
    use chrono::{DateTime, TimeDelta, Utc};

    use super::{TimeKeeper, WrongTime, check, jump};
    use crate::clock::forward;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("an instant")
    }

    #[test]
    fn a_clock_is_wrong_behind_the_record_and_apart_from_the_database() {
        for (latest, database, wrong) in [
            (None, None, None),
            (Some(0), Some(0), None),
            (Some(30), None, None),
            (Some(31), None, Some(WrongTime::Behind { seconds: 31, latest: at(31) })),
            // That it was not noted for long does not make it wrong.
            (Some(-40 * 86_400), None, None),
            (
                Some(-40 * 86_400),
                Some(-31),
                Some(WrongTime::Apart { seconds: 31, theirs: at(-31) }),
            ),
            (None, Some(600), Some(WrongTime::Apart { seconds: 600, theirs: at(600) })),
        ] {
            let times = Times { latest: latest.map(at), database: database.map(at) };
            let found = check(at(0), &times, TimeDelta::seconds(30));
            assert_eq!(found.err(), wrong, "{latest:?} {database:?}");
        }
    }

    #[test]
    fn a_clock_that_is_set_while_the_server_runs_is_told() {
        let (passed, tolerance) = (Duration::from_secs(5), TimeDelta::seconds(30));
        for (moved, told) in [(5, None), (35, None), (36, Some(31)), (-25, None), (-26, Some(-31))]
        {
            let found = jump(TimeDelta::seconds(moved), passed, tolerance);
            assert_eq!(found.map(|found| found.num_seconds()), told, "{moved}");
        }
    }

    #[actix_web::test]
    async fn a_server_that_is_behind_does_not_start_and_one_that_falls_behind_says_so() {
        let folder = std::env::temp_dir().join(format!("ascms-time-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir(&folder).unwrap();
        let url = format!("sqlite://{}", folder.join("ascms.db").display());
        let limits = Limits::default();
        let settings = DatabaseSettings { url, connections: 2, durable: false, limits };
        let store = Store::connect(&settings).await.unwrap();
        store.migrate().await.unwrap();
        let machine = Arc::new(Mutex::new(at(0)));
        let server = || {
            let machine = machine.clone();
            let beneath = Clock::new(move || *machine.lock().unwrap());
            let (clock, last) = forward(beneath.clone());
            let tolerance = TimeDelta::seconds(30);
            let (store, wrong) = (store.clone(), Arc::default());
            (TimeKeeper { store, machine: beneath, last, tolerance, wrong }, clock)
        };
        let (first, _) = server();
        assert_eq!(first.begin(false).await.unwrap(), Ok(()));
        // Ten minutes back: it says so, and a restart is refused.
        *machine.lock().unwrap() = at(-600);
        first.look().await.unwrap();
        let behind = WrongTime::Behind { seconds: 600, latest: at(0) };
        assert_eq!(*first.wrong.lock().unwrap(), Some(behind.to_string()));
        let (second, clock) = server();
        assert_eq!(second.begin(false).await.unwrap(), Err(behind));
        // The sandbox goes on from what is on record.
        assert_eq!(second.begin(true).await.unwrap(), Ok(()));
        assert!(clock.now() > at(0));
        // A few seconds are made up for.
        *machine.lock().unwrap() = at(-20);
        first.look().await.unwrap();
        assert_eq!(*first.wrong.lock().unwrap(), None);
        let (third, clock) = server();
        assert_eq!(third.begin(false).await.unwrap(), Ok(()));
        assert!(clock.now() > at(0));
        // The operator knows better.
        *machine.lock().unwrap() = at(-600);
        store.accept_clock(at(-600)).await.unwrap();
        assert_eq!(server().0.begin(false).await.unwrap(), Ok(()));
        store.close().await.unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
