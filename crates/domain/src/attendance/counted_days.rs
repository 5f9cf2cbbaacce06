//! Which of the known days count, and what a term adds up to.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{
    DayReport, EnrolmentPeriod, HALF_DAYS_A_DAY, HalfDayCounts, HalfDays, ReportedAt, known_days,
};
use crate::calendar::{Calendar, Region};
use crate::ids::SchoolId;
use crate::terms::{Term, TermAttendance, TermKey, Terms};

/// When a school is open: on the business days of its region within its terms.
#[derive(Clone, Copy, Debug)]
pub struct OpenDays<'a> {
    pub terms: &'a Terms,
    pub calendar: &'a Calendar,
    pub region: Option<Region>,
}

impl<'a> OpenDays<'a> {
    /// The term that the day counts in; `None` when the school is closed. Days outside the
    /// calendar's years count for nothing.
    pub fn term_on(&self, date: NaiveDate) -> Option<&'a Term> {
        let is_open = self.calendar.is_business_day(date, self.region).unwrap_or(false);
        self.terms.on(date).filter(|_| is_open)
    }
}

/// A day that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SchoolDay {
    pub date: NaiveDate,
    pub term: TermKey,
    /// Whose word stands.
    pub school: SchoolId,
    pub half_days: HalfDays,
}

/// The totals of a term that a school sends in place of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TermSummary {
    pub school: SchoolId,
    pub term: TermKey,
    pub half_days: HalfDayCounts,
    pub reported: ReportedAt,
}

/// What a term adds up to so far, and what of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermTotals {
    pub term: TermKey,
    pub half_days: HalfDayCounts,
    /// How many days were added up.
    pub days: usize,
    /// The schools whose summary was added, since no day of theirs is on record.
    pub summarised: Vec<SchoolId>,
}

impl TermTotals {
    /// The part that eligibility and outcomes are decided on.
    pub fn attendance(&self) -> TermAttendance {
        TermAttendance {
            term: self.term,
            possible_half_days: self.half_days.possible(),
            present_half_days: self.half_days.present,
        }
    }

    /// Whole days absent, two half-days each, whichever days they were of.
    pub fn days_absent(&self) -> u32 {
        self.half_days.absent() / HALF_DAYS_A_DAY
    }
}

/// The days of a student that count, and those that do not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedDays {
    /// By date, one a day.
    school_days: Vec<SchoolDay>,
    closed: Vec<DayReport>,
    /// The totals that schools sent of terms in which the student was enrolled there, unless a day
    /// of the term on which the student was is on record from them, even one that another school's
    /// stands over: the totals would count what those days already say.
    summaries: Vec<TermSummary>,
}

/// Everything that schools said of a student, and where the student was enrolled.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sent<'a> {
    pub days: &'a [DayReport],
    pub summaries: &'a [TermSummary],
    pub enrolments: &'a [EnrolmentPeriod],
}

impl CountedDays {
    /// Of all schools' reports on a student, those that stand ([`known_days`]) and were of a day
    /// on which their school was open. What stands is settled first: when the school of enrolment
    /// was closed, no other school's word counts in its place.
    pub fn new<'a>(sent: Sent<'_>, open_days: impl Fn(SchoolId) -> OpenDays<'a>) -> Self {
        let Sent { days, summaries, enrolments } = sent;
        let term_of =
            |report: &DayReport| open_days(report.school).term_on(report.date).map(|term| term.key);
        let was_there = |report: &&DayReport| {
            enrolments.iter().any(|one| one.covers(report.school, report.date))
        };
        let on_record: BTreeSet<(TermKey, SchoolId)> = days
            .iter()
            .filter(was_there)
            .filter_map(|report| Some((term_of(report)?, report.school)))
            .collect();
        let stands = |summary: &&TermSummary| {
            let TermSummary { school, term, .. } = **summary;
            let dates = open_days(school).terms.get(term).map(|of| (of.starts_on, of.ends_on));
            let in_term = |one: &EnrolmentPeriod| {
                one.school == school && dates.is_none_or(|(first, last)| one.touches(first, last))
            };
            enrolments.iter().any(in_term) && !on_record.contains(&(term, school))
        };
        let summaries = summaries.iter().filter(stands).copied().collect();
        let mut counted = Self { school_days: Vec::new(), closed: Vec::new(), summaries };
        for report in known_days(days.iter().cloned(), enrolments) {
            match term_of(&report) {
                Some(term) => counted.school_days.push(SchoolDay {
                    date: report.date,
                    term,
                    school: report.school,
                    half_days: report.record.half_days,
                }),
                None => counted.closed.push(report),
            }
        }
        counted
    }

    /// The days that count, by date.
    pub fn school_days(&self) -> &[SchoolDay] {
        &self.school_days
    }

    /// The days that count in a term, by date.
    pub fn of_term(&self, term: TermKey) -> impl Iterator<Item = &SchoolDay> {
        self.school_days.iter().filter(move |day| day.term == term)
    }

    /// The reports that stand of days on which their school was closed, by date.
    pub fn closed(&self) -> &[DayReport] {
        &self.closed
    }

    /// The totals of a term to date. A school's summary counts while no open day of that term is
    /// on record from it; of two by one school, the later.
    pub fn term_totals(&self, term: TermKey) -> TermTotals {
        let days = || self.of_term(term);
        let mut latest = BTreeMap::<SchoolId, (ReportedAt, HalfDayCounts)>::new();
        let of_term = self.summaries.iter().filter(|summary| summary.term == term);
        for TermSummary { school, term: _, half_days, reported } in of_term {
            let new = (*reported, *half_days);
            latest.entry(*school).and_modify(|known| *known = new.max(*known)).or_insert(new);
        }
        let of_days = days().map(|day| day.half_days.counts());
        let of_summaries = latest.values().map(|(_, half_days)| *half_days);
        TermTotals {
            term,
            half_days: of_days
                .chain(of_summaries)
                .fold(HalfDayCounts::default(), HalfDayCounts::plus),
            days: days().count(),
            summarised: latest.into_keys().collect(),
        }
    }
}
