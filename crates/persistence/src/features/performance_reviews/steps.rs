//! The steps of a performance review: the provider comments, both meet, and the Ministry concludes.

use ascms_domain::duties::{DutyKind, DutyOutcome};
use ascms_domain::ids::RegisterEntryId;
use ascms_domain::notifications::NotifiedRecord;
use ascms_domain::performance_reviews::{CommentOnReview, ReviewMeeting, ReviewStep};
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::circumstances::{closable, comment_time_is_over, open_findings_of};
use super::entries::{PerformanceReviewRow, locked, shown};
use super::refusal::{RefusedReview, ReviewRefusal, refused};
use crate::features::documents::attachments;
use crate::features::duties;
use crate::gate::write::Write;
use crate::rows::{duty, review_action, review_finding};
use crate::store::error::StoreError;
use crate::trace::record_change::WaitingFor;

const RECORD: NotifiedRecord = NotifiedRecord::PerformanceReview;

impl Write<'_> {
    /// The provider comments on the figures and the requirements.
    pub async fn comment_on_review(
        &self,
        id: RegisterEntryId,
        new: CommentOnReview,
    ) -> Result<PerformanceReviewRow, RefusedReview> {
        let (before, about) = locked(self, id).await?;
        let step = before.take(ReviewStep::Comment).map_err(refused)?;
        let kind = DutyKind::ReviewComment;
        duties::fulfil(self, about.contract_id, kind, &about.term).await?;
        let step = step.due_on(self.conclusion_due(id).await?);
        let step = step.content(|content| content.provider_comment = Some(new.comment));
        shown(self, step.save_and_tell(self, RECORD, WaitingFor::Ministry).await?).await
    }

    /// The Ministry has met with the provider.
    pub async fn record_review_meeting(
        &self,
        id: RegisterEntryId,
        meeting: ReviewMeeting,
    ) -> Result<PerformanceReviewRow, RefusedReview> {
        let (before, _) = locked(self, id).await?;
        let comment = duties::of_entry(self.txn, id, DutyKind::ReviewComment).await?;
        let due_on = comment.as_ref().map(|duty| duty.due_on);
        let time_is_over = comment_time_is_over(due_on, self.today());
        let step = before.take(ReviewStep::of_meeting(time_is_over)).map_err(refused)?;
        if meeting.held_at > self.now() {
            return Err(refused(ReviewRefusal::InTheFuture));
        }
        if let Some(comment) = comment.filter(|duty| duty.outcome.is_none()) {
            // It can not be done any more.
            duties::end_one(self, comment, DutyOutcome::Lapsed).await?;
        }
        let step = step.due_on(self.conclusion_due(id).await?);
        let step = step.content(|content| content.meeting = Some(meeting));
        shown(self, step.save(self).await?).await
    }

    /// The Ministry concludes: the provider reads the findings and the agreed actions from now on.
    pub async fn conclude_performance_review(
        &self,
        id: RegisterEntryId,
    ) -> Result<PerformanceReviewRow, RefusedReview> {
        let (before, about) = locked(self, id).await?;
        let step = before.take(ReviewStep::Conclude).map_err(refused)?;
        closable(self.open_findings(id).await?)?;
        attachments::clean(&attachments::of_entry(self.txn, id).await?).map_err(refused)?;
        let kind = DutyKind::ReviewConclusion;
        duties::fulfil(self, about.contract_id, kind, &about.term).await?;
        shown(self, step.due_on(None).save_and_tell(self, RECORD, WaitingFor::Leads).await?).await
    }

    async fn open_findings(&self, id: RegisterEntryId) -> Result<usize, StoreError> {
        let findings = review_finding::Entity::find()
            .filter(review_finding::Column::EntryId.eq(id))
            .all(self.txn)
            .await?;
        let actions = review_action::Entity::find()
            .filter(review_action::Column::EntryId.eq(id))
            .all(self.txn)
            .await?;
        Ok(open_findings_of(&findings, &actions))
    }

    async fn conclusion_due(&self, id: RegisterEntryId) -> Result<Option<NaiveDate>, StoreError> {
        let found: Option<duty::Model> =
            duties::of_entry(self.txn, id, DutyKind::ReviewConclusion).await?;
        Ok(found.map(|duty| duty.due_on))
    }
}
