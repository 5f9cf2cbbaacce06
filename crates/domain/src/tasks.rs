//! Tasks: what is to be done on a case, by whom and until when.

use chrono::NaiveDate;

use crate::calendar::{Calendar, OutOfRange, Region};

crate::closed_list! {
    /// How a task stands.
    TaskStatus {
        Open = "open",
        Done = "done",
        Cancelled = "cancelled",
    }
    /// How a task ends.
    TaskOutcome {
        Done = "done",
        Cancelled = "cancelled",
    }
    /// What happened to a task, as the timeline tells it.
    TaskStep {
        Added = "added",
        Changed = "changed",
        Done = "done",
        Cancelled = "cancelled",
    }
}

/// Until when something is to be done, as somebody says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    On(NaiveDate),
    /// So many business days from today; 0 is today.
    InBusinessDays(u16),
}

/// The last day on which a task is done in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueDay {
    pub on: NaiveDate,
    /// The calendar that counted it; `None` when the day itself was named.
    pub calendar_version: Option<String>,
}

/// Why a change of a task is refused by its rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaskRefusal {
    #[error("the task was done or cancelled before")]
    AlreadyFinished,
    #[error("a task is due today or later")]
    DueInThePast,
    #[error(transparent)]
    Uncounted(#[from] OutOfRange),
}

impl Due {
    /// The day that is meant, for a school of this region.
    pub fn day(
        self,
        calendar: &Calendar,
        region: Option<Region>,
        today: NaiveDate,
    ) -> Result<DueDay, TaskRefusal> {
        match self {
            Self::On(on) if on < today => Err(TaskRefusal::DueInThePast),
            Self::On(on) => Ok(DueDay { on, calendar_version: None }),
            Self::InBusinessDays(days) => Ok(DueDay {
                on: calendar.add_business_days(today, days, region)?,
                calendar_version: Some(calendar.version().to_owned()),
            }),
        }
    }
}

impl TaskStatus {
    /// Whether a task that stands like this can still be changed or finished.
    pub fn still_open(self) -> Result<(), TaskRefusal> {
        match self {
            Self::Open => Ok(()),
            Self::Done | Self::Cancelled => Err(TaskRefusal::AlreadyFinished),
        }
    }
}

impl TaskOutcome {
    /// How the task stands from then on.
    pub fn status(self) -> TaskStatus {
        match self {
            Self::Done => TaskStatus::Done,
            Self::Cancelled => TaskStatus::Cancelled,
        }
    }

    pub fn step(self) -> TaskStep {
        match self {
            Self::Done => TaskStep::Done,
            Self::Cancelled => TaskStep::Cancelled,
        }
    }
}

#[cfg(test)]
mod tests;
