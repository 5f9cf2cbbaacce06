//! What a school's system sends at once, and what comes of it.

use chrono::{DateTime, NaiveDate, Utc};

use super::{HalfDayCounts, IntakeFault, SentDay};
use crate::ids::StudentId;
use crate::terms::TermKey;

/// What a school's system sends at once.
#[derive(Clone, Debug)]
pub struct AttendancePush {
    pub school_number: i32,
    /// By the sender's clock; now, when it says nothing.
    pub sent_at: Option<DateTime<Utc>>,
    /// How many students the sender says it sends.
    pub count: Option<usize>,
    /// How many there are, those included that could not be read.
    pub sent: usize,
    pub students: Vec<PushedStudent>,
}

/// A student's days, and totals of terms in place of days.
#[derive(Clone, Debug)]
pub struct PushedStudent {
    /// Where in the push, counted from 0.
    pub place: usize,
    pub nsn: Option<String>,
    pub student_id: Option<StudentId>,
    /// Where it is sent, it has to agree.
    pub birth_date: Option<NaiveDate>,
    pub days: Vec<PushedDay>,
    pub terms: Vec<PushedTerm>,
}

/// Half-days as a school counts them, and of how many possible ones, where it says so.
#[derive(Clone, Copy, Debug)]
pub struct SentCounts {
    pub counts: HalfDayCounts,
    pub possible: Option<u32>,
}

#[derive(Clone, Debug)]
pub struct PushedDay {
    /// Where among the student's days, counted from 0.
    pub place: usize,
    pub date: NaiveDate,
    pub half_days: Option<SentCounts>,
    pub morning: Option<String>,
    pub afternoon: Option<String>,
    pub codes: Option<String>,
    pub categories: Option<String>,
}

impl PushedDay {
    /// The day in the form in which it was sent.
    pub(super) fn form(&self) -> SentDay<'_> {
        SentDay {
            counts: self.half_days.map(|sent| sent.counts),
            morning: self.morning.as_deref(),
            afternoon: self.afternoon.as_deref(),
            codes: self.codes.as_deref(),
            categories: self.categories.as_deref(),
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct PushedTerm {
    /// Where among the student's terms, counted from 0.
    pub place: usize,
    pub term: TermKey,
    pub half_days: SentCounts,
}

/// Where in a push something is, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttendancePlace {
    Count,
    Student(usize),
    Day(usize, usize),
    Term(usize, usize),
}

/// Why something of a push was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttendanceFault {
    #[error("the number of students is another one")]
    CountDiffers,
    #[error("a student is named by nsn or by studentId, by one of the two")]
    NotNamedOnce,
    #[error("no student of this school has this number")]
    UnknownStudent,
    #[error("the number stands for \"not known\"")]
    PlaceholderNsn,
    #[error("the student has another birth date")]
    BirthDateDiffers,
    #[error(transparent)]
    Intake(#[from] IntakeFault),
}

impl AttendanceFault {
    /// The fault as the API names it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::CountDiffers => "count_differs",
            Self::NotNamedOnce => "not_named_once",
            Self::UnknownStudent => "unknown_student",
            Self::PlaceholderNsn => "placeholder_nsn",
            Self::BirthDateDiffers => "birth_date_differs",
            Self::Intake(fault) => fault.code(),
        }
    }
}

/// What the sender may want to know of a day that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttendanceWarning {
    /// The code set in force on the day does not have this code: its slots are unclassified.
    UnknownCode(char),
    /// The code set has this code and does not classify it, and no category was sent.
    Unclassified(char),
    /// The school was closed: the day is kept and does not count.
    ClosedDay,
    /// As far as is known the student was not enrolled at the school then: what was sent is kept,
    /// and counts once it turns out that the student was.
    NotEnrolled,
    /// Under another number of the same student this call says something else: both are kept, each
    /// under its number.
    OtherNumberDiffers,
}

/// What came of a push.
#[derive(Clone, Debug, Default)]
pub struct AttendanceReceipt {
    /// Days on record for the first time.
    pub new: usize,
    /// Days that were on record with another word, or an older one.
    pub replaced: usize,
    /// Days of which a later word is on record: kept, and without effect.
    pub outdated: usize,
    /// Days that are on record just so.
    pub unchanged: usize,
    /// Totals of terms.
    pub terms: usize,
    pub faults: Vec<(AttendancePlace, AttendanceFault)>,
    /// How many faults there are besides.
    pub more_faults: usize,
    pub warnings: Vec<(AttendancePlace, AttendanceWarning)>,
    pub more_warnings: usize,
}

/// As many faults, and as many warnings, are told of one push: a push can have a million.
pub const MOST_TOLD: usize = 10_000;

impl AttendanceReceipt {
    pub(super) fn fault(&mut self, place: AttendancePlace, fault: impl Into<AttendanceFault>) {
        if self.faults.len() < MOST_TOLD {
            self.faults.push((place, fault.into()));
        } else {
            self.more_faults += 1;
        }
    }

    pub(super) fn warn(&mut self, place: AttendancePlace, warning: AttendanceWarning) {
        if self.warnings.len() < MOST_TOLD {
            self.warnings.push((place, warning));
        } else {
            self.more_warnings += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        AttendanceFault, AttendancePlace, AttendanceReceipt, AttendanceWarning, MOST_TOLD,
    };

    #[test]
    fn what_is_told_has_an_end_and_the_rest_is_counted() {
        let mut received = AttendanceReceipt::default();
        for at in 0..MOST_TOLD + 3 {
            received.fault(AttendancePlace::Student(at), AttendanceFault::UnknownStudent);
            received.warn(AttendancePlace::Day(at, 0), AttendanceWarning::ClosedDay);
        }
        assert_eq!((received.faults.len(), received.more_faults), (MOST_TOLD, 3));
        assert_eq!((received.warnings.len(), received.more_warnings), (MOST_TOLD, 3));
    }
}
