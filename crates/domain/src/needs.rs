//! Needs: what a provider asks its unmet basic needs fund to pay for on a case, from the request to the
//! settlement.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::body_faults::fault_at;
use crate::funds::{FundEntryKind, Posting};
use crate::ids::{BarrierId, CaseId, DocumentId, UserId};
use crate::second_person::{Approval, ApprovalPolicy, ApprovalRefusal, Approver};
use crate::text::{Code, Line, LongText};

mod actions;

pub use actions::NeedAction;

/// The code set that has the categories of needs.
pub const NEED_CATEGORIES: &str = "need-categories";

/// Business days in which a need is decided (ours).
pub const DECISION_DAYS: u16 = 3;

/// Business days after the approval in which a need is settled (ours).
pub const SETTLEMENT_DAYS: u16 = 30;

/// Business days in which the Ministry reviews an approval that one person gave alone (ours).
pub const NEED_REVIEW_DAYS: u16 = 10;

crate::closed_list! {
    /// Status of a need.
    NeedStatus: "Status of a need" / "Te tūnga o te hiahia" {
        Requested = "requested": "Requested" / "Kua tonoa",
        Approved = "approved": "Approved" / "Kua whakaaetia",
        Declined = "declined": "Declined" / "Kua whakahēngia",
        Cancelled = "cancelled": "Cancelled" / "Kua whakakorea",
        PartSpent = "part_spent": "Part spent" / "Kua whakapaua tētahi wāhanga",
        /// Spent as far as it will be; the rest went back to the fund.
        Settled = "settled": "Settled" / "Kua whakatauria",
    }
    /// Outcome of the decision on a need.
    NeedOutcome: "Outcome of a decision on a need" / "Te hua o te whakatau hiahia" {
        Approved = "approved": "Approved" / "Kua whakaaetia",
        Declined = "declined": "Declined" / "Kua whakahēngia",
    }
    /// An event of a need, as the timeline tells it.
    NeedStep: "Event of a need" / "Te pānga ki te hiahia" {
        Asked = "asked": "Asked for" / "I tonoa",
        Approved = "approved": "Approved" / "I whakaaetia",
        Declined = "declined": "Declined" / "I whakahēngia",
        Cancelled = "cancelled": "Cancelled" / "I whakakorea",
        Spent = "spent": "Money spent" / "I whakapaua he moni",
        Refunded = "refunded": "Money came back" / "I whakahokia he moni",
        Settled = "settled": "Settled" / "I whakatauria",
    }
    /// What the Ministry found of an approval that one person gave alone.
    NeedReviewOutcome: "Outcome of a need's review" / "Te hua o te arotake hiahia" {
        Confirmed = "confirmed": "Confirmed" / "Kua whakaūngia",
        Questioned = "questioned": "Questioned" / "Kua uiuia",
    }
}

/// Something to pay for on a case.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AskForNeed {
    /// Code of the set `need-categories`.
    pub category: Code,
    /// Cents, including GST.
    #[schema(minimum = 1, maximum = 100_000_000)]
    pub amount_cents: i64,
    /// What is to be paid for, and how it helps the student to attend. Personal data.
    pub purpose: LongText,
    /// The barrier of the case that it removes.
    pub barrier_id: Option<BarrierId>,
    /// The day by which it is needed.
    pub needed_by: Option<NaiveDate>,
    /// Further cases whose students it helps, such as those of siblings.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub further_case_ids: Vec<CaseId>,
    /// How many people without a case it helps too.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100_000)]
    pub others_supported: i32,
    /// Documents of the case that belong to the request, such as a quote.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub document_ids: Vec<DocumentId>,
}

/// The decision on a need.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = "says_why_not"))]
pub struct DecideNeed {
    /// Whether the need is approved or declined.
    pub outcome: NeedOutcome,
    /// Comment; required when the need is declined. Personal data.
    pub comment: Option<LongText>,
}

fn says_why_not(body: &DecideNeed) -> Result<(), ValidationError> {
    match body.outcome {
        NeedOutcome::Declined if body.comment.is_none() => Err(comment_missing()),
        NeedOutcome::Approved | NeedOutcome::Declined => Ok(()),
    }
}

