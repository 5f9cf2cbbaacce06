//! The steps of a performance review: the provider comments, both meet, and the Ministry concludes.

use ascms_domain::duties::{DutyKind, DutyOutcome};
use ascms_domain::ids::RegisterEntryId;
use ascms_domain::performance_reviews::{
    CommentOnReview, FindingStanding, ReviewMeeting, ReviewStep, open_findings,
};
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::entries::{PerformanceReviewRow, RefusedReview, ReviewRefusal, locked, refused, shown};
use crate::features::duties;
use crate::gate::write::Write;
use crate::rows::{duty, review_action, review_finding};
use crate::store::error::StoreError;

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
        shown(self, step.save(self).await?).await
    }

    /// The Ministry has met with the provider.
    pub async fn record_review_meeting(
        &self,
        id: RegisterEntryId,
        meeting: ReviewMeeting,
    ) -> Result<PerformanceReviewRow, RefusedReview> {
        let (before, _) = locked(self, id).await?;
        let comment = duties::of_entry(self.txn, id, DutyKind::ReviewComment).await?;
        let time_is_over = comment.as_ref().is_none_or(|duty| duty.due_on < self.today());
        let meet = if time_is_over { ReviewStep::MeetAfterTime } else { ReviewStep::Meet };
        let step = before.take(meet).map_err(refused)?;
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
        let open = open_findings(&self.standing_findings(id).await?);
        if open > 0 {
            return Err(refused(ReviewRefusal::FindingsOpen(open)));
        }
        let kind = DutyKind::ReviewConclusion;
        duties::fulfil(self, about.contract_id, kind, &about.term).await?;
        shown(self, step.due_on(None).save(self).await?).await
    }

    async fn standing_findings(
        &self,
        id: RegisterEntryId,
    ) -> Result<Vec<FindingStanding>, StoreError> {
        let findings = review_finding::Entity::find()
            .filter(review_finding::Column::EntryId.eq(id))
            .all(self.txn)
            .await?;
        let actions = review_action::Entity::find()
            .filter(review_action::Column::EntryId.eq(id))
            .all(self.txn)
            .await?;
        let standing = findings.iter().map(|finding| FindingStanding {
            grade: finding.grade,
            has_action: actions.iter().any(|action| action.finding_id == Some(finding.id)),
        });
        Ok(standing.collect())
    }

    async fn conclusion_due(&self, id: RegisterEntryId) -> Result<Option<NaiveDate>, StoreError> {
        let found: Option<duty::Model> =
            duties::of_entry(self.txn, id, DutyKind::ReviewConclusion).await?;
        Ok(found.map(|duty| duty.due_on))
    }
}
