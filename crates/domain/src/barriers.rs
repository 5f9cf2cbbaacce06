//! Barriers: what keeps a student from school, and how far each is removed.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::ids::UserId;
use crate::patch::Patch;
use crate::text::{Code, LongText};

/// A case has at most so many barriers, all of which its closure can explain (ours).
pub const MOST_PER_CASE: i64 = 50;

crate::closed_list! {
    /// How strongly a barrier keeps the student from school.
    Severity: "Severity of a barrier" / "Te taumaha o te taupā" {
        Low = "low": "Low" / "He iti",
        Moderate = "moderate": "Moderate" / "He āhua nui",
        High = "high": "High" / "He nui",
    }
    /// Status of a barrier.
    BarrierStatus: "Status of a barrier" / "Te tūnga o te taupā" {
        Identified = "identified": "Identified" / "Kua tautuhia",
        BeingAddressed = "being_addressed": "Being addressed" / "Kei te whakatikaina",
        Resolved = "resolved": "Resolved" / "Kua whakatauhia",
    }
    /// A status to which a barrier can be moved.
    BarrierGoal: "Move of a barrier" / "Te neke o te taupā" {
        BeingAddressed = "being_addressed": "Being addressed" / "Kei te whakatikaina",
        Resolved = "resolved": "Resolved" / "Kua whakatauhia",
    }
    /// An event of a barrier, as the timeline tells it.
    BarrierStep: "Event of a barrier" / "Te pānga ki te taupā" {
        Added = "added": "Added" / "I tāpirihia",
        Changed = "changed": "Changed" / "I panonitia",
        Moved = "moved": "Moved to another status" / "I nekehia ki tūnga kē",
    }
}

/// A barrier to record on a case.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddBarrier {
    /// The kind of barrier, a code of the set `barriers`. Personal data.
    pub code: Code,
    /// How much the barrier keeps the student from school.
    pub severity: Severity,
    /// The day on which the barrier was identified: not in the future; today when left out.
    pub identified_on: Option<NaiveDate>,
    /// Comment for the provider's people alone. Personal data.
    pub comment: Option<LongText>,
}

/// A merge patch (RFC 7396) of a barrier: absent keeps, null clears.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateBarrier {
    /// How much the barrier keeps the student from school.
    #[schema(nullable = false)]
    pub severity: Option<Severity>,
    /// Comment for the provider's people alone. Personal data.
    #[serde(default)]
    #[schema(required = false, value_type = Option<LongText>)]
    pub comment: Patch<LongText>,
}

/// One move of a barrier: kept beside it, the words for the provider's people alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BarrierMove {
    pub status: BarrierGoal,
    pub moved_at: DateTime<Utc>,
    pub moved_by: UserId,
    #[serde(alias = "words")]
    pub comment: Option<LongText>,
}

/// Why a change of a barrier is refused by its rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BarrierRefusal {
    #[error("the barrier already stands there")]
    AlreadyThere,
    #[error("a barrier that came back needs a comment")]
    NoComment,
    #[error("a barrier can not have been identified in the future")]
    IdentifiedInFuture,
}

impl BarrierGoal {
    pub fn status(self) -> BarrierStatus {
        match self {
            Self::BeingAddressed => BarrierStatus::BeingAddressed,
            Self::Resolved => BarrierStatus::Resolved,
        }
    }
}

impl BarrierStatus {
    /// Whether the barrier no longer keeps the student from school.
    pub fn is_resolved(self) -> bool {
        match self {
            Self::Identified | Self::BeingAddressed => false,
            Self::Resolved => true,
        }
    }

    /// Where a barrier stands after a move. One that comes back says why.
    pub fn moved(
        self,
        to: BarrierGoal,
        comment: Option<&LongText>,
    ) -> Result<Self, BarrierRefusal> {
        match (self, to) {
            (Self::BeingAddressed, BarrierGoal::BeingAddressed)
            | (Self::Resolved, BarrierGoal::Resolved) => Err(BarrierRefusal::AlreadyThere),
            (Self::Resolved, BarrierGoal::BeingAddressed) if comment.is_none() => {
                Err(BarrierRefusal::NoComment)
            }
            (Self::Identified | Self::BeingAddressed, BarrierGoal::Resolved)
            | (Self::Identified | Self::Resolved, BarrierGoal::BeingAddressed) => Ok(to.status()),
        }
    }
}

/// Whether a barrier may be recorded today as identified on that day.
pub fn recordable(identified_on: NaiveDate, today: NaiveDate) -> Result<(), BarrierRefusal> {
    if identified_on > today { Err(BarrierRefusal::IdentifiedInFuture) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
