//! Enrolments: what schools and the national register say of where a student is enrolled, and what
//! of it stands.
//!
//! Statements come late, twice and out of order. What stands is a function of all of them
//! ([`stays`]): they are gone through in the order in which they were sent, and each begins, ends
//! or corrects a time at a school. So the order in which they arrive decides nothing.

use chrono::{Days, NaiveDate};

use crate::attendance::{EnrolmentPeriod, ReportedAt};
use crate::calendar::nz_date;
use crate::ids::SchoolId;

mod came;
mod concerned;
mod examination;
mod ledger;
mod on_record;
mod push;
mod validator;

pub use came::came_to_be_enrolled;
pub use concerned::ConcernedStudents;
pub use examination::{TakenEnrolments, TakenStatement};
pub use ledger::{
    Done, Effect, Pathway, StandingEnrolments, each_effect, effect_of, stands, stays,
};
pub use on_record::StatementsOnRecord;
pub use push::{
    ALTERNATIVE_PATHWAYS, EnrolmentFault, EnrolmentPlace, EnrolmentPush, EnrolmentReceipt,
    EnrolmentWarning, LEAVING_REASONS, PushedStatement,
};
pub use validator::{EnrolmentValidator, NamedStudent, PushedSchool};

crate::closed_list! {
    /// A statement about a student at a school.
    EnrolmentStatement: "Statement of enrolment" / "Te kī mō te whakaurunga" {
        /// On the school's roll from a day on.
        Enrolled = "enrolled": "Enrolled" / "Kua whakaurua",
        /// No longer; the last day is told.
        Left = "left": "Left" / "Kua wehe",
        /// Never: all that was said of the student at the school until then is taken back.
        NeverEnrolled = "never_enrolled": "Never enrolled" / "Kāore rawa i whakaurua",
        /// On an alternative education pathway from a day on, as this school says.
        AlternativePathway = "alternative_pathway": "On an alternative pathway" / "Kei tētahi ara mātauranga kē",
    }
}

/// What somebody said of a student at a school, and when.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    pub reported: ReportedAt,
    /// The day that it is about: of two sent at one instant the earlier day is taken first.
    day: NaiveDate,
    pub school: SchoolId,
    pub said: Said,
}

/// The content of a statement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    /// Without a first day: enrolled now, since an unknown day.
    Enrolled {
        first_day: Option<NaiveDate>,
        year_level: Option<i32>,
    },
    Left {
        first_day: Option<NaiveDate>,
        last_day: NaiveDate,
        reason: Option<String>,
        destination: Option<String>,
    },
    NeverEnrolled,
    /// It begins and ends no time at a school: many pathways leave the student on the roll.
    OnPathway {
        first_day: NaiveDate,
        /// Code of the set `alternative-pathways`.
        pathway: String,
    },
}

impl Statement {
    pub fn new(reported: ReportedAt, school: SchoolId, said: Said) -> Self {
        let day = match &said {
            Said::Enrolled { first_day, .. } => {
                first_day.unwrap_or_else(|| nz_date(reported.sent_at()))
            }
            Said::Left { last_day, .. } => *last_day,
            Said::NeverEnrolled => nz_date(reported.sent_at()),
            Said::OnPathway { first_day, .. } => *first_day,
        };
        Self { reported, day, school, said }
    }

    /// The day that it is about.
    pub const fn day(&self) -> NaiveDate {
        self.day
    }

    /// Whether it says that the student will be enrolled, or on a pathway, from a later day on.
    pub fn is_ahead(&self, today: NaiveDate) -> bool {
        match self.said {
            Said::Enrolled { .. } | Said::OnPathway { .. } => self.day > today,
            Said::Left { .. } | Said::NeverEnrolled => false,
        }
    }
}

impl Said {
    pub fn kind(&self) -> EnrolmentStatement {
        match self {
            Self::Enrolled { .. } => EnrolmentStatement::Enrolled,
            Self::Left { .. } => EnrolmentStatement::Left,
            Self::NeverEnrolled => EnrolmentStatement::NeverEnrolled,
            Self::OnPathway { .. } => EnrolmentStatement::AlternativePathway,
        }
    }
}

/// A time at a school as it stands, both days included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    pub school: SchoolId,
    pub first_day: Option<NaiveDate>,
    /// Open while the student is enrolled.
    pub last_day: Option<NaiveDate>,
    pub reason: Option<String>,
    pub destination: Option<String>,
    pub year_level: Option<i32>,
    /// The statement that says since when.
    pub begun: ReportedAt,
    /// The statement that ended it.
    pub ended: Option<ReportedAt>,
    /// Which of the stays took the student, when no word of the school's own ended it.
    taken_by: Option<usize>,
}

impl Stay {
    pub fn is_open(&self) -> bool {
        self.last_day.is_none()
    }

    /// As the rules of attendance see it.
    pub fn period(&self) -> EnrolmentPeriod {
        let Self { school, first_day, last_day, .. } = *self;
        EnrolmentPeriod { school, first_day, last_day }
    }

    /// The first day; where it is unknown, the day on which somebody said so.
    fn begins(&self) -> NaiveDate {
        self.first_day.unwrap_or_else(|| nz_date(self.begun.sent_at()))
    }

    /// Whether two stays share a day. Of one whose first day nobody told that can not be said.
    pub fn overlaps(&self, other: &Self) -> bool {
        let ends = |stay: &Self| stay.last_day.unwrap_or(NaiveDate::MAX);
        let both = self.first_day.zip(other.first_day);
        both.is_some_and(|(own, others)| own <= ends(other) && others <= ends(self))
    }
}

/// How far ahead a first day may lie (ours): the next school year is enrolled for this year.
pub const DAYS_AHEAD: u64 = 366;

/// Why a statement can not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementFault {
    #[error("the day has not come yet: a leaving is told when it has happened")]
    InTheFuture,
    #[error("the first day is more than a year ahead")]
    TooFarAhead,
    #[error("the student was not born yet")]
    BeforeBirth,
    #[error("the last day lies before the first one at this school")]
    BeforeFirstDay,
}

impl StatementFault {
    /// The fault as the API names it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::InTheFuture => "in_the_future",
            Self::TooFarAhead => "too_far_ahead",
            Self::BeforeBirth => "before_birth",
            Self::BeforeFirstDay => "before_first_day",
        }
    }
}

/// Whether the days of a statement can be, whatever else is known.
pub fn check(said: &Said, birth_date: NaiveDate, today: NaiveDate) -> Result<(), StatementFault> {
    let (first_day, last_day) = match said {
        Said::Enrolled { first_day, .. } => (*first_day, None),
        Said::Left { first_day, last_day, .. } => (*first_day, Some(*last_day)),
        Said::NeverEnrolled => (None, None),
        Said::OnPathway { first_day, .. } => (Some(*first_day), None),
    };
    if first_day.into_iter().chain(last_day).any(|day| day < birth_date) {
        return Err(StatementFault::BeforeBirth);
    }
    if last_day.is_some_and(|day| day > today) {
        return Err(StatementFault::InTheFuture);
    }
    let latest = today.checked_add_days(Days::new(DAYS_AHEAD)).unwrap_or(NaiveDate::MAX);
    if first_day.is_some_and(|day| day > latest) {
        return Err(StatementFault::TooFarAhead);
    }
    if first_day.zip(last_day).is_some_and(|(first, last)| last < first) {
        return Err(StatementFault::BeforeFirstDay);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
