//! Refusals about what everybody looks up, about pushes as a whole, publications and jobs.

use ascms_domain::terms::TermsError;
use ascms_persistence::attendance::AttendanceRefusal;
use ascms_persistence::enrolments::EnrolmentRefusal;
use ascms_persistence::holidays::HolidayRefusal;
use ascms_persistence::jobs::JobRefusal;
use ascms_persistence::publications::PublicationRefusal;
use ascms_persistence::rules::RuleRefusal;
use ascms_persistence::terms::TermRefusal;

use super::ProblemKind::{self, Member, Plain};
use super::Reason;
use crate::problem::Code;

impl Reason for HolidayRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::OfAnAct => Plain(Code::CalendarOfAnAct),
            Self::AlreadyAdded => Plain(Code::HolidayAlreadyAdded),
            Self::Weekend | Self::Holiday => Plain(Code::NotABusinessDay),
        }
    }
}

impl Reason for TermRefusal {
    fn problem(&self) -> ProblemKind {
        match self.0 {
            TermsError::Backwards(_) => Member("/endsOn", "too_small"),
            TermsError::Duplicate(_) | TermsError::Overlap(..) | TermsError::OutOfOrder(..) => {
                Plain(Code::TermsOverlap)
            }
        }
    }
}

impl Reason for RuleRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::NameTaken => Plain(Code::RuleVersionTaken),
            Self::DayTaken => Plain(Code::RuleDayTaken),
        }
    }
}

impl Reason for AttendanceRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::UnknownSchool => Member("/schoolNumber", "unknown"),
            Self::SchoolOutOfReach => Plain(Code::SchoolOutOfReach),
        }
    }
}

impl Reason for EnrolmentRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::SchoolOutOfReach => Plain(Code::SchoolOutOfReach),
        }
    }
}

impl Reason for PublicationRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::UnknownTerm => Member("/term", "unknown"),
            Self::AlreadyPublished => Plain(Code::AlreadyPublished),
            Self::StillPending => Plain(Code::StillPending),
        }
    }
}

impl Reason for JobRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::TooMany => Plain(Code::TooManyJobs),
            Self::Over(_) => Plain(Code::JobOver),
            Self::NotDone => Plain(Code::JobNotDone),
        }
    }
}
