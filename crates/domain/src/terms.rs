//! School terms: four a year, which of them a date belongs to, and which one an outcome is
//! measured in. National defaults and a school's own dates are the same kind of list.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;

use crate::calendar::{Calendar, Region};

mod attendance;

pub use attendance::TermAttendance;

/// Which term of which year, written `2026-1`, in tables `2026-T1`; ordered by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TermKey {
    year: i16,
    term: u8,
}

/// A year of other than four digits, or a term that is not one of the four.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a term is a year and one of the numbers 1 to 4, such as 2026-1")]
pub struct NotATerm;

const TERMS_A_YEAR: u8 = 4;

impl TermKey {
    pub fn new(year: i16, term: u8) -> Result<Self, NotATerm> {
        if (1000..=9999).contains(&year) && (1..=TERMS_A_YEAR).contains(&term) {
            Ok(Self { year, term })
        } else {
            Err(NotATerm)
        }
    }

    pub fn year(self) -> i16 {
        self.year
    }

    pub fn term(self) -> u8 {
        self.term
    }

    pub fn next(self) -> Self {
        if self.term < TERMS_A_YEAR {
            Self { year: self.year, term: self.term + 1 }
        } else {
            Self { year: self.year.saturating_add(1), term: 1 }
        }
    }

    pub fn previous(self) -> Self {
        if self.term > 1 {
            Self { year: self.year, term: self.term - 1 }
        } else {
            Self { year: self.year.saturating_sub(1), term: TERMS_A_YEAR }
        }
    }

    pub fn plus(self, terms: u8) -> Self {
        (0..terms).fold(self, |key, _| key.next())
    }

    /// The term in which improved attendance is measured: the term after the term following the
    /// referral (service levels, improved attendance). Term 1 gives term 3, term 4 gives term 2
    /// of the next year.
    pub fn outcome_term(self) -> Self {
        self.plus(2)
    }

    /// The key for a cell of a table: `2026-T1`. A spreadsheet reads `2026-1` as January 2026.
    pub fn table_key(self) -> String {
        format!("{:04}-T{}", self.year, self.term)
    }
}

impl fmt::Display for TermKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{}", self.year, self.term)
    }
}

impl FromStr for TermKey {
    type Err = NotATerm;

    /// Takes exactly the two spellings: `2026-1` as it is displayed and stored, and the
    /// [`table_key`](Self::table_key).
    fn from_str(text: &str) -> Result<Self, NotATerm> {
        let (year, term) = text.split_once('-').ok_or(NotATerm)?;
        let number = |digits: &str| digits.parse().ok().ok_or(NotATerm);
        let term = term.strip_prefix('T').unwrap_or(term);
        let key = Self::new(number(year)?, term.parse().ok().ok_or(NotATerm)?)?;
        if key.to_string() == text || key.table_key() == text { Ok(key) } else { Err(NotATerm) }
    }
}

impl serde::Serialize for TermKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for TermKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl utoipa::PartialSchema for TermKey {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^[1-9][0-9]{3}-T?[1-4]$"))
            .description(Some(
                "A school term: the year and the term's number. `2026-T1` is taken for `2026-1`.",
            ))
            .examples(["2026-1"])
            .into()
    }
}

impl utoipa::ToSchema for TermKey {}

/// A part of a school year that referrals belong to: one of its four terms, or the rest of the
/// calendar year, so that the five are the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartOfYear {
    Term(TermKey),
    /// Every day of the calendar year that is in none of its terms; written `2026-holidays`.
    Holidays {
        year: i16,
    },
}

const HOLIDAYS: &str = "holidays";

impl PartOfYear {
    /// The key for a cell of a table, which no spreadsheet reads as a date: `2026-T1`.
    pub fn table_key(self) -> String {
        match self {
            Self::Term(key) => key.table_key(),
            Self::Holidays { .. } => self.to_string(),
        }
    }
}

impl fmt::Display for PartOfYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Term(key) => key.fmt(f),
            Self::Holidays { year } => write!(f, "{year:04}-{HOLIDAYS}"),
        }
    }
}

impl FromStr for PartOfYear {
    type Err = NotATerm;

