//! Yearly confirmations of the policies that the contract asks for: all kinds in one submission.

use std::collections::BTreeSet;

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::faults::{ContentFault, ContentPlace, MissingPart};
use super::policy_kinds::PolicyKind;
use crate::ids::DocumentId;
use crate::templates::SubmissionKind;
use crate::text::{Line, LongText};

/// How long a review of a child protection policy counts (Children's Act 2014, section 19: at least
/// every three years).
const CHILD_PROTECTION_REVIEW: Months = Months::new(36);

/// The confirmation of one policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyConfirmation {
    /// The policy that is confirmed.
    pub policy: PolicyKind,
    /// Whether the policy is fit for its purpose.
    pub fit: bool,
    /// The day of its last review: not in the future.
    pub reviewed_on: NaiveDate,
    /// Version of the policy, as the provider names it.
    pub version: Line,
    /// The document of the submission that holds the policy; null without one.
    pub document_id: Option<DocumentId>,
    /// The changes that are made; a policy that is not fit needs them.
    pub changes: Option<LongText>,
}

/// What does not fit a submission of this kind.
pub(super) fn faults(
    policies: &[PolicyConfirmation],
    kind: SubmissionKind,
    today: NaiveDate,
) -> Vec<(ContentPlace, ContentFault)> {
    if !kind.confirms_policies() && !policies.is_empty() {
        return vec![(ContentPlace::Policies, ContentFault::OfOtherKind)];
    }
    let mut confirmed = BTreeSet::new();
    let mut faults = Vec::new();
    for (at, one) in policies.iter().enumerate() {
        if !confirmed.insert(one.policy) {
            faults.push((ContentPlace::PolicyKind(at), ContentFault::Repeated));
        }
        if one.reviewed_on > today {
            faults.push((ContentPlace::PolicyReviewedOn(at), ContentFault::InTheFuture));
        }
        if !one.fit && one.changes.is_none() {
            faults.push((ContentPlace::PolicyChanges(at), ContentFault::Required));
        }
    }
    faults
}

/// The policies that are not confirmed, or whose review is too old.
pub(super) fn missing(policies: &[PolicyConfirmation], today: NaiveDate) -> Vec<MissingPart> {
    let of = |kind: PolicyKind| policies.iter().find(|one| one.policy == kind);
    let each = PolicyKind::ALL.iter().filter_map(|kind| match of(*kind) {
        None => Some(MissingPart::Policy(*kind)),
        Some(one) if one.is_outdated(today) => Some(MissingPart::PolicyReview(*kind)),
        Some(_) => None,
    });
    each.collect()
}

impl PolicyConfirmation {
    /// Whether the law asks for a newer review.
    fn is_outdated(&self, today: NaiveDate) -> bool {
        let counts_until = self.reviewed_on.checked_add_months(CHILD_PROTECTION_REVIEW);
        self.policy == PolicyKind::ChildProtection && counts_until.is_none_or(|last| last < today)
    }
}
