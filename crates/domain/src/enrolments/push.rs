//! What is sent of enrolments at once, and what comes of it.

use chrono::{DateTime, NaiveDate, Utc};

use super::{EnrolmentStatement, Said, StatementFault};
use crate::attendance::ReportedAt;
use crate::ids::StudentId;

/// Statements that are sent at once.
#[derive(Clone, Debug)]
pub struct EnrolmentPush {
    /// By the sender's clock; now, when it says nothing.
    pub sent_at: Option<DateTime<Utc>>,
    /// How many statements the sender says it sends.
    pub count: Option<usize>,
    /// How many there are, those included that could not be read.
    pub sent: usize,
    pub statements: Vec<PushedStatement>,
}

impl EnrolmentPush {
    /// When its statements were sent and received. A sender whose clock is ahead would else outdo
    /// every correction to come.
    pub fn reported_at(&self, now: DateTime<Utc>) -> ReportedAt {
        ReportedAt::new(self.sent_at.map_or(now, |sent| sent.min(now)), now)
    }
}

/// What is said of one student at one school, as it was sent.
#[derive(Clone, Debug)]
pub struct PushedStatement {
    /// Where in the push, counted from 0.
    pub place: usize,
    pub kind: EnrolmentStatement,
    pub school_number: i32,
    pub nsn: Option<String>,
    pub student_id: Option<StudentId>,
    /// Where it is sent, it has to agree.
    pub birth_date: Option<NaiveDate>,
    pub first_day: Option<NaiveDate>,
    pub year_level: Option<i32>,
    pub last_day: Option<NaiveDate>,
    pub leaving_reason: Option<String>,
    pub destination: Option<String>,
    pub pathway: Option<String>,
}

impl PushedStatement {
    /// What it says, when all that its kind needs is there and nothing else.
    pub(super) fn said(&self) -> Result<Said, EnrolmentFault> {
        let Self { first_day, year_level, last_day, leaving_reason, destination, .. } = self;
        let of_leaving = last_day.is_some() || leaving_reason.is_some() || destination.is_some();
        if self.pathway.is_some() && self.kind != EnrolmentStatement::AlternativePathway {
            return Err(EnrolmentFault::OfWhoIsOnPathway);
        }
        match self.kind {
            EnrolmentStatement::Enrolled if of_leaving => Err(EnrolmentFault::OfWhoLeft),
            EnrolmentStatement::Enrolled => {
                first_day.ok_or(EnrolmentFault::FirstDayMissing)?;
                Ok(Said::Enrolled { first_day: *first_day, year_level: *year_level })
            }
            EnrolmentStatement::Left if year_level.is_some() => {
                Err(EnrolmentFault::OfWhoIsEnrolled)
            }
            EnrolmentStatement::Left => Ok(Said::Left {
                first_day: *first_day,
                last_day: last_day.ok_or(EnrolmentFault::LastDayMissing)?,
                reason: Some(leaving_reason.clone().ok_or(EnrolmentFault::ReasonMissing)?),
                destination: destination.clone(),
            }),
            EnrolmentStatement::NeverEnrolled => {
                let days = first_day.or(*last_day).is_some() || year_level.is_some();
                if days || leaving_reason.is_some() || destination.is_some() {
                    return Err(EnrolmentFault::OfWhoWasThere);
                }
                Ok(Said::NeverEnrolled)
            }
            EnrolmentStatement::AlternativePathway if of_leaving => Err(EnrolmentFault::OfWhoLeft),
            EnrolmentStatement::AlternativePathway if year_level.is_some() => {
                Err(EnrolmentFault::OfWhoIsEnrolled)
            }
            EnrolmentStatement::AlternativePathway => Ok(Said::OnPathway {
                first_day: first_day.ok_or(EnrolmentFault::FirstDayMissing)?,
                pathway: self.pathway.clone().ok_or(EnrolmentFault::PathwayMissing)?,
            }),
        }
    }
}

/// Where in a push something is, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnrolmentPlace {
    Count,
    Statement(usize),
}

impl EnrolmentPlace {
    /// The order in which a push has them.
    pub(super) const fn at(self) -> Option<usize> {
        match self {
            Self::Count => None,
            Self::Statement(at) => Some(at),
        }
    }
}