    fn from_str(text: &str) -> Result<Self, NotATerm> {
        match text.split_once('-') {
            // The year of a term is a year of these.
            Some((year, HOLIDAYS)) => {
                let first: TermKey = format!("{year}-1").parse()?;
                Ok(Self::Holidays { year: first.year() })
            }
            Some(_) | None => text.parse().map(Self::Term),
        }
    }
}

impl<'de> serde::Deserialize<'de> for PartOfYear {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl utoipa::PartialSchema for PartOfYear {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^[1-9][0-9]{3}-(T?[1-4]|holidays)$"))
            .description(Some(
                "A school term, the year and the term's number (`2026-T1` is taken for `2026-1`); or \
                 the days of a calendar year that are in none of its terms.",
            ))
            .examples(["2026-1"])
            .into()
    }
}

impl utoipa::ToSchema for PartOfYear {}

/// A term with its dates, both included.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Term {
    pub key: TermKey,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
}

/// What is wrong with a list of terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    #[error("term {0} is listed twice")]
    Duplicate(TermKey),
    #[error("term {0} ends before it starts")]
    Backwards(TermKey),
    #[error("terms {0} and {1} share a day")]
    Overlap(TermKey, TermKey),
    #[error("term {0} starts before term {1}, which should precede it")]
    OutOfOrder(TermKey, TermKey),
}

/// Terms in the order of time, none touching another. There may be gaps, such as a school's year
/// that is not published yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms(Vec<Term>);

impl Terms {
    pub fn new(mut terms: Vec<Term>) -> Result<Self, TermsError> {
        if let Some(term) = terms.iter().find(|term| term.ends_on < term.starts_on) {
            return Err(TermsError::Backwards(term.key));
        }
        // By key, so that what follows can only be wrong in its dates.
        terms.sort_by_key(|term| term.key);
        for (earlier, later) in terms.iter().zip(terms.iter().skip(1)) {
            if earlier.key == later.key {
                return Err(TermsError::Duplicate(later.key));
            }
            if later.ends_on < earlier.starts_on {
                return Err(TermsError::OutOfOrder(later.key, earlier.key));
            }
            if later.starts_on <= earlier.ends_on {
                return Err(TermsError::Overlap(earlier.key, later.key));
            }
        }
        Ok(Self(terms))
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Term> {
        self.0.iter()
    }

    pub fn get(&self, key: TermKey) -> Option<&Term> {
        self.0.binary_search_by_key(&key, |term| term.key).ok().and_then(|at| self.0.get(at))
    }

    /// The term that contains the date; none in the holidays.
    pub fn on(&self, date: NaiveDate) -> Option<&Term> {
        self.not_ended_before(date).filter(|term| term.starts_on <= date)
    }

    /// The last term that had ended before the date: within a term, the one before it.
    pub fn latest_before(&self, date: NaiveDate) -> Option<&Term> {
        self.0.iter().rev().find(|term| term.ends_on < date)
    }

    /// The term that a referral of that date belongs to: the one that contains the date, else the
    /// next one to start.
    ///
    /// A student's attendance cannot change while schools are closed. Were a holiday referral
    /// counted with the term that is over, its outcome would be measured a term sooner than that
    /// of a referral made on the next school day. The contract does not say; this is ours.
    pub fn term_of_referral(&self, date: NaiveDate) -> Option<&Term> {
        self.not_ended_before(date)
    }

    fn not_ended_before(&self, date: NaiveDate) -> Option<&Term> {
        self.0.get(self.0.partition_point(|term| term.ends_on < date))
    }
}

/// The half-days that a school can be open in a term: two for each business day of the (contract)
/// calendar. Days outside the calendar's years count for nothing.
///
/// An upper bound, by two when Easter Tuesday falls within the term: state schools must close on it
/// (Education (When State Schools Must Be Open) Regulations 2022), but it is a business day.
pub fn school_half_days(term: &Term, calendar: &Calendar, region: Option<Region>) -> u32 {
    school_half_days_until(term, term.ends_on, calendar, region)
}

/// The same of the part of a term until a day, which is included; none before it begins.
pub fn school_half_days_until(
    term: &Term,
    until: NaiveDate,
    calendar: &Calendar,
    region: Option<Region>,
) -> u32 {
    let until = until.min(term.ends_on);
    calendar.business_days_within(term.starts_on, until, region).saturating_mul(2)
}

#[cfg(test)]
mod tests;
