//! Tasks: what is to be done on a case, by whom and until when.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::body_faults::fault_at;
use crate::calendar::{Calendar, OutOfRange, Region};
use crate::ids::UserId;
use crate::patch::Patch;
use crate::text::Line;

crate::closed_list! {
    /// Status of a task.
    TaskStatus: "Status of a task" / "Te tūnga o te mahi" {
        Open = "open": "Open" / "Kei te tuwhera",
        Done = "done": "Done" / "Kua oti",
        Cancelled = "cancelled": "Cancelled" / "Kua whakakorea",
    }
    /// Outcome of a task.
    TaskOutcome: "Outcome of a task" / "Te hua o te mahi" {
        Done = "done": "Done" / "Kua oti",
        Cancelled = "cancelled": "Cancelled" / "Kua whakakorea",
    }
    /// An event of a task, as the timeline tells it.
    TaskStep: "Event of a task" / "Te pānga ki te mahi" {
        Added = "added": "Added" / "I tāpirihia",
        Changed = "changed": "Changed" / "I panonitia",
        Done = "done": "Done" / "I oti",
        Cancelled = "cancelled": "Cancelled" / "I whakakorea",
    }
}

/// A task to add to a case.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = "due_once"))]
pub struct AddTask {
    /// The task itself, in a line. Personal data.
    pub title: Line,
    /// The last day on which the task is done in time: today or later. Either this or
    /// `dueInBusinessDays`.
    pub due_on: Option<NaiveDate>,
    /// Business days from today until the task is due, by the calendar `contract-2026` in the
    /// school's region; 0 is today.
    #[schema(minimum = 0, maximum = 250)]
    pub due_in_business_days: Option<u16>,
    /// A case manager or workflow lead of the case's provider; the case manager when left out.
    pub assignee_id: Option<UserId>,
}

impl AddTask {
    /// When the task is due, by whichever of the two members says so.
    pub fn due(&self) -> Due {
        let counted = Due::InBusinessDays(self.due_in_business_days.unwrap_or_default());
        self.due_on.map_or(counted, Due::On)
    }
}

fn due_once(task: &AddTask) -> Result<(), ValidationError> {
    let (code, words) = match (task.due_on, task.due_in_business_days) {
        (Some(_), None) | (None, Some(_)) => return Ok(()),
        (None, None) => ("required", "is needed, or `dueInBusinessDays`"),
        (Some(_), Some(_)) => ("given_twice", "and `dueInBusinessDays` exclude each other"),
    };
    Err(fault_at("/dueOn", code, words))
}

/// A merge patch (RFC 7396) of a task: absent keeps, null clears.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateTask {
    /// The task itself, in a line. Personal data.
    #[schema(nullable = false)]
    pub title: Option<Line>,
    /// The last day on which the task is done in time: today or later.
    #[schema(nullable = false)]
    pub due_on: Option<NaiveDate>,
    /// A case manager or workflow lead of the case's provider; null gives the task to nobody.
    #[serde(default)]
    #[schema(required = false, value_type = Option<UserId>)]
    pub assignee_id: Patch<UserId>,
}

/// When a task is due, as somebody says it.
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
    /// Whether something is still to be done.
    pub fn is_open(self) -> bool {
        match self {
            Self::Open => true,
            Self::Done | Self::Cancelled => false,
        }
    }

    /// Whether a task that stands like this can still be changed or finished.
    pub fn still_open(self) -> Result<(), TaskRefusal> {
        if self.is_open() { Ok(()) } else { Err(TaskRefusal::AlreadyFinished) }
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
