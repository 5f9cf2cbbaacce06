//! The days on which things happen: school days of the last year and a term, and the days just
//! past, whose deadlines still lie ahead.

use ascms_domain::calendar::{OutOfRange, nz_date, nz_midnight};
use ascms_persistence::Calendars;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::random::Random;

/// How far back referrals go, in days.
const BACK: u64 = 400;

/// As many business days as the longest deadline of a contact measure has.
const RECENT: usize = 15;

pub(super) const MORNING: u32 = 0;
pub(super) const EVENING: u32 = 480;

/// An instant of a working day, in minutes after eight o'clock.
pub(super) fn at(day: NaiveDate, minute: u32) -> DateTime<Utc> {
    nz_midnight(day) + TimeDelta::hours(8) + TimeDelta::minutes(minute.into())
}

pub(super) struct Days {
    /// Business days within terms, up to where the recent ones begin.
    school: Vec<NaiveDate>,
    /// The last business days before today.
    recent: Vec<NaiveDate>,
}

impl Days {
    pub(super) fn before(now: DateTime<Utc>, calendars: &Calendars) -> Result<Self, OutOfRange> {
        let today = nz_date(now);
        let mut open = Vec::new();
        for day in
            today.iter_days().rev().skip(1).take_while(|day| {
                today.signed_duration_since(*day).num_days().unsigned_abs() <= BACK
            })
        {
            if calendars.contract.is_business_day(day, None)? {
                open.push(day);
            }
        }
        let recent: Vec<NaiveDate> = open.iter().copied().take(RECENT).collect();
        let school = open.iter().copied().skip(RECENT);
        let mut school: Vec<NaiveDate> =
            school.filter(|day| calendars.terms.on(*day).is_some()).collect();
        school.reverse();
        Ok(Self { school, recent })
    }

    /// A school day so far into the year, in percent.
    pub(super) fn school(&self, first: u32, last: u32, random: &mut Random) -> NaiveDate {
        let share = usize::try_from(random.between(first, last)).unwrap_or(0);
        let at = self.school.len().saturating_sub(1) * share / 100;
        self.school.get(at).copied().unwrap_or_default()
    }

    /// Whether this is one of the last days.
    pub(super) fn is_recent(&self, day: NaiveDate) -> bool {
        self.recent.contains(&day)
    }

    /// One of so many last days.
    pub(super) fn recent(&self, days: usize, random: &mut Random) -> NaiveDate {
        random.one_of(self.recent.get(..days).unwrap_or(&self.recent))
    }
}
