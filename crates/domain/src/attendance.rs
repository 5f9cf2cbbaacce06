//! Attendance: what schools send of a student's days, what of it stands, and what it adds up to.
//! How a day counts is decision 0012; where that is ours and not the Ministry's, it says so.
//!
//! The way of a day: a [`SentDay`] is read by a [`CodeBook`] into [`HalfDays`]; with the instants
//! of its report it is a [`DayRecord`]; a school's records of a month are [`MonthDays`]; of all
//! schools' reports [`known_days`] are what stands; of these, [`CountedDays`] count.

mod codes;
mod concerns;
mod counted_days;
mod half_days;
mod intake;
mod known_days;
mod month;
mod push;
mod sent_day;
mod validator;

pub use codes::{AttendanceCode, CodeBook, CodeBookError};
pub use concerns::{
    AttendanceBand, AttendanceTrend, ReachedThreshold, ServiceStanding, StarCrossing,
    StarThreshold, TermStanding,
};
pub use counted_days::{CountedDays, OpenDays, SchoolDay, Sent, TermSummary, TermTotals};
pub use half_days::{
    HALF_DAYS_A_DAY, HalfDay, HalfDayCounts, HalfDays, NotHalfDays, OverTwoHalfDays,
};
pub use intake::{IntakeFacts, IntakeFault, NamedPeriods, TermSoFar};
pub use known_days::{DayRecord, DayReport, EnrolmentPeriod, ReportedAt, known_days};
pub use month::{Merged, MonthDays, NotAMonthText, OtherMonth};
pub use push::{
    AttendanceFault, AttendancePlace, AttendancePush, AttendanceReceipt, AttendanceWarning,
    PushedDay, PushedStudent, PushedTerm, SentCounts,
};
pub use sent_day::{DayFault, ReadDay, SentDay, SlotCodes};
pub use validator::{AttendanceValidator, EnrolledStudent, TakenAttendance};

#[cfg(test)]
mod tests;
