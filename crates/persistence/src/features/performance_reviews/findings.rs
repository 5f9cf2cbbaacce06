//! Findings of the Ministry, and the actions that are agreed because of them.

use ascms_domain::ids::{RegisterEntryId, ReviewActionId, ReviewFindingId};
use ascms_domain::notifications::NotifiedRecord;
use ascms_domain::performance_reviews::{
    AddReviewFinding, AgreeReviewAction, PerformanceReview, ReviewActionStatus, ReviewActionStep,
    SettleReviewAction,
};
use ascms_domain::registers::Lifecycle;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use super::entries::{PerformanceReviewRow, locked, shown};
use super::refusal::{RefusedReview, ReviewRefusal, refused};
use crate::features::registers::{self, Entry};
use crate::gate::write::Write;
use crate::rows::review_action::{ActiveModel, Column, Entity, Model};
use crate::rows::review_finding;
use crate::store::error::StoreError;
use crate::store::whole_row;
use crate::trace::record_change::WaitingFor;

impl Write<'_> {
    /// Adds a finding to a review that is not concluded.
    pub async fn add_review_finding(
        &self,
        id: RegisterEntryId,
        new: AddReviewFinding,
    ) -> Result<PerformanceReviewRow, RefusedReview> {
        let (entry, _) = locked(self, id).await?;
        entry.status.editable().map_err(refused)?;
        let row = review_finding::Model {
            id: ReviewFindingId::generate(),
            entry_id: id,
            grade: new.grade,
            comment: new.comment.into(),
            added_at: self.now(),
            added_by: self.caller(),
        };
        whole_row::insert(self.txn, review_finding::ActiveModel::from(row)).await?;
        self.told(entry, ("performance_review.finding_added", None)).await
    }

    /// Adds an action that was agreed, to a review that is not concluded.
    pub async fn agree_review_action(
        &self,
        id: RegisterEntryId,
        new: AgreeReviewAction,
    ) -> Result<PerformanceReviewRow, RefusedReview> {
        let (entry, _) = locked(self, id).await?;
        entry.status.editable().map_err(refused)?;
        if let Some(finding) = new.finding_id {
            let found = review_finding::Entity::find_by_id(finding)
                .filter(review_finding::Column::EntryId.eq(id))
                .one(self.txn)
                .await?;
            found.ok_or_else(|| refused(ReviewRefusal::UnknownFinding))?;
        }
        let row = Model {
            id: ReviewActionId(self.new_id()),
            entry_id: id,
            finding_id: new.finding_id,
            action: new.action.into(),
            owner: new.owner.into(),
            due_on: new.due_on,
            status: ReviewActionStatus::FIRST,
            status_since: self.now(),
            status_by: self.caller(),
            reason: None,
            agreed_at: self.now(),
            agreed_by: self.caller(),
            version: 1,
        };
        whole_row::insert(self.txn, ActiveModel::from(row)).await?;
        self.told(entry, ("performance_review.action_agreed", None)).await
    }

    /// The provider says that an action is done.
    pub async fn finish_review_action(
        &self,
        id: RegisterEntryId,
        action: ReviewActionId,
    ) -> Result<PerformanceReviewRow, RefusedReview> {
        let (entry, _) = locked(self, id).await?;
        if !entry.status.shows_findings() {
            // The provider does not know of it.
            return Err(StoreError::NotFound.into());
        }
        self.take_action(&entry, action, (ReviewActionStep::Finish, None)).await?;
        self.told(entry, ("performance_review.action_done", Some(WaitingFor::Ministry))).await
    }

    /// The Ministry saw that an action is done, or drops it.
    pub async fn settle_review_action(
        &self,
        id: RegisterEntryId,
        action: ReviewActionId,
        new: SettleReviewAction,
    ) -> Result<PerformanceReviewRow, RefusedReview> {
        let (entry, _) = locked(self, id).await?;
        let lacks_reason = new.lacks_reason();
        let reason = new.reason.map(String::from);
        if lacks_reason {
            return Err(refused(ReviewRefusal::ReasonRequired));
        }
        self.take_action(&entry, action, (new.outcome.step(), reason)).await?;
        self.told(entry, ("performance_review.action_settled", None)).await
    }

    async fn take_action(
        &self,
        entry: &Entry<PerformanceReview>,
        action: ReviewActionId,
        (step, reason): (ReviewActionStep, Option<String>),
    ) -> Result<(), RefusedReview> {
        let found = Entity::find_by_id(action)
            .filter(Column::EntryId.eq(entry.header().id))
            .lock_exclusive()
            .one(self.txn)
            .await?;
        let mut row = found.ok_or(StoreError::NotFound)?;
        row.status = row.status.take(step).map_err(refused)?;
        row.status_since = self.now();
        row.status_by = self.caller();
        row.reason = reason;
        row.version += 1;
        whole_row::update(self.txn, ActiveModel::from(row)).await?;
        Ok(())
    }

    /// Leaves the trace of a change that leaves the entry itself as it is, and tells those who act next, where
    /// somebody waits for it.
    pub(super) async fn told(
        &self,
        entry: Entry<PerformanceReview>,
        (happened, waiting_for): (&'static str, Option<WaitingFor>),
    ) -> Result<PerformanceReviewRow, RefusedReview> {
        registers::leave_trace(self, &entry, happened).await?;
        if let Some(waiting_for) = waiting_for {
            let record = NotifiedRecord::PerformanceReview;
            registers::notify_waiting(self, &entry, record, (happened, waiting_for)).await?;
        }
        shown(self, entry).await
    }
}
