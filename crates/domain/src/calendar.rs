//! Business days: which days count by which calendar, and where a deadline falls.
//!
//! A calendar is a value made once from rules and from the Ministry's own additions; it answers
//! for [`COVERED_YEARS`] and refuses, rather than guesses, outside them. All dates are days in
//! `Pacific/Auckland`, those of the Chatham Islands too: a deadline is one date for the nation.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono::{NaiveTime, Weekday};
use chrono_tz::Pacific::Auckland;

mod holidays;
mod names;
mod regions;
mod version;

pub use holidays::{AddHoliday, ExtraHoliday, Holiday, NAMES_REVIEWED};
pub use names::{CalendarName, ClosedBecause};
pub use regions::Region;

/// The statute names Matariki up to 2052. The first year is the first in which Anzac Day moved to
/// a Monday, early enough for the published examples of working days from 2017 and 2019.
pub const COVERED_YEARS: RangeInclusive<i32> = 2015..=2052;

/// Why a day is no business day.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ClosedDay {
    Weekend,
    Holiday(Holiday),
    /// 25 December to 15 January, in the calendars of the two Acts.
    SummerClosedown,
}

/// The rules end before the answer is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "business days are known for the years {} to {}: {date} is outside them, or counting from it leaves them",
    COVERED_YEARS.start(),
    COVERED_YEARS.end()
)]
pub struct OutOfRange {
    pub date: NaiveDate,
}

/// A named and versioned way of counting business days.
///
/// Counting is done on sorted lists of open days, one a region, so that every question costs a
/// binary search or two: reports ask for each of their rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    name: CalendarName,
    version: String,
    /// What this calendar observes, by date; national before regional on the same day.
    holidays: Vec<Holiday>,
    /// The business days where no region is known.
    open: Vec<NaiveDate>,
    /// The business days of each region; empty where anniversary days are working days.
    open_in: BTreeMap<Region, Vec<NaiveDate>>,
}

impl Calendar {
    /// The calendar of that name with what was added to it. An addition for a region counts like
    /// an anniversary day, so the calendars of the two Acts pass over it.
    pub fn new(name: CalendarName, mut extra: Vec<ExtraHoliday>) -> Self {
        extra.sort();
        extra.dedup();
        let version = version::of(name, &extra);
        let mut holidays: Vec<Holiday> = COVERED_YEARS.flat_map(holidays::of_year).collect();
        holidays.extend(extra.into_iter().map(Holiday::from));
        holidays.retain(|day| day.region.is_none() || name.observes_anniversaries());
        holidays.sort_by_key(|day| (day.date, day.region));

        let closed_in = |region: Option<Region>| -> Vec<NaiveDate> {
            holidays.iter().filter(|day| day.region == region).map(|day| day.date).collect()
        };
        let open = without(&weekdays(name), &closed_in(None));
        let open_in = Region::ALL
            .iter()
            .filter(|_| name.observes_anniversaries())
            .map(|region| (*region, without(&open, &closed_in(Some(*region)))))
            .collect();
        Self { name, version, holidays, open, open_in }
    }

    pub fn name(&self) -> CalendarName {
        self.name
    }

    /// Names the rules and the additions: `contract-2026/1+0`. Two calendars that could count
    /// differently never share a version.
    pub fn version(&self) -> &str {
        &self.version
    }

    pub fn is_business_day(
        &self,
        date: NaiveDate,
        region: Option<Region>,
    ) -> Result<bool, OutOfRange> {
        covered(date)?;
        Ok(self.open_days(region).binary_search(&date).is_ok())
    }

    /// The holiday that this calendar observes on that date, the national one where two meet.
    pub fn holiday_on(&self, date: NaiveDate, region: Option<Region>) -> Option<&Holiday> {
        let first = self.holidays.partition_point(|day| day.date < date);
        self.holidays
            .iter()
            .skip(first)
            .take_while(|day| day.date == date)
            .find(|day| day.is_observed_in(region))
    }

    /// Why the date is no business day; `None` when it is one. Within [`COVERED_YEARS`] this says
    /// the same as [`Calendar::is_business_day`]; outside them holidays are not known here, and
    /// only that function refuses.
    pub fn why_not(&self, date: NaiveDate, region: Option<Region>) -> Option<ClosedDay> {
        if let Some(holiday) = self.holiday_on(date, region) {
            Some(ClosedDay::Holiday(holiday.clone()))
        } else if is_weekend(date) {
            Some(ClosedDay::Weekend)
        } else if self.name.closes_in_summer() && is_summer_closedown(date) {
            Some(ClosedDay::SummerClosedown)
        } else {
            None
        }
    }

