//! What belongs to a performance review: requirements, findings, agreed actions and decisions.

use std::collections::HashMap;

use ascms_domain::access::Action;
use ascms_domain::ids::{DutyId, ReviewActionId, ReviewFindingId, UserId};
use ascms_domain::performance_reviews::{
    FindingGrade, Requirement, RequirementResult, ReviewActionStatus, ReviewActionStep,
    WithholdingOutcome, WithholdingRequirement, WithholdingStatus, WithholdingStep,
};
use ascms_persistence::performance_reviews::WithholdingRow;
use ascms_persistence::rows::{
    review_action, review_finding, withholding_decision, withholding_step,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::allowed::{AllowedActionView, RecordAction};

pub(super) type AllowedReviewActionStep = AllowedActionView<ReviewActionStep>;
pub(super) type AllowedWithholdingStep = AllowedActionView<WithholdingStep>;

impl RecordAction for ReviewActionStep {
    const VIEW: &'static str = "AllowedReviewActionStepView";

    fn all() -> &'static [Self] {
        Self::ALL
    }

    fn permission(self) -> Action {
        Self::permission(self)
    }
}

impl RecordAction for WithholdingStep {
    const VIEW: &'static str = "AllowedWithholdingStepView";

    fn all() -> &'static [Self] {
        Self::ALL
    }

    fn permission(self) -> Action {
        Self::permission(self)
    }
}

/// Names of people, by their ids.
pub(super) type Names = HashMap<UserId, String>;

/// A requirement for the withholding payment, and whether it is met.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequirementView {
    /// The requirement.
    requirement: WithholdingRequirement,
    /// Whether it is a gate: a release while it is unmet gives a reason, and a second person confirms the decision.
    gate: bool,
    /// Whether it is met. `not_yet` is no reason to withhold.
    result: RequirementResult,
    /// Ids of the obligations that show it; empty of what figures or the meeting show.
    #[schema(max_items = 20)]
    evidence: Vec<DutyId>,
    /// Why it is accepted though it is unmet, by the last decision that the reader sees; null where it is not.
    accepted_despite: Option<AcceptedView>,
}

/// Why a requirement is accepted though it is unmet.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AcceptedView {
    /// The reason.
    #[schema(max_length = 4000)]
    reason: String,
    /// The user of the Ministry who proposed it.
    by: UserId,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    by_name: Option<String>,
}

/// A finding of the Ministry.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReviewFindingView {
    /// Id of the finding.
    id: ReviewFindingId,
    /// Whether it is a note, a concern or a breach.
    grade: FindingGrade,
    /// The finding in words.
    #[schema(max_length = 4000)]
    comment: String,
    /// When it was added.
    added_at: DateTime<Utc>,
    /// The user who added it.
    added_by: UserId,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    added_by_name: Option<String>,
}

/// An agreed action.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReviewActionView {
    /// Id of the action.
    id: ReviewActionId,
    /// The finding that it answers; null where it answers none.
    finding_id: Option<ReviewFindingId>,
    /// What is to be done.
    #[schema(max_length = 4000)]
    action: String,
    /// The role that sees to it.
    #[schema(max_length = 200)]
    owner: String,
    /// The day by which it is to be done.
    due_on: NaiveDate,
    /// Whether it is open, done, verified or dropped.
    status: ReviewActionStatus,
    /// Since when it has its status.
    status_since: DateTime<Utc>,
    /// The user who took the last step.
    status_by: UserId,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    status_by_name: Option<String>,
    /// Why it was settled so; null without a reason.
    #[schema(max_length = 4000)]
    reason: Option<String>,
    /// When it was agreed.
    agreed_at: DateTime<Utc>,
    /// The user who recorded it.
    agreed_by: UserId,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    agreed_by_name: Option<String>,
    /// The steps of the action: those that the caller may take now and, for the others, the code of the refusal.
    #[schema(max_items = 10)]
    allowed_actions: Vec<AllowedReviewActionStep>,
    /// Version of the action.
    #[schema(minimum = 1)]
    version: i32,
}

