//! Which of the days that a school sends of a student can be taken, and which not and why. A day
//! that can not be taken stops no other.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{CodeBook, DayFault, EnrolmentPeriod, HalfDayCounts, ReadDay, SentDay};
use crate::terms::TermKey;

/// What a day is held against.
#[derive(Clone, Copy, Debug)]
pub struct IntakeFacts<'a> {
    pub birth_date: NaiveDate,
    /// The student's times at the school that sends.
    pub enrolments: &'a [EnrolmentPeriod],
    pub today: NaiveDate,
    pub book: &'a CodeBook,
}

/// Why a day, or a term's totals, can not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IntakeFault {
    #[error(transparent)]
    Day(#[from] DayFault),
    #[error("the half-days do not add up to the possible ones")]
    DoesNotAddUp,
    #[error("the same day, or term, is in this call already")]
    Repeated,
    #[error("the day has not come yet")]
    InTheFuture,
    #[error("the student was not born yet")]
    BeforeBirth,
    #[error("no such term is known")]
    UnknownTerm,
    #[error("the school can have been open on {0} half-days of the term so far")]
    TooManyHalfDays(u32),
}

impl IntakeFault {
    /// The fault as the API names it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Day(DayFault::NothingSent) => "nothing_sent",
            Self::Day(DayFault::OverTwoHalfDays(_)) => "over_two_half_days",
            Self::Day(DayFault::TwoForms) => "two_forms",
            Self::Day(DayFault::TooManySlots) => "too_many_slots",
            Self::Day(DayFault::NotACode(_)) => "not_a_code",
            Self::Day(DayFault::NotOneCode) => "not_one_code",
            Self::Day(DayFault::NotACategory(_)) => "not_a_category",
            Self::Day(DayFault::CategoriesWithoutCodes) => "categories_without_codes",
            Self::DoesNotAddUp => "does_not_add_up",
            Self::Repeated => "repeated",
            Self::InTheFuture => "in_the_future",
            Self::BeforeBirth => "before_birth",
            Self::UnknownTerm => "unknown_term",
            Self::TooManyHalfDays(_) => "too_many_half_days",
        }
    }
}

/// What is known of a term that totals are sent of.
#[derive(Clone, Copy, Debug)]
pub struct TermSoFar {
    /// Its first day and its last; none of a term that nobody knows.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// On so many half-days the school can have been open so far.
    pub half_days_so_far: u32,
}

/// The days and terms of one student that one call has named so far.
#[derive(Clone, Debug, Default)]
pub struct NamedPeriods {
    days: BTreeSet<NaiveDate>,
    terms: BTreeSet<TermKey>,
}

impl IntakeFacts<'_> {
    /// Reads a day, if it can be taken.
    pub fn take_day(
        &self,
        date: NaiveDate,
        sent: &SentDay<'_>,
        possible: Option<u32>,
        named: &mut NamedPeriods,
    ) -> Result<ReadDay, IntakeFault> {
        // Named twice, which of the two is right is nobody's to guess: the first stands, and the
        // sender hears of the second.
        if !named.days.insert(date) {
            return Err(IntakeFault::Repeated);
        }
        self.check_date(date)?;
        check_sum(sent.counts, possible)?;
        Ok(sent.read(date, self.book)?)
    }

    /// Whether a term's totals can be taken.
    pub fn take_term(
        &self,
        key: TermKey,
        TermSoFar { days, half_days_so_far }: TermSoFar,
        totals: HalfDayCounts,
        possible: Option<u32>,
        named: &mut NamedPeriods,
    ) -> Result<(), IntakeFault> {
        if !named.terms.insert(key) {
            return Err(IntakeFault::Repeated);
        }
        let (first, last) = days.ok_or(IntakeFault::UnknownTerm)?;
        if first > self.today {
            return Err(IntakeFault::InTheFuture);
        }
        if last < self.birth_date {
            return Err(IntakeFault::BeforeBirth);
        }
        check_sum(Some(totals), possible)?;
        if totals.possible() > half_days_so_far {
            return Err(IntakeFault::TooManyHalfDays(half_days_so_far));
        }
        Ok(())
    }

    fn check_date(&self, date: NaiveDate) -> Result<(), IntakeFault> {
        if date > self.today {
            return Err(IntakeFault::InTheFuture);
        }
        if date < self.birth_date {
            return Err(IntakeFault::BeforeBirth);
        }
        Ok(())
    }

    /// Whether the student is on record as enrolled at the school on any of these days, both
    /// included. What is sent of other days is kept and does not count, unless it turns out that
    /// the student was.
    pub fn is_enrolled(&self, first: NaiveDate, last: NaiveDate) -> bool {
        self.enrolments.iter().any(|period| period.touches(first, last))
    }
}

/// Present and absent make the possible half-days, where the sender says how many those were.
fn check_sum(counts: Option<HalfDayCounts>, possible: Option<u32>) -> Result<(), IntakeFault> {
    match counts.zip(possible) {
        Some((counts, possible)) if counts.possible() != possible => Err(IntakeFault::DoesNotAddUp),
        Some(_) | None => Ok(()),
    }
}
