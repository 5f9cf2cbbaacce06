//! Work that takes longer than a call may: ordered, done behind the calls, fetched when it is there.

use chrono::TimeDelta;

crate::closed_list! {
    /// The product of a job.
    JobKind: "Kind of job" / "Te momo mahi tāmuri" {
        /// Measures as flat rows, a line of JSON each.
        MeasureRows = "measure_rows": "Rows of measures" / "Ngā haupae o ngā ine",
        /// The performance reviews of a term, a line of JSON for each contract.
        PerformanceReviews = "performance_reviews": "Performance reviews" / "Ngā arotake mahi",
    }
    /// How far a job is.
    JobState: "State of a job" / "Te āhua o te mahi tāmuri" {
        Queued = "queued": "Queued" / "Kei te rārangi tatari",
        Running = "running": "Running" / "Kei te rere",
        Done = "done": "Done" / "Kua oti",
        Failed = "failed": "Failed" / "I rahua",
        Cancelled = "cancelled": "Cancelled" / "Kua whakakorea",
    }
    /// Why a job failed.
    JobFailure: "Reason that a job failed" / "Te take i rahua ai te mahi tāmuri" {
        /// Who ordered it may no longer have what it makes, or no longer all of it.
        NotAllowed = "not_allowed": "No longer allowed" / "Kua kore e whakaaetia",
        /// It has more than [`MOST_LINES`].
        TooLarge = "too_large": "Too large" / "He nui rawa",
        /// It was tried [`MOST_ATTEMPTS`] times in a row and came no further.
        KeptFailing = "kept_failing": "Kept failing" / "I rahua tonu",
    }
}

/// So many lines a result has at the most.
pub const MOST_LINES: i32 = 1_000_000;

/// So often the same step is tried.
pub const MOST_ATTEMPTS: i32 = 5;

/// So many jobs of one person may wait or run.
pub const MOST_UNFINISHED: u64 = 5;

/// So long a job and its result are there, from its end on.
pub const KEPT_FOR: TimeDelta = TimeDelta::hours(24);

/// A job that is over, as no order can change any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the job is over")]
pub struct JobOver;

impl JobState {
    /// Whether it waits or runs, so that something may still become of it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }

    /// Whether all of its result is there.
    pub const fn is_done(self) -> bool {
        matches!(self, Self::Done)
    }

    /// The state of a job of which a part was made, the last one or not.
    pub const fn after_part(is_last: bool) -> Self {
        if is_last { Self::Done } else { Self::Running }
    }

    /// The state of a job that its owner wants no more.
    pub fn cancel(self) -> Result<Self, JobOver> {
        if self.is_open() { Ok(Self::Cancelled) } else { Err(JobOver) }
    }
}

#[cfg(test)]
mod tests {
    use super::{JobOver, JobState};

    #[test]
    fn what_is_over_stays_so() {
        for state in [JobState::Queued, JobState::Running] {
            assert_eq!(state.cancel(), Ok(JobState::Cancelled));
        }
        for state in [JobState::Done, JobState::Failed, JobState::Cancelled] {
            assert_eq!(state.cancel(), Err(JobOver));
        }
    }

    #[test]
    fn a_job_is_done_with_its_last_part() {
        assert_eq!(JobState::after_part(false), JobState::Running);
        assert_eq!(JobState::after_part(true), JobState::Done);
        for state in JobState::ALL {
            assert_eq!(state.is_done(), *state == JobState::Done);
        }
    }
}
