//! What somebody may do with a performance review now: asked with the functions that refuse.

use ascms_domain::access::Grant;
use ascms_domain::ids::UserId;
use ascms_domain::performance_reviews::{
    PerformanceReviewAction, ReviewActionStep, ReviewStep, WithholdingBasis, WithholdingStep,
};
use ascms_domain::registers::Lifecycle;

use super::circumstances::closable;
use super::entries::{PerformanceReviewRow, WithholdingRow};
use super::refusal::{RefusedReview, refused};
use crate::features::documents::attachments;
use crate::reach::register_entries::covers;
use crate::rows::review_action;
use crate::store::error::StoreError;

impl PerformanceReviewRow {
    /// Whether somebody with this grant, which is of the action's permission, could do it now with an input that
    /// suits it.
    ///
    /// # Errors
    ///
    /// The refusal that the call would be answered with.
    pub fn allows(
        &self,
        action: PerformanceReviewAction,
        grant: &Grant,
    ) -> Result<(), RefusedReview> {
        self.reached(grant)?;
        let (at, status) = (&self.circumstances, self.row.entry.status);
        match action {
            PerformanceReviewAction::Comment => {
                status.take(ReviewStep::Comment).map(drop).map_err(refused)
            }
            PerformanceReviewAction::RecordMeeting => {
                let step = ReviewStep::of_meeting(at.comment_time_over);
                status.take(step).map(drop).map_err(refused)
            }
            PerformanceReviewAction::AddFinding | PerformanceReviewAction::AgreeAction => {
                status.editable().map_err(refused)
            }
            PerformanceReviewAction::AddDocument => {
                status.takes_documents().map_err(refused)?;
                attachments::room(self.row.documents.len()).map_err(refused)
            }
            PerformanceReviewAction::Conclude => {
                status.take(ReviewStep::Conclude).map_err(refused)?;
                closable(at.open_findings)?;
                attachments::clean(&self.row.documents).map_err(refused)
            }
            PerformanceReviewAction::ProposeWithholding => {
                let basis = WithholdingBasis {
                    is_concluded: status.is_concluded(),
                    amount_cents: at.amount_cents,
                    requirements: &self.requirements,
                    current: at.current,
                };
                basis.takes_proposals().map_err(refused)
            }
        }
    }

    /// The same of a step of an agreed action.
    ///
    /// # Errors
    ///
    /// The refusal that the call would be answered with.
    pub fn action_allows(
        &self,
        action: &review_action::Model,
        step: ReviewActionStep,
        grant: &Grant,
    ) -> Result<(), RefusedReview> {
        self.reached(grant)?;
        if step.is_the_providers() && !self.row.entry.status.shows_findings() {
            return Err(StoreError::NotFound.into());
        }
        action.status.take(step).map(drop).map_err(refused)
    }

    /// The same of a step of a decision.
    ///
    /// # Errors
    ///
    /// The refusal that the call would be answered with.
    pub fn decision_allows(
        &self,
        decision: &WithholdingRow,
        step: WithholdingStep,
        grant: &Grant,
    ) -> Result<(), RefusedReview> {
        self.reached(grant)?;
        let by = UserId(grant.caller().id());
        decision.current().take(step, by).map(drop).map_err(refused)
    }

    fn reached(&self, grant: &Grant) -> Result<(), StoreError> {
        let organisation = self.row.entry.header().organisation_id;
        if covers(grant, organisation) { Ok(()) } else { Err(StoreError::NotFound) }
    }
}
