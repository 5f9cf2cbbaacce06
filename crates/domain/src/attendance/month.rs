//! The present state of a student's month at a school, in a text that a person can read.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::{DayRecord, DayReport, ReportedAt};
use crate::ids::SchoolId;

/// The days of a calendar month, as one school reports them of one student; each day's latest
/// record only.
///
/// Written as the month and a line a day: the day of the month, its [half-days](super::HalfDays),
/// its [codes](super::SlotCodes), when it was sent, and how many seconds later (or earlier, when
/// the sender's clock is ahead) it was received:
///
/// ```text
/// 2026-03
/// 03 pp PP.PP 2026-03-03T04:15:00Z +2.123456
/// 04 ju .MM?? 2026-03-04T04:15:00Z +86402.000000
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthDays {
    first_day: NaiveDate,
    days: BTreeMap<NaiveDate, DayRecord>,
}

/// What became of a record that was merged into its month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merged {
    /// The first of its day.
    New,
    /// It stands now, in place of this one.
    Replaced(DayRecord),
    /// It came before the one that stands, or is the same; nothing changed.
    Outdated,
}

/// The day is not of this month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a day of this month")]
pub struct OtherMonth(pub NaiveDate);

/// The text is not how a month is written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no month of attendance, from line {line} on")]
pub struct NotAMonthText {
    /// Counted from 1.
    pub line: usize,
}

impl MonthDays {
    /// The month of that day, with nothing on record.
    pub fn of(day: NaiveDate) -> Self {
        Self { first_day: first_of_month(day), days: BTreeMap::new() }
    }

    /// The month by its first day.
    pub fn first_day(&self) -> NaiveDate {
        self.first_day
    }

    /// The days on record, by date.
    pub fn days(&self) -> impl ExactSizeIterator<Item = (NaiveDate, &DayRecord)> {
        self.days.iter().map(|(date, record)| (*date, record))
    }

    /// What is on record of a day.
    pub fn day(&self, date: NaiveDate) -> Option<&DayRecord> {
        self.days.get(&date)
    }

    /// The days on record as reports of the school whose month this is.
    pub fn into_reports(self, school: SchoolId) -> impl Iterator<Item = DayReport> {
        self.days.into_iter().map(move |(date, record)| DayReport { date, school, record })
    }

    /// Takes a record in, if it stands over the one on record. Any order of the same records
    /// makes the same month.
    pub fn merge(&mut self, date: NaiveDate, record: DayRecord) -> Result<Merged, OtherMonth> {
        if first_of_month(date) != self.first_day {
            return Err(OtherMonth(date));
        }
        Ok(match self.days.entry(date) {
            Entry::Vacant(day) => {
                day.insert(record);
                Merged::New
            }
            Entry::Occupied(mut day) if *day.get() < record => Merged::Replaced(day.insert(record)),
            Entry::Occupied(_) => Merged::Outdated,
        })
    }
}

fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

impl fmt::Display for MonthDays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first_day.format("%Y-%m"))?;
        for (date, DayRecord { reported, half_days, codes }) in &self.days {
            let day = date.day();
            let sent = reported.sent_at();
            // The debug form of an instant is its ISO 8601 form without trailing zeros.
            write!(f, "\n{day:02} {half_days} {codes} {sent:?} ")?;
            write_delay(f, *reported)?;
        }
        Ok(())
    }
}

impl FromStr for MonthDays {
    type Err = NotAMonthText;

    fn from_str(text: &str) -> Result<Self, NotAMonthText> {
        let mut lines = text.split('\n');
        let header = lines.next().and_then(|month| format!("{month}-01").parse().ok());
        let mut month = Self::of(header.ok_or(NotAMonthText { line: 1 })?);
        let mut last = None;
        for (line, text) in (2..).zip(lines) {
            let (date, record) = read_day(text, month.first_day).ok_or(NotAMonthText { line })?;
            if last >= Some(date) {
                return Err(NotAMonthText { line });
            }
            last = Some(date);
            month.days.insert(date, record);
        }
        Ok(month)
    }
}

fn read_day(line: &str, first_of_month: NaiveDate) -> Option<(NaiveDate, DayRecord)> {
    let mut fields = line.split(' ');
    let date = first_of_month.with_day(fields.next()?.parse().ok()?)?;
    let half_days = fields.next()?.parse().ok()?;
    let codes = fields.next()?.parse().ok()?;
    let sent_at = read_instant(fields.next()?)?;
    let received_at = read_delay(fields.next()?, sent_at)?;
    let reported = ReportedAt::new(sent_at, received_at);
    let none_left = fields.next().is_none();
    none_left.then_some((date, DayRecord { reported, half_days, codes }))
}

/// Nearly every sender counts in whole seconds; those instants are read by hand, since reading
/// them is most of the work of a merge.
fn read_instant(text: &str) -> Option<DateTime<Utc>> {
    whole_second(text.as_bytes()).or_else(|| text.parse().ok())
}

fn whole_second(text: &[u8]) -> Option<DateTime<Utc>> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', time @ ..] = text else { return None };
    let [h1, h2, b':', i1, i2, b':', s1, s2, b'Z'] = time else { return None };
    let two = |tens: &u8, ones: &u8| {
        let both = tens.is_ascii_digit() && ones.is_ascii_digit();
        both.then(|| u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
    };
    let year = i32::try_from(two(y1, y2)? * 100 + two(y3, y4)?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, two(m1, m2)?, two(d1, d2)?)?;
    Some(date.and_hms_opt(two(h1, h2)?, two(i1, i2)?, two(s1, s2)?)?.and_utc())
}

const MICROS_A_SECOND: u128 = 1_000_000;

/// Wider than any two instants are apart: so far as 64 bits of microseconds go, none overflows.
fn micros(instant: DateTime<Utc>) -> i128 {
    i128::from(instant.timestamp_micros())
}

fn write_delay(f: &mut fmt::Formatter<'_>, reported: ReportedAt) -> fmt::Result {
    let delay = micros(reported.received_at()) - micros(reported.sent_at());
    let sign = if delay < 0 { '-' } else { '+' };
    let size = delay.unsigned_abs();
    write!(f, "{sign}{}.{:06}", size / MICROS_A_SECOND, size % MICROS_A_SECOND)
}

fn read_delay(text: &str, sent_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let earlier = text.strip_prefix('-');
    let size = earlier.or_else(|| text.strip_prefix('+'))?;
    let (seconds, fraction) = size.split_once('.')?;
    let fraction: u128 = (fraction.len() == 6).then(|| fraction.parse().ok())??;
    let size = seconds.parse::<u128>().ok()?.checked_mul(MICROS_A_SECOND)?.checked_add(fraction)?;
    let size = i128::try_from(size).ok()?;
    let delay = if earlier.is_some() { -size } else { size };
    let received = micros(sent_at).checked_add(delay)?;
    DateTime::from_timestamp_micros(i64::try_from(received).ok()?)
}
