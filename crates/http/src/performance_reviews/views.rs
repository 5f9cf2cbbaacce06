//! What answers show of a performance review: its entry in the register, and all that belongs to it.

use std::borrow::Cow;

use ascms_domain::access::{Action, Grant};
use ascms_domain::ids::RegisterEntryId;
use ascms_domain::performance_reviews::{FrozenReview, PerformanceReview, PerformanceReviewAction};
use ascms_domain::submissions::CountedFigures;
use ascms_domain::terms::TermKey;
use ascms_persistence::idempotency::Answer;
use ascms_persistence::performance_reviews::{PerformanceReviewRow, WithholdingRow};
use ascms_persistence::rows::{performance_review, review_action};
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::parts::{RequirementView, ReviewActionView, ReviewFindingView, WithholdingDecisionView};
use crate::allowed::{AllowedActionView, RecordAction, Viewer};
use crate::answer;
use crate::registers::RegisterView;

/// What a performance review is about, and what came of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReviewStage {
    /// The term that is reviewed.
    term: TermKey,
    /// SHA-256 in hexadecimal, over the JSON of `contractId`, `figures`, `requirements`, `ruleVersion` and `term` as
    /// they were when the review was opened, without space and with members in the order of their names. A requirement
    /// has no `acceptedDespite` in it, and `took_part` is `not_yet`.
    #[schema(max_length = 64, pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    /// The figures as they were counted when the review was opened.
    figures: CountedFigures,
    /// The requirements as they were judged when the review was opened; `took_part` follows from the meeting.
    #[schema(max_items = 20)]
    requirements: Vec<RequirementView>,
    /// Version of the rule that lists the requirements.
    #[schema(max_length = 64)]
    rule_version: String,
    /// Findings of the Ministry; for a provider empty until the review is concluded.
    #[schema(max_items = 1000)]
    findings: Vec<ReviewFindingView>,
    /// Agreed actions; for a provider empty until the review is concluded.
    #[schema(max_items = 1000)]
    actions: Vec<ReviewActionView>,
    /// Decisions on the withholding payment, the newest first; for a provider those that were confirmed.
    #[schema(max_items = 1000)]
    withholding_decisions: Vec<WithholdingDecisionView>,
    /// The actions on the review: those that the caller may take now and, for the others, the code of the refusal.
    #[schema(max_items = 20)]
    allowed_actions: Vec<AllowedReviewAction>,
}

type AllowedReviewAction = AllowedActionView<PerformanceReviewAction>;

impl RecordAction for PerformanceReviewAction {
    const VIEW: &'static str = "AllowedPerformanceReviewActionView";

    fn all() -> &'static [Self] {
        Self::ALL
    }

    fn permission(self) -> Action {
        Self::permission(self)
    }
}

/// A performance review: its entry, and all that belongs to it.
#[derive(Debug, Serialize)]
pub(super) struct PerformanceReviewView {
    #[serde(flatten)]
    entry: RegisterView<PerformanceReview>,
    #[serde(flatten)]
    stage: ReviewStage,
}

impl PerformanceReviewView {
    pub(super) fn of(review: PerformanceReviewRow, viewer: &Viewer) -> Self {
        let allowed_actions = viewer.allowed(|action, by: &Grant| review.allows(action, by));
        let of_action = |row: &review_action::Model| {
            viewer.allowed(|step, by: &Grant| review.action_allows(row, step, by))
        };
        let of_decision = |row: &WithholdingRow| {
            viewer.allowed(|step, by: &Grant| review.decision_allows(row, step, by))
        };
        let action_steps: Vec<_> = review.actions.iter().map(of_action).collect();
        let decision_steps: Vec<_> = review.decisions.iter().map(of_decision).collect();
        let PerformanceReviewRow {
            row,
            about,
            frozen,
            requirements,
            findings,
            actions,
            decisions,
            names,
            circumstances: _,
        } = review;
        let performance_review::Model {
            entry_id: _,
            // As the entry has it.
            contract_id: _,
            term: _,
            // As it is read.
            frozen: _,
            form: _,
            sha256,
        } = about;
        let FrozenReview { contract_id: _, term, figures, requirements: _, rule_version } = frozen;
        let newest = decisions.first();
        let requirements = requirements.into_iter();
        let stage = ReviewStage {
            term,
            sha256,
            figures,
            requirements: requirements
                .map(|one| RequirementView::of(one, newest, &names))
                .collect(),
            rule_version,
            findings: findings.into_iter().map(|row| ReviewFindingView::of(row, &names)).collect(),
            actions: actions
                .into_iter()
                .zip(action_steps)
                .map(|(row, allowed)| ReviewActionView::of(row, allowed, &names))
                .collect(),
            withholding_decisions: decisions
                .into_iter()
                .zip(decision_steps)
                .map(|(row, allowed)| WithholdingDecisionView::of(row, allowed, &names))
                .collect(),
            allowed_actions,
        };
        Self { entry: RegisterView::of(row), stage }
    }

    pub(super) fn id(&self) -> RegisterEntryId {
        self.entry.id()
    }

    pub(super) fn version(&self) -> i32 {
        self.entry.version()
    }

    /// The answer to a step.
    pub(super) fn done(row: PerformanceReviewRow, viewer: &Viewer) -> Answer {
        let view = Self::of(row, viewer);
        answer::done(view.version(), &view)
    }
}

/// The entry's schema with the members of the stage.
impl PartialSchema for PerformanceReviewView {
    fn schema() -> RefOr<Schema> {
        let entry = RegisterView::<PerformanceReview>::schema();
        let (RefOr::T(Schema::Object(mut whole)), RefOr::T(Schema::Object(stage))) =
            (entry, ReviewStage::schema())
        else {
            return RegisterView::<PerformanceReview>::schema();
        };
        whole.properties.extend(stage.properties);
        whole.required.extend(stage.required);
        Schema::Object(whole).into()
    }
}

impl ToSchema for PerformanceReviewView {
    fn name() -> Cow<'static, str> {
        "PerformanceReviewView".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        RegisterView::<PerformanceReview>::schemas(schemas);
        ReviewStage::schemas(schemas);
    }
}
