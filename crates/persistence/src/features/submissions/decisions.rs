//! A version is submitted, and the Ministry decides on it.

use ascms_domain::ids::RegisterEntryId;
use ascms_domain::notifications::NotifiedRecord;
use ascms_domain::registers::Register;
use ascms_domain::submissions::{
    CountedFigures, FrozenVersion, Submission, SubmissionOutcome, SubmissionStep, digest,
};
use ascms_domain::text::LongText;
use sea_orm::entity::prelude::*;

use super::completeness::complete;
use super::entries::{SubmissionRow, basis, contract_of, duty_kind, locked, shown, template_of};
use super::refusal::{RefusedSubmission, refused};
use crate::features::documents::attachments;
use crate::features::duties;
use crate::gate::write::Write;
use crate::rows::submission::{ActiveModel, Model};
use crate::rows::{submission_decision, submission_version};
use crate::store::whole_row;
use crate::trace::record_change::WaitingFor;

/// Business days until a returned submission is due again (contract).
const DUE_AGAIN: u16 = 10;

impl Write<'_> {
    /// Submits a draft, or what was returned: the version is frozen with the figures that were counted for it,
    /// and the duty ends.
    pub async fn submit_submission(
        &self,
        id: RegisterEntryId,
        figures: CountedFigures,
    ) -> Result<SubmissionRow, RefusedSubmission> {
        let (before, mut about) = locked(self, id).await?;
        let step = before.take(SubmissionStep::Submit).map_err(refused)?;
        let template = template_of(self.txn, self.grant(), &about).await?;
        let basis = basis(&about, &template, self.today())?;
        let documents = attachments::of_entry(self.txn, id).await?;
        let terms = &self.calendars.terms;
        complete(&before.content, basis, terms, &documents).map_err(refused)?;
        about.last_version += 1;
        about.first_submitted_on = about.first_submitted_on.or(Some(self.today()));
        about.figures_pending = figures.are_pending();
        let frozen = FrozenVersion {
            number: about.last_version,
            template_id: about.template_id,
            content: before.content.clone(),
            figures,
        };
        self.freeze(id, &frozen).await?;
        if let Some(duty) = duty_kind(about.kind) {
            duties::fulfil(self, about.contract_id, duty, &about.period).await?;
        }
        let step = step.due_on(None);
        let entry =
            step.save_and_tell(self, NotifiedRecord::Submission, WaitingFor::Ministry).await?;
        whole_row::update(self.txn, ActiveModel::from(about.clone())).await?;
        shown(self, entry, about).await
    }

    async fn freeze(&self, entry_id: RegisterEntryId, frozen: &FrozenVersion) -> Result<(), DbErr> {
        let row = submission_version::Model {
            entry_id,
            number: frozen.number,
            // Texts, numbers, days and lists of them have no way to fail.
            frozen: serde_json::to_value(frozen).unwrap_or_default(),
            form: Submission::FORM,
            sha256: digest(frozen),
            submitted_at: self.now(),
            submitted_by: self.caller(),
        };
        whole_row::insert(self.txn, submission_version::ActiveModel::from(row)).await
    }

    /// Returns a submitted version with the changes that are asked for. It is due again in ten business days.
    pub async fn return_submission(
        &self,
        id: RegisterEntryId,
        comment: LongText,
    ) -> Result<SubmissionRow, RefusedSubmission> {
        let (before, about) = locked(self, id).await?;
        let step = before.take(SubmissionStep::Return).map_err(refused)?;
        let region = contract_of(self.txn, self.grant(), &about).await?.holiday_region;
        let calendar = &self.calendars.contract;
        let due_on = calendar.add_business_days(self.today(), DUE_AGAIN, region)?;
        self.decide(&about, SubmissionOutcome::Returned, Some(comment.to_string())).await?;
        let step = step.comment(Some(comment)).due_on(Some(due_on));
        let entry = step.save_and_tell(self, NotifiedRecord::Submission, WaitingFor::Leads).await?;
        shown(self, entry, about).await
    }

    /// Accepts a submitted version: it is in force.
    pub async fn accept_submission(
        &self,
        id: RegisterEntryId,
    ) -> Result<SubmissionRow, RefusedSubmission> {
        let (before, mut about) = locked(self, id).await?;
        let step = before.take(SubmissionStep::Accept).map_err(refused)?;
        self.decide(&about, SubmissionOutcome::Accepted, None).await?;
        about.accepted_version = Some(about.last_version);
        let entry = step.save_and_tell(self, NotifiedRecord::Submission, WaitingFor::Leads).await?;
        whole_row::update(self.txn, ActiveModel::from(about.clone())).await?;
        shown(self, entry, about).await
    }

    async fn decide(
        &self,
        about: &Model,
        outcome: SubmissionOutcome,
        comment: Option<String>,
    ) -> Result<(), DbErr> {
        let row = submission_decision::Model {
            entry_id: about.entry_id,
            number: about.last_version,
            outcome,
            comment,
            decided_at: self.now(),
            decided_by: self.caller(),
        };
        whole_row::insert(self.txn, submission_decision::ActiveModel::from(row)).await
    }
}
