//! Findings of the Ministry, and the actions that are agreed because of them.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::ids::ReviewFindingId;
use crate::registers::StepRefusal;
use crate::text::{Line, LongText};

crate::closed_list! {
    /// Weight of a finding.
    FindingGrade: "Weight of a finding" / "Te taumaha o te kitenga" {
        Note = "note": "Note" / "Tuhipoka",
        /// An action has to be agreed.
        Concern = "concern": "Concern" / "Māharahara",
        /// The contract was not kept; an action has to be agreed.
        Breach = "breach": "Breach of the contract" / "Te takahi i te kirimana",
    }
    /// Status of an agreed action.
    ReviewActionStatus: "Status of an agreed action" / "Te tūnga o te mahi i whakaaetia" {
        Open = "open": "Open" / "Kei te tuwhera",
        /// The provider says that it is done.
        Done = "done": "Done" / "Kua oti",
        /// The Ministry saw that it is done.
        Verified = "verified": "Verified" / "Kua manatokona",
        Dropped = "dropped": "Dropped" / "Kua whakarērea",
    }
    /// A step of an agreed action, as `allowedActions` names it.
    ReviewActionStep: "Step of an agreed action" / "Te hipanga o te mahi i whakaaetia" {
        /// The provider says that it is done.
        Finish = "finish": "Finish the action" / "Te whakaoti i te mahi",
        /// The Ministry saw that it is done.
        Verify = "verify": "Verify the action" / "Te manatoko i te mahi",
        Drop = "drop": "Drop the action" / "Te whakarere i te mahi",
    }
    /// How the Ministry settles an agreed action.
    ReviewActionOutcome: "Outcome of an agreed action" / "Te hua o te mahi i whakaaetia" {
        Verified = "verified": "Verified" / "Kua manatokona",
        Dropped = "dropped": "Dropped" / "Kua whakarērea",
    }
}

/// A finding of the Ministry. The provider reads it once the review is concluded.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddReviewFinding {
    /// Whether it is a note, a concern or a breach.
    pub grade: FindingGrade,
    /// The finding in words.
    pub comment: LongText,
}

/// An action that the Ministry and the provider agree on.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AgreeReviewAction {
    /// The finding of this review that it answers; without one it answers none.
    pub finding_id: Option<ReviewFindingId>,
    /// What is to be done.
    pub action: LongText,
    /// The role that sees to it.
    pub owner: Line,
    /// The day by which it is to be done.
    pub due_on: NaiveDate,
}

/// The Ministry settles an agreed action.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettleReviewAction {
    /// Whether it was seen to be done, or is dropped.
    pub outcome: ReviewActionOutcome,
    /// Why it is dropped; needed for that.
    pub reason: Option<LongText>,
}

/// A finding, as the conclusion asks about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FindingStanding {
    pub grade: FindingGrade,
    /// An action was agreed because of it.
    pub has_action: bool,
}

/// How many findings still need an action, so that the review can not be concluded.
pub fn open_findings(findings: &[FindingStanding]) -> usize {
    findings.iter().filter(|finding| finding.grade.needs_action() && !finding.has_action).count()
}

impl FindingGrade {
    /// Whether an action has to be agreed because of it.
    pub fn needs_action(self) -> bool {
        match self {
            Self::Note => false,
            Self::Concern | Self::Breach => true,
        }
    }
}

impl ReviewActionStep {
    /// Whether the provider takes it, which reads of the action once the review is concluded.
    pub fn is_the_providers(self) -> bool {
        match self {
            Self::Finish => true,
            Self::Verify | Self::Drop => false,
        }
    }
}

impl ReviewActionOutcome {
    /// The step that it is the outcome of.
    pub fn step(self) -> ReviewActionStep {
        match self {
            Self::Verified => ReviewActionStep::Verify,
            Self::Dropped => ReviewActionStep::Drop,
        }
    }
}

impl SettleReviewAction {
    /// Whether a reason is needed and is not there.
    pub fn lacks_reason(&self) -> bool {
        match self.outcome {
            ReviewActionOutcome::Dropped => self.reason.is_none(),
            ReviewActionOutcome::Verified => false,
        }
    }
}

impl ReviewActionStatus {
    /// How an action stands when it is agreed.
    pub const FIRST: Self = Self::Open;

    /// How an action stands after a step.
    ///
    /// # Errors
    ///
    /// The step does not follow from how it stands.
    pub fn take(self, step: ReviewActionStep) -> Result<Self, StepRefusal> {
        use ReviewActionStep::{Drop, Finish, Verify};
        match (self, step) {
            (Self::Open, Finish) => Ok(Self::Done),
            (Self::Done, Verify) => Ok(Self::Verified),
            (Self::Open | Self::Done, Drop) => Ok(Self::Dropped),
            (Self::Open, Verify)
            | (Self::Done, Finish)
            | (Self::Verified | Self::Dropped, Finish | Verify | Drop) => {
                Err(StepRefusal::NotInThisState)
            }
        }
    }
}
