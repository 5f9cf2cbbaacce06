//! The contract year or the term that a submission is about.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;

use crate::measures::Measure;
use crate::terms::{NotATerm, Term, TermKey};

/// What a submission is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubmissionPeriod {
    Term(TermKey),
    Year(i32),
}

impl fmt::Display for SubmissionPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Term(term) => term.fmt(f),
            Self::Year(year) => year.fmt(f),
        }
    }
}

impl FromStr for SubmissionPeriod {
    type Err = NotATerm;

    fn from_str(text: &str) -> Result<Self, NotATerm> {
        match text.parse() {
            Ok(year) => Ok(Self::Year(year)),
            Err(_) => text.parse().map(Self::Term),
        }
    }
}

impl SubmissionPeriod {
    /// The calendar year of the contract that it belongs to.
    pub fn year(self) -> i32 {
        match self {
            Self::Term(term) => i32::from(term.year()),
            Self::Year(year) => year,
        }
    }

    /// The first and the last day, where the term of a term is known.
    pub fn days(self, term: Option<&Term>) -> Option<(NaiveDate, NaiveDate)> {
        match self {
            Self::Term(_) => term.map(|term| (term.starts_on, term.ends_on)),
            Self::Year(year) => {
                NaiveDate::from_ymd_opt(year, 1, 1).zip(NaiveDate::from_ymd_opt(year, 12, 31))
            }
        }
    }
}

/// The period of the referrals of which a measure is counted in a report. In a report on term T, contact is counted
/// of those referred in T, enrolment of T − 1 and improved attendance of T − 2: by then they are known.
pub fn counted_of(measure: Measure, period: SubmissionPeriod) -> SubmissionPeriod {
    match (measure, period) {
        (Measure::SchoolContact | Measure::WhanauContact, _) | (_, SubmissionPeriod::Year(_)) => {
            period
        }
        (Measure::Enrolled, SubmissionPeriod::Term(term)) => {
            SubmissionPeriod::Term(term.previous())
        }
        (Measure::ImprovedAttendance, SubmissionPeriod::Term(term)) => {
            SubmissionPeriod::Term(term.previous().previous())
        }
    }
}