/// A decision on the withholding payment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WithholdingDecisionView {
    /// Number of the decision; the first is 1.
    #[schema(minimum = 1)]
    number: i32,
    /// Whether the amount is released or withheld.
    outcome: WithholdingOutcome,
    /// The amount, in New Zealand cents with GST.
    #[schema(minimum = 1)]
    amount_cents: i64,
    /// Why; null without a reason.
    #[schema(max_length = 4000)]
    reason: Option<String>,
    /// A gate was unmet, so that a second person confirms it.
    needs_second: bool,
    /// Whether it is proposed, confirmed, paid or superseded.
    status: WithholdingStatus,
    /// When it was proposed.
    proposed_at: DateTime<Utc>,
    /// The user who proposed it.
    proposed_by: UserId,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    proposed_by_name: Option<String>,
    /// When it was confirmed; null until then.
    confirmed_at: Option<DateTime<Utc>>,
    /// The user who confirmed it; null until then.
    confirmed_by: Option<UserId>,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    confirmed_by_name: Option<String>,
    /// When the payment was recorded; null until then.
    paid_at: Option<DateTime<Utc>>,
    /// The user who recorded the payment; null until then.
    paid_by: Option<UserId>,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    paid_by_name: Option<String>,
    /// The steps of the decision: those that the caller may take now and, for the others, the code of the refusal.
    #[schema(max_items = 10)]
    allowed_actions: Vec<AllowedWithholdingStep>,
}

impl RequirementView {
    pub(super) fn of(one: Requirement, newest: Option<&WithholdingRow>, names: &Names) -> Self {
        let Requirement { requirement, gate, result, evidence } = one;
        let accepted_despite = newest.and_then(|decision| {
            let accepted =
                decision.accepted_despite.iter().find(|one| one.requirement == requirement)?;
            let by = decision.row.proposed_by;
            let reason = accepted.reason.to_string();
            Some(AcceptedView { reason, by, by_name: names.get(&by).cloned() })
        });
        Self { requirement, gate, result, evidence, accepted_despite }
    }
}

impl ReviewFindingView {
    pub(super) fn of(row: review_finding::Model, names: &Names) -> Self {
        let review_finding::Model { id, entry_id: _, grade, comment, added_at, added_by } = row;
        let added_by_name = names.get(&added_by).cloned();
        Self { id, grade, comment, added_at, added_by, added_by_name }
    }
}

impl ReviewActionView {
    pub(super) fn of(
        row: review_action::Model,
        allowed_actions: Vec<AllowedReviewActionStep>,
        names: &Names,
    ) -> Self {
        let review_action::Model {
            id,
            entry_id: _,
            finding_id,
            action,
            owner,
            due_on,
            status,
            status_since,
            status_by,
            reason,
            agreed_at,
            agreed_by,
            version,
        } = row;
        Self {
            id,
            finding_id,
            action,
            owner,
            due_on,
            status,
            status_since,
            status_by,
            status_by_name: names.get(&status_by).cloned(),
            reason,
            agreed_at,
            agreed_by,
            agreed_by_name: names.get(&agreed_by).cloned(),
            allowed_actions,
            version,
        }
    }
}

impl WithholdingDecisionView {
    pub(super) fn of(
        decision: WithholdingRow,
        allowed_actions: Vec<AllowedWithholdingStep>,
        names: &Names,
    ) -> Self {
        let WithholdingRow { row, accepted_despite: _, status, confirmed, paid } = decision;
        let withholding_decision::Model {
            id: _,
            entry_id: _,
            number,
            outcome,
            amount_cents,
            reason,
            accepted_despite: _,
            needs_second,
            proposed_at,
            proposed_by,
        } = row;
        let taken = |step: Option<withholding_step::Model>| {
            let step = step.map(|step| (step.taken_at, step.taken_by));
            let by = step.map(|(_, by)| by);
            (step.map(|(at, _)| at), by, by.and_then(|by| names.get(&by).cloned()))
        };
        let (confirmed_at, confirmed_by, confirmed_by_name) = taken(confirmed);
        let (paid_at, paid_by, paid_by_name) = taken(paid);
        Self {
            number,
            outcome,
            amount_cents,
            reason,
            needs_second,
            status,
            proposed_at,
            proposed_by,
            proposed_by_name: names.get(&proposed_by).cloned(),
            confirmed_at,
            confirmed_by,
            confirmed_by_name,
            paid_at,
            paid_by,
            paid_by_name,
            allowed_actions,
        }
    }
}
