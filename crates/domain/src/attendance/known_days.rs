//! What stands of many reports of the same days. The order in which they arrive decides nothing.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::half_days::HalfDays;
use super::sent_day::SlotCodes;
use crate::ids::SchoolId;
use crate::instants::following;

/// When a report was sent, by the sender's clock, and received, by ours. Ordered by which of two
/// reports stands: the later sent, of two sent at one instant the later received.
///
/// To the microsecond, which is what the databases keep: a finer instant would decide one way
/// before it is stored and another way after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReportedAt {
    sent: DateTime<Utc>,
    received: DateTime<Utc>,
}

impl ReportedAt {
    pub fn new(sent_at: DateTime<Utc>, received_at: DateTime<Utc>) -> Self {
        Self { sent: to_the_microsecond(sent_at), received: to_the_microsecond(received_at) }
    }

    /// The same, received later than what was received before, also where the clock was set back
    /// since: a correction stands over what it corrects.
    pub fn after(self, latest: Option<DateTime<Utc>>) -> Self {
        let Some(latest) = latest.filter(|latest| *latest > self.received) else { return self };
        let received = following(latest, self.received);
        // Nothing is sent after it was received: this one was sent as lately as that.
        let sent = if self.sent == self.received { received } else { self.sent };
        Self { sent, received }
    }

    pub fn sent_at(self) -> DateTime<Utc> {
        self.sent
    }

    pub fn received_at(self) -> DateTime<Utc> {
        self.received
    }
}

/// A leap second becomes the second after it, as in the databases.
fn to_the_microsecond(instant: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(instant.timestamp_micros()).unwrap_or(instant)
}

/// A school's word on one day of one student. Ordered by which of two words stands. Were two of
/// one instant to differ, what they say decides: arbitrary, but the same whoever came first.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DayRecord {
    pub reported: ReportedAt,
    pub half_days: HalfDays,
    pub codes: SlotCodes,
}

impl DayRecord {
    /// The same word, said in this report.
    #[must_use]
    pub fn in_report(&self, reported: ReportedAt) -> Self {
        let Self { reported: _, half_days, codes } = self.clone();
        Self { reported, half_days, codes }
    }
}

/// A school's word on a day, with the school and the day.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DayReport {
    pub date: NaiveDate,
    pub school: SchoolId,
    pub record: DayRecord,
}

/// A student's time at a school, both days included; without a day it has no such end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnrolmentPeriod {
    pub school: SchoolId,
    pub first_day: Option<NaiveDate>,
    pub last_day: Option<NaiveDate>,
}

impl EnrolmentPeriod {
    /// Whether any day from the first to the last, both included, is within it.
    pub fn touches(&self, first: NaiveDate, last: NaiveDate) -> bool {
        self.first_day.is_none_or(|from| from <= last) && self.last_day.is_none_or(|to| first <= to)
    }

    pub(super) fn covers(&self, school: SchoolId, date: NaiveDate) -> bool {
        self.school == school && self.touches(date, date)
    }
}

/// What stands of a student's days, one report a day, by date. A school's word on a day stands
/// where the student was enrolled there on that day, as the enrolments are: what a school sent of
/// somebody who turns out not to have been there is kept, and stands for nothing. Of one school's
/// reports the later one stands ([`ReportedAt`]), and of two schools' too.
///
/// For what was known at an instant, leave out the reports received after it. That has to be done
/// with the reports themselves: a month's present state has forgotten what it replaced.
pub fn known_days(
    reports: impl IntoIterator<Item = DayReport>,
    enrolments: &[EnrolmentPeriod],
) -> Vec<DayReport> {
    let enrolled = |report: &DayReport| {
        enrolments.iter().any(|period| period.covers(report.school, report.date))
    };
    let stands_over =
        |new: &DayReport, old: &DayReport| (&new.record, new.school) > (&old.record, old.school);
    let mut days = BTreeMap::<NaiveDate, DayReport>::new();
    for report in reports.into_iter().filter(enrolled) {
        if days.get(&report.date).is_none_or(|standing| stands_over(&report, standing)) {
            days.insert(report.date, report);
        }
    }
    days.into_values().collect()
}
