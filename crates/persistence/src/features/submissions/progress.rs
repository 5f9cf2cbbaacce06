//! Progress of the milestones of an accepted plan: nothing that was recorded changes.

use std::collections::HashMap;

use ascms_domain::access::Grant;
use ascms_domain::ids::{DocumentId, MilestoneProgressId, RegisterEntryId, UserId};
use ascms_domain::submissions::RecordProgress;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::allowed::plan_in_force;
use super::entries::{locked, visible};
use super::reading::read;
use super::refusal::{RefusedSubmission, SubmissionChangeRefusal, refused};
use crate::Store;
use crate::features::documents::attachments;
use crate::features::registers;
use crate::gate::write::Write;
use crate::reference::actors;
use crate::rows::milestone_progress::{ActiveModel, Column, Entity, Model, ProgressDocuments};
use crate::rows::submission_version;
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};
use crate::store::whole_row;

/// How a milestone goes, and the name of the person who recorded it.
#[derive(Clone, Debug)]
pub struct MilestoneProgress {
    pub row: Model,
    pub recorded_by_name: Option<String>,
}

impl Write<'_> {
    /// Records how a milestone of the accepted version goes.
    pub async fn record_progress(
        &self,
        id: RegisterEntryId,
        new: RecordProgress,
    ) -> Result<MilestoneProgress, RefusedSubmission> {
        let (entry, about) = locked(self, id).await?;
        let accepted = plan_in_force(&about)?;
        if new.assessed_on > self.today() {
            return Err(refused(SubmissionChangeRefusal::InTheFuture));
        }
        let version = submission_version::Entity::find_by_id((id, accepted)).one(self.txn).await?;
        let plan = read(&version.ok_or(StoreError::Corrupt(id.0))?)?.content;
        if !plan.milestones.iter().any(|one| one.key == new.milestone) {
            return Err(refused(SubmissionChangeRefusal::UnknownMilestone));
        }
        self.require_evidence(id, &new.document_ids).await?;
        let row = Model {
            id: MilestoneProgressId::generate(),
            entry_id: id,
            milestone: new.milestone.to_string(),
            assessed_on: new.assessed_on,
            standing: new.standing,
            comment: new.comment.to_string(),
            documents: Some(ProgressDocuments(new.document_ids)),
            recorded_at: self.now(),
            recorded_by: self.caller(),
        };
        whole_row::insert(self.txn, ActiveModel::from(row.clone())).await?;
        registers::leave_trace(self, &entry, "submission.progress_recorded").await?;
        let names = actors::names_of(self.txn, [row.recorded_by]).await?;
        let recorded_by_name = names.get(&row.recorded_by).cloned();
        Ok(MilestoneProgress { row, recorded_by_name })
    }

    /// Refuses documents of something else, and those that the scanner has not passed.
    async fn require_evidence(
        &self,
        id: RegisterEntryId,
        named: &[DocumentId],
    ) -> Result<(), RefusedSubmission> {
        if named.is_empty() {
            return Ok(());
        }
        let mut own = attachments::of_entry(self.txn, id).await?;
        if !named.iter().all(|id| own.iter().any(|document| document.id == *id)) {
            return Err(refused(SubmissionChangeRefusal::UnknownEvidence));
        }
        own.retain(|document| named.contains(&document.id));
        attachments::clean(&own).map_err(refused)
    }
}

impl Store {
    /// The progress that was recorded on the milestones of a plan, the newest first.
    pub async fn milestone_progress(
        &self,
        grant: &Grant,
        id: RegisterEntryId,
        page: PageRequest<MilestoneProgressId>,
        now: DateTime<Utc>,
    ) -> Result<Page<MilestoneProgress, MilestoneProgressId>, StoreError> {
        visible(&self.read, grant, id).await?;
        let of_entry = Entity::find().filter(Column::EntryId.eq(id));
        let total = page.total(&of_entry, &self.read).await?;
        let rows = page.newest_first(of_entry, Column::Id).all(&self.read).await?;
        let found = page.cut(rows, |row| row.id);
        let people = found.items.iter().map(|row| row.recorded_by);
        let names: HashMap<UserId, String> = actors::names_of(&self.read, people).await?;
        let subject = Subject::one("milestone_progress", id.0);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        let found = found.map(|row| MilestoneProgress {
            recorded_by_name: names.get(&row.recorded_by).cloned(),
            row,
        });
        Ok(Page { total, ..found })
    }
}