fn comment_missing() -> ValidationError {
    fault_at("/comment", "required", "is needed for this outcome")
}

/// A request that is taken back.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CancelNeed {
    /// Why it is not needed any longer. Personal data.
    pub comment: Option<LongText>,
}

/// Money that was spent on a need.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordSpending {
    /// Cents, including GST.
    #[schema(minimum = 1, maximum = 100_000_000)]
    pub amount_cents: i64,
    /// The day on which it was spent: in the year of the fund, and not in the future.
    pub spent_on: NaiveDate,
    /// The business that was paid. Personal data.
    pub supplier: Option<Line>,
    /// The receipt, a document of the case.
    pub receipt_id: Option<DocumentId>,
    /// What was bought, where it is not plain from the request. Personal data.
    pub reason: Option<LongText>,
}

/// Spent money that came back.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordRefund {
    /// Cents, including GST.
    #[schema(minimum = 1, maximum = 100_000_000)]
    pub amount_cents: i64,
    /// The day on which it came back: in the year of the fund, and not in the future.
    pub refunded_on: NaiveDate,
    /// Why it came back. Personal data.
    pub reason: LongText,
}

/// What the Ministry found of an approval that one person gave alone.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = "says_what_is_questioned"))]
pub struct ReviewNeed {
    /// Whether the approval is confirmed or questioned.
    pub outcome: NeedReviewOutcome,
    /// Comment of the reviewer; required when the approval is questioned. Personal data.
    pub comment: Option<LongText>,
}

fn says_what_is_questioned(body: &ReviewNeed) -> Result<(), ValidationError> {
    match body.outcome {
        NeedReviewOutcome::Questioned if body.comment.is_none() => Err(comment_missing()),
        NeedReviewOutcome::Confirmed | NeedReviewOutcome::Questioned => Ok(()),
    }
}

/// How a need stands, with its money in cents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    pub status: NeedStatus,
    pub asked_cents: i64,
    /// What of its commitment is neither spent nor released.
    pub committed_cents: i64,
    /// Spent, less what came back.
    pub spent_cents: i64,
}

/// Whether somebody may spend more than was approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beyond {
    /// They could have approved the rest as well.
    Allowed,
    Refused,
}

/// Why a step of a need is refused by its rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NeedRefusal {
    #[error("the step does not follow from how the need stands")]
    NotInThisState,
    #[error("somebody else decides on what you asked for")]
    OwnRequest,
    #[error("a person of the Ministry decides on needs of this contract")]
    MinistryDecides,
    #[error("the provider decides on needs of this contract")]
    ProviderDecides,
    #[error("more is spent than was approved")]
    OverCommitment,
    #[error("more came back than was spent")]
    RefundExceedsSpend,
    #[error("no review of this need is to come")]
    NoReview,
}

/// Who may decide on a need that somebody asked for, and what follows from it.
///
/// # Errors
///
/// The policy of the contract asks for somebody else.
pub fn may_decide(
    policy: ApprovalPolicy,
    approver: Approver,
    asked_by: UserId,
) -> Result<Approval, NeedRefusal> {
    let of_the_ministry = match policy {
        ApprovalPolicy::MinistrySecond => true,
        ApprovalPolicy::SecondPerson | ApprovalPolicy::SelfWithReview => false,
    };
    if approver.of_ministry && !of_the_ministry {
        return Err(NeedRefusal::ProviderDecides);
    }
    policy.approve(approver, &[asked_by]).map_err(|refusal| match refusal {
        ApprovalRefusal::OwnDecision => NeedRefusal::OwnRequest,
        ApprovalRefusal::MinistryNeeded => NeedRefusal::MinistryDecides,
    })
}

/// Whether the Ministry's review of an approval is to come: it is due on a day, and nothing was found yet.
///
/// # Errors
///
/// None is due, or the Ministry has said what it found.
pub fn review_to_come(
    review_by: Option<NaiveDate>,
    found: Option<NeedReviewOutcome>,
) -> Result<(), NeedRefusal> {
    match (review_by, found) {
        (Some(_), None) => Ok(()),
        (None, _) | (Some(_), Some(_)) => Err(NeedRefusal::NoReview),
    }
}