    /// The date `n` business days after `date`. The day of receipt is day 0, whatever kind of day
    /// it is, so adding 0 gives the date itself; from 1 on the answer is a business day.
    pub fn add_business_days(
        &self,
        date: NaiveDate,
        n: u16,
        region: Option<Region>,
    ) -> Result<NaiveDate, OutOfRange> {
        covered(date)?;
        let Some(after_first) = n.checked_sub(1) else { return Ok(date) };
        let open = self.open_days(region);
        let first = open.partition_point(|day| *day <= date);
        open.get(first + usize::from(after_first)).copied().ok_or(OutOfRange { date })
    }

    /// How many business days something took: the smallest `n` whose deadline, `n` business days
    /// after `from`, is not before `to`. What happens on a Saturday counts with the Monday after.
    ///
    /// Invariant: it is `<= n` exactly when `to` is not after the deadline of `n` days, so that a
    /// count and a deadline can never disagree.
    pub fn business_days_between(
        &self,
        from: NaiveDate,
        to: NaiveDate,
        region: Option<Region>,
    ) -> Result<u16, OutOfRange> {
        covered(from)?;
        covered(to)?;
        if to <= from {
            return Ok(0);
        }
        let open = self.open_days(region);
        let until = open.partition_point(|day| *day < to);
        let passed = open.partition_point(|day| *day <= from);
        if until == open.len() {
            return Err(OutOfRange { date: to });
        }
        u16::try_from(until - passed + 1).ok().ok_or(OutOfRange { date: from })
    }

    /// How many of the dates from `first` to `last`, both included, are business days. Dates
    /// outside [`COVERED_YEARS`] are not known to be any.
    pub fn business_days_within(
        &self,
        first: NaiveDate,
        last: NaiveDate,
        region: Option<Region>,
    ) -> u32 {
        let open = self.open_days(region);
        let before = open.partition_point(|day| *day < first);
        let until = open.partition_point(|day| *day <= last);
        u32::try_from(until.saturating_sub(before)).unwrap_or(u32::MAX)
    }

    /// The holidays of a year as this calendar observes them, by date.
    pub fn holidays(&self, year: i32, region: Option<Region>) -> Vec<&Holiday> {
        self.holidays
            .iter()
            .filter(|day| day.date.year() == year && day.is_observed_in(region))
            .collect()
    }

    fn open_days(&self, region: Option<Region>) -> &[NaiveDate] {
        region.and_then(|region| self.open_in.get(&region)).unwrap_or(&self.open)
    }
}

/// The date in New Zealand at that instant.
pub fn nz_date(instant: DateTime<Utc>) -> NaiveDate {
    let utc = instant.naive_utc();
    let offset = Auckland.offset_from_utc_datetime(&utc).fix();
    // Only the last hours of the year 262142 have no local time; they keep their UTC date.
    utc.checked_add_offset(offset).unwrap_or(utc).date()
}

/// The instant at which that date begins in New Zealand.
pub fn nz_midnight(date: NaiveDate) -> DateTime<Utc> {
    let midnight = date.and_time(NaiveTime::MIN);
    Auckland
        .from_local_datetime(&midnight)
        .earliest()
        .map_or_else(|| after_skipped_midnight(midnight), |local| local.with_timezone(&Utc))
}

/// No New Zealand clock has gone forward over midnight yet. On such a day the date begins when the
/// clocks jump: at the instant that the offset of the day before calls midnight.
fn after_skipped_midnight(midnight: NaiveDateTime) -> DateTime<Utc> {
    midnight
        .checked_sub_signed(TimeDelta::days(1))
        .map(|day_before| Auckland.offset_from_utc_datetime(&day_before).fix())
        .and_then(|offset| midnight.checked_sub_offset(offset))
        .map_or(DateTime::<Utc>::MIN_UTC, |utc| utc.and_utc())
}

fn covered(date: NaiveDate) -> Result<(), OutOfRange> {
    if COVERED_YEARS.contains(&date.year()) { Ok(()) } else { Err(OutOfRange { date }) }
}

/// Monday to Friday in the covered years, less the closedown of calendars that have one.
fn weekdays(name: CalendarName) -> Vec<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(*COVERED_YEARS.start(), 1, 1);
    first
        .into_iter()
        .flat_map(|day| day.iter_days())
        .take_while(|date| date.year() <= *COVERED_YEARS.end())
        .filter(|date| !is_weekend(*date))
        .filter(|date| !(name.closes_in_summer() && is_summer_closedown(*date)))
        .collect()
}

/// The sorted dates of `open` that are not in the sorted `closed`.
fn without(open: &[NaiveDate], closed: &[NaiveDate]) -> Vec<NaiveDate> {
    let mut kept = Vec::with_capacity(open.len());
    let mut rest = open;
    for date in closed {
        let (before, from) = rest.split_at(rest.partition_point(|day| day < date));
        kept.extend_from_slice(before);
        rest = from.strip_prefix(&[*date]).unwrap_or(from);
    }
    kept.extend_from_slice(rest);
    kept
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

fn is_summer_closedown(date: NaiveDate) -> bool {
    matches!((date.month(), date.day()), (12, 25..=31) | (1, 1..=15))
}

#[cfg(test)]
mod tests;
