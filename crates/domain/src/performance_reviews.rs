//! Performance reviews: once a term, the Ministry looks with a provider at the figures of a contract and at
//! what the contract requires, and decides on the share of its amount that was withheld until then.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use validator::Validate;

use crate::history::RecordKind;
use crate::ids::ContractId;
use crate::registers::{Lifecycle, LifecycleStep, Register, RegisterKind, StepRefusal};
use crate::terms::TermKey;
use crate::text::LongText;

mod actions;
mod findings;
mod frozen;
mod meeting;
mod requirements;
mod rule;
mod withholding;

pub use actions::PerformanceReviewAction;
pub use findings::{
    AddReviewFinding, AgreeReviewAction, FindingGrade, FindingStanding, ReviewActionOutcome,
    ReviewActionStatus, ReviewActionStep, SettleReviewAction, open_findings,
};
pub use frozen::FrozenReview;
pub use meeting::ReviewMeeting;
pub use requirements::{
    DutyEvidence, Requirement, RequirementBasis, RequirementResult, after_meeting,
};
pub use rule::{RequirementRule, WithholdingRequirement, WithholdingRules};
pub use withholding::{
    AcceptedDespite, CurrentDecision, PaymentPeriods, ProposeWithholding, WithholdingBasis,
    WithholdingOutcome, WithholdingRefusal, WithholdingStatus, WithholdingStep, payment_cents,
};

crate::closed_list! {
    /// Status of a performance review.
    PerformanceReviewStatus: "Status of a performance review" / "Te tūnga o te arotake mahi" {
        /// The figures are frozen, and the provider may comment.
        Opened = "opened": "Opened" / "Kua tuwhera",
        /// The provider commented.
        Commented = "commented": "Commented" / "Kua tāpirihia he kōrero",
        /// The meeting was held.
        MetWith = "met_with": "Met with" / "Kua hui tahi",
        Concluded = "concluded": "Concluded" / "Kua whakatauria",
    }
}

crate::closed_list! {
    /// A step of a performance review's lifecycle.
    ReviewStep {
        Comment = "comment",
        Meet = "meet",
        /// The time to comment is over: a provider that did not comment is met too.
        MeetAfterTime = "meet_after_time",
        Conclude = "conclude",
    }
}

/// What is written in a performance review: it is filled in by its steps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PerformanceReview {
    /// Comment of the provider; null until the provider commented, and where it never did. Personal data.
    pub provider_comment: Option<LongText>,
    /// The meeting of the Ministry with the provider; null until it was held.
    pub meeting: Option<ReviewMeeting>,
}

/// A performance review that is opened for one contract.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenPerformanceReview {
    /// The contract that is reviewed.
    pub contract_id: ContractId,
    /// The term that is reviewed; it is over.
    pub term: TermKey,
}

/// The performance reviews of a term, opened for all contracts.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenPerformanceReviews {
    /// The term that is reviewed; it is over.
    pub term: TermKey,
}

/// The provider's comment on a performance review.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CommentOnReview {
    /// Comment of the provider on the figures and the requirements. Personal data.
    pub comment: LongText,
}

impl LifecycleStep for ReviewStep {
    fn event(self) -> &'static str {
        match self {
            Self::Comment => "performance_review.commented",
            Self::Meet | Self::MeetAfterTime => "performance_review.met_with",
            Self::Conclude => "performance_review.concluded",
        }
    }
}

impl Lifecycle for PerformanceReviewStatus {
    type Step = ReviewStep;

    const FIRST: Self = Self::Opened;

    fn is_frozen(self) -> bool {
        match self {
            Self::Concluded => true,
            Self::Opened | Self::Commented | Self::MetWith => false,
        }
    }

    fn take(self, step: ReviewStep) -> Result<Self, StepRefusal> {
        use ReviewStep::{Comment, Conclude, Meet, MeetAfterTime};
        match (self, step) {
            (Self::Opened, Comment) => Ok(Self::Commented),
            (Self::Commented, Meet) | (Self::Opened | Self::Commented, MeetAfterTime) => {
                Ok(Self::MetWith)
            }
            (Self::MetWith, Conclude) => Ok(Self::Concluded),
            (Self::Opened, Meet | Conclude)
            | (Self::Commented, Comment | Conclude)
            | (Self::MetWith, Comment | Meet | MeetAfterTime)
            | (Self::Concluded, Comment | Meet | MeetAfterTime | Conclude) => {
                Err(StepRefusal::NotInThisState)
            }
        }
    }
}

impl ReviewStep {
    /// The step of a meeting, by whether the provider's time to comment is over.
    pub fn of_meeting(comment_time_over: bool) -> Self {
        if comment_time_over { Self::MeetAfterTime } else { Self::Meet }
    }
}

impl PerformanceReviewStatus {
    /// Whether documents are added to the minutes of the meeting.
    ///
    /// # Errors
    ///
    /// The meeting was not held yet, or the review is concluded.
    pub fn takes_documents(self) -> Result<(), StepRefusal> {
        match self {
            Self::MetWith => Ok(()),
            Self::Opened | Self::Commented => Err(StepRefusal::NotInThisState),
            Self::Concluded => Err(StepRefusal::Frozen),
        }
    }

    /// Whether findings and actions are shown to the provider.
    pub fn shows_findings(self) -> bool {
        self.is_concluded()
    }

    /// Whether the Ministry has drawn its conclusions.
    pub fn is_concluded(self) -> bool {
        match self {
            Self::Concluded => true,
            Self::Opened | Self::Commented | Self::MetWith => false,
        }
    }
}

impl Register for PerformanceReview {
    const KIND: RegisterKind = RegisterKind::PerformanceReview;
    const RECORD: RecordKind = RecordKind::PerformanceReview;
    const FORM: i32 = 1;
    const MEMBERS: &'static [&'static str] = &["providerComment", "meeting"];

    type Status = PerformanceReviewStatus;
    type Content = Self;

    fn upgrade(content: Value, _from: i32) -> Value {
        content
    }
}

#[cfg(test)]
mod tests;