impl NeedStatus {
    /// Whether a decision is to come.
    pub fn is_waiting(self) -> bool {
        match self {
            Self::Requested => true,
            Self::Approved | Self::Declined | Self::Cancelled | Self::PartSpent | Self::Settled => {
                false
            }
        }
    }

    /// Whether money is promised, and the need is to be settled.
    pub fn is_promised(self) -> bool {
        match self {
            Self::Approved | Self::PartSpent => true,
            Self::Requested | Self::Declined | Self::Cancelled | Self::Settled => false,
        }
    }

    /// Whether the fund paid something, of which some may come back.
    fn was_paid(self) -> bool {
        match self {
            Self::PartSpent | Self::Settled => true,
            Self::Requested | Self::Approved | Self::Declined | Self::Cancelled => false,
        }
    }
}

fn when(fits: bool) -> Result<(), NeedRefusal> {
    if fits { Ok(()) } else { Err(NeedRefusal::NotInThisState) }
}

impl Need {
    /// A need that was asked for.
    pub const fn asked(cents: i64) -> Self {
        Self {
            status: NeedStatus::Requested,
            asked_cents: cents,
            committed_cents: 0,
            spent_cents: 0,
        }
    }

    /// The fund promises what was asked for.
    pub fn approved(self) -> Result<(Self, Posting), NeedRefusal> {
        when(self.status.is_waiting())?;
        let cents = self.asked_cents;
        let need = Self { status: NeedStatus::Approved, committed_cents: cents, ..self };
        Ok((need, Posting::of(FundEntryKind::Commitment, cents)))
    }

    /// The request is turned down.
    pub fn declined(self) -> Result<Self, NeedRefusal> {
        when(self.status.is_waiting())?;
        Ok(Self { status: NeedStatus::Declined, ..self })
    }

    /// The request is taken back.
    pub fn cancelled(self) -> Result<Self, NeedRefusal> {
        when(self.status.is_waiting())?;
        Ok(Self { status: NeedStatus::Cancelled, ..self })
    }

    /// Money was spent: the commitment pays first, and the fund what is beyond it.
    ///
    /// # Errors
    ///
    /// Nothing is promised; or more is spent than was, by somebody who may not allow that.
    pub fn spent(self, cents: i64, beyond: Beyond) -> Result<(Self, Posting), NeedRefusal> {
        when(self.status.is_promised())?;
        let drawn_cents = cents.min(self.committed_cents);
        if cents > drawn_cents && beyond == Beyond::Refused {
            return Err(NeedRefusal::OverCommitment);
        }
        let need = Self {
            status: NeedStatus::PartSpent,
            committed_cents: self.committed_cents.saturating_sub(drawn_cents),
            spent_cents: self.spent_cents.saturating_add(cents),
            ..self
        };
        Ok((need, Posting { kind: FundEntryKind::Spend, amount_cents: cents, drawn_cents }))
    }

    /// Spent money came back, to the fund and not to the commitment.
    ///
    /// # Errors
    ///
    /// Nothing was spent, or less.
    pub fn refunded(self, cents: i64) -> Result<(Self, Posting), NeedRefusal> {
        when(self.status.was_paid())?;
        if cents > self.spent_cents {
            return Err(NeedRefusal::RefundExceedsSpend);
        }
        let need = Self { spent_cents: self.spent_cents.saturating_sub(cents), ..self };
        Ok((need, Posting::of(FundEntryKind::Refund, cents.saturating_neg())))
    }

    /// Nothing more is spent: what is left of the commitment goes back to the fund.
    pub fn settled(self) -> Result<(Self, Option<Posting>), NeedRefusal> {
        when(self.status.is_promised())?;
        let rest = self.committed_cents;
        let need = Self { status: NeedStatus::Settled, committed_cents: 0, ..self };
        let release = Posting::of(FundEntryKind::Release, rest.saturating_neg());
        Ok((need, (rest > 0).then_some(release)))
    }
}

#[cfg(test)]
mod tests;