/// The code set of a leaving's reason.
pub const LEAVING_REASONS: &str = "leaving-reasons";
/// The code set of a pathway.
pub const ALTERNATIVE_PATHWAYS: &str = "alternative-pathways";

/// Why something of a push was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnrolmentFault {
    #[error("the number of statements is another one")]
    CountDiffers,
    #[error("firstDay is needed of who is enrolled or on a pathway")]
    FirstDayMissing,
    #[error("pathway is needed of who is on one")]
    PathwayMissing,
    #[error("lastDay is needed of who left")]
    LastDayMissing,
    #[error("leavingReason is needed of who left")]
    ReasonMissing,
    #[error("lastDay, leavingReason and destination are of who left")]
    OfWhoLeft,
    #[error("yearLevel is of who is enrolled")]
    OfWhoIsEnrolled,
    #[error("pathway is of who is on one")]
    OfWhoIsOnPathway,
    #[error("days, year level, reason and destination are of who was enrolled")]
    OfWhoWasThere,
    #[error("no school has this number")]
    UnknownSchool,
    #[error("the school is outside the caller's reach")]
    SchoolOutOfReach,
    #[error("a student is named by nsn or by studentId, by one of the two")]
    NotNamedOnce,
    #[error("no student of whom you may know is meant by this")]
    UnknownStudent,
    #[error("the number stands for \"not known\"")]
    PlaceholderNsn,
    #[error("the student has another birth date")]
    BirthDateDiffers,
    #[error(
        "leavingReason is no code of the set `{LEAVING_REASONS}`; /v1/reference-data/{LEAVING_REASONS} lists them"
    )]
    UnknownReason,
    #[error(
        "pathway is no code of the set `{ALTERNATIVE_PATHWAYS}`; /v1/reference-data/{ALTERNATIVE_PATHWAYS} lists them"
    )]
    UnknownPathway,
    #[error("this call says the same kind of thing of this student and school already")]
    Repeated,
    #[error(transparent)]
    Days(#[from] StatementFault),
}

impl EnrolmentFault {
    /// The fault as the API names it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::CountDiffers => "count_differs",
            Self::FirstDayMissing
            | Self::LastDayMissing
            | Self::ReasonMissing
            | Self::PathwayMissing => "required",
            Self::OfWhoLeft
            | Self::OfWhoIsEnrolled
            | Self::OfWhoIsOnPathway
            | Self::OfWhoWasThere => "not_of_this_kind",
            Self::UnknownSchool => "unknown_school",
            Self::SchoolOutOfReach => "school_out_of_reach",
            Self::NotNamedOnce => "not_named_once",
            Self::UnknownStudent => "unknown_student",
            Self::PlaceholderNsn => "placeholder_nsn",
            Self::BirthDateDiffers => "birth_date_differs",
            Self::UnknownReason | Self::UnknownPathway => "unknown_code",
            Self::Repeated => "repeated",
            Self::Days(fault) => fault.code(),
        }
    }
}

/// What the sender may want to know of a statement that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnrolmentWarning {
    /// In force from that day on.
    StartsAhead,
    /// It ends a time at the school before that began, as far as is known: without effect until a
    /// word that was sent before it says otherwise.
    BeforeFirstDay,
    /// The student was on the roll of the school with this number, and no longer is; without the
    /// number for who may not act for that school.
    EndedElsewhere(Option<i32>),
    /// Another school says that the student was there on some of these days.
    Overlaps,
}

/// What came of a push.
#[derive(Clone, Debug, Default)]
pub struct EnrolmentReceipt {
    /// Statements that changed what stands.
    pub changed: usize,
    /// Statements that are kept and change nothing: they say what stands, or a later one outdoes
    /// them, or their day has not come.
    pub without_effect: usize,
    /// Statements that are on record word for word.
    pub unchanged: usize,
    /// Statements that somebody is new at a school of whom the school may not know yet: they are taken
    /// where number and birth date are one student's, and whether they are is not told.
    pub unconfirmed: usize,
    pub faults: Vec<(EnrolmentPlace, EnrolmentFault)>,
    pub warnings: Vec<(EnrolmentPlace, EnrolmentWarning)>,
}
