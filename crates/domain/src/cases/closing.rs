//! What is confirmed before a case is closed, and how long it can be opened again.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::ids::{BarrierId, UserId};
use crate::second_person::{Approval, ApprovalPolicy};
use crate::text::{Code, LongText};

/// A closed case may be reopened within so many business days; later a new referral is needed.
/// The contract's summary says nothing of it: the number is ours.
pub const REOPENING_DAYS: u16 = 20;

/// The Ministry reviews a closure that one person decided alone within so many business days. The
/// number is ours.
pub const REVIEW_DAYS: u16 = 10;

crate::closed_list! {
    /// Outcome of the Ministry's review of a closure that one person decided alone.
    ClosureReviewOutcome: "Outcome of a closure review" / "Te hua o te arotake katinga" {
        /// The closure is right.
        Confirmed = "confirmed": "Confirmed" / "Kua whakaūngia",
        /// Something is to be put right; the words say what.
        Questioned = "questioned": "Questioned" / "Kua uiuia",
    }
}

crate::closed_list! {
    /// How a proposed closure stands.
    ClosureStatus {
        /// Waits for a workflow lead.
        Proposed = "proposed",
        Approved = "approved",
        /// Sent back to the case's people.
        Returned = "returned",
    }
}

impl ClosureStatus {
    /// Whether a workflow lead is still to answer.
    pub fn is_waiting(self) -> bool {
        match self {
            Self::Proposed => true,
            Self::Approved | Self::Returned => false,
        }
    }

    /// Whether the case was closed with it.
    pub fn is_approved(self) -> bool {
        match self {
            Self::Approved => true,
            Self::Proposed | Self::Returned => false,
        }
    }
}

/// Whether a closure is somebody's own, which they do not approve: they proposed it, or they
/// manage the case.
pub fn is_own_closure(person: UserId, proposed_by: UserId, case_manager: Option<UserId>) -> bool {
    proposed_by == person || case_manager == Some(person)
}

/// What follows from the approval of a closure; none where it is the approver's own and a second person
/// approves it. Without a contract a team of one decides alone. The Ministry reaches no case, so where a
/// contract asks for the Ministry a second person of the provider approves, and the Ministry reviews
/// every closure (ours).
pub(super) fn approval(
    policy: Option<ApprovalPolicy>,
    own: bool,
    works_alone: bool,
) -> Option<Approval> {
    match (policy, own) {
        (None, true) => works_alone.then_some(Approval::ToBeReviewed),
        (Some(ApprovalPolicy::SelfWithReview), true)
        | (Some(ApprovalPolicy::MinistrySecond), false) => Some(Approval::ToBeReviewed),
        (Some(ApprovalPolicy::SecondPerson | ApprovalPolicy::MinistrySecond), true) => None,
        (None | Some(ApprovalPolicy::SecondPerson | ApprovalPolicy::SelfWithReview), false) => {
            Some(Approval::Final)
        }
    }
}

/// The closure reason that needs a pathway to be named.
pub const ALTERNATIVE_PATHWAY: &str = "alternative_pathway";

/// The alternative education pathway that a closure names: it counts as enrolled while the case is
/// closed with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClosurePathway {
    /// The pathway, a code of the set `alternative-pathways`. Personal data.
    pub kind: Code,
    /// First day of the student on the pathway, up to a year ahead.
    pub first_day: NaiveDate,
}

/// What the proposer of a closure confirms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Checklist {
    /// Why the case closes all the same, for each barrier that is not resolved.
    #[schema(max_items = 50)]
    pub barriers: Vec<Explanation>,
    /// Whether the plan was reviewed with the people who agreed to it; true too where there is no
    /// plan.
    pub plan_reviewed: bool,
    /// Whether material of the case outside the service was dealt with.
    pub outside_material: OutsideMaterial,
}

/// A proposal to close a case.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProposeClosure {
    /// Why the case may be closed, a code of the set `case-closure-reasons`.
    pub reason_code: Code,
    /// What the case came to. Personal data.
    pub outcome: LongText,
    /// The points that the proposer confirms.
    pub checklist: Checklist,
    /// The alternative education pathway that the student is on; required where that is the reason.
    /// The pathway counts as enrolment from its first day on. Personal data.
    pub pathway: Option<ClosurePathway>,
}

/// Why a case closes with a barrier that is not resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Explanation {
    /// The barrier that is not resolved.
    pub barrier_id: BarrierId,
    /// Why the case closes although the barrier stands. Personal data.
    #[serde(alias = "words")]
    pub comment: LongText,
}

/// That no case material is kept outside the system: texts, messages, paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutsideMaterial {
    /// Whether the proposer looked for material of the case outside the service.
    pub checked: bool,
    /// Whether all of it that belongs to the case was copied into the service.
    pub copied_in: bool,
    /// Whether all of it outside the service was destroyed.
    pub destroyed: bool,
}

/// A point of the checklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChecklistPoint {
    /// Each barrier that stands is explained.
    Barriers,
    PlanReviewed,
    /// Material outside the system was looked for.
    OutsideChecked,
    OutsideCopiedIn,
    OutsideDestroyed,
}

impl Checklist {
    /// Whether it says of each of these barriers why the case closes all the same.
    pub fn explains(&self, unresolved: &[BarrierId]) -> bool {
        let explained =
            |id: &BarrierId| self.barriers.iter().any(|explained| explained.barrier_id == *id);
        unresolved.iter().all(explained)
    }

    /// The points that are not confirmed.
    pub fn unconfirmed(&self, unresolved: &[BarrierId]) -> Vec<ChecklistPoint> {
        let OutsideMaterial { checked, copied_in, destroyed } = self.outside_material;
        let points = [
            (ChecklistPoint::Barriers, self.explains(unresolved)),
            (ChecklistPoint::PlanReviewed, self.plan_reviewed),
            (ChecklistPoint::OutsideChecked, checked),
            (ChecklistPoint::OutsideCopiedIn, copied_in),
            (ChecklistPoint::OutsideDestroyed, destroyed),
        ];
        points.into_iter().filter(|(_, confirmed)| !confirmed).map(|(point, _)| point).collect()
    }
}
