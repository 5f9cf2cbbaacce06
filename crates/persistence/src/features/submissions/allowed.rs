//! What somebody may do with a submission now: asked with the functions that refuse.

use ascms_domain::access::Grant;
use ascms_domain::registers::{Lifecycle, StepRefusal};
use ascms_domain::submissions::{Submission, SubmissionAction, SubmissionStep};

use super::entries::SubmissionRow;
use super::refusal::{RefusedSubmission, refused};
use crate::features::documents::attachments;
use crate::features::registers::Entry;
use crate::reach::register_entries::covers_submission;
use crate::rows::submission::Model;
use crate::store::error::StoreError;

impl SubmissionRow {
    /// Whether somebody with this grant, which is of the action's permission, could do it now with an input that
    /// suits it.
    ///
    /// # Errors
    ///
    /// The refusal that the call would be answered with.
    pub fn allows(&self, action: SubmissionAction, grant: &Grant) -> Result<(), RefusedSubmission> {
        let (entry, about) = (&self.row.entry, &self.about);
        let was_submitted = about.first_submitted_on.is_some();
        if !covers_submission(grant, entry.header().organisation_id, was_submitted) {
            return Err(StoreError::NotFound.into());
        }
        let takes = |step: SubmissionStep| {
            let of_kind = step.require_for(about.kind);
            of_kind.and_then(|()| entry.status.take(step)).map(drop).map_err(refused)
        };
        match action {
            SubmissionAction::Change => entry.status.editable().map_err(refused),
            SubmissionAction::AddDocument => {
                takes_documents(entry, about).map_err(refused)?;
                attachments::room(self.row.documents.len()).map_err(refused)
            }
            SubmissionAction::Submit => {
                takes(SubmissionStep::Submit)?;
                self.completeness.clone().map_err(refused)
            }
            SubmissionAction::Return => takes(SubmissionStep::Return),
            SubmissionAction::Accept => takes(SubmissionStep::Accept),
            SubmissionAction::Vary => takes(SubmissionStep::Vary),
            SubmissionAction::RecordProgress => plan_in_force(about).map(drop),
        }
    }
}

/// Whether a document can be added: to what is written, and to a plan in force as evidence of its progress.
pub(super) fn takes_documents(entry: &Entry<Submission>, about: &Model) -> Result<(), StepRefusal> {
    match plan_in_force(about) {
        Ok(_) => Ok(()),
        Err(_) => entry.status.editable(),
    }
}

/// Number of the version of a plan that is in force: progress is recorded on its milestones.
pub(super) fn plan_in_force(about: &Model) -> Result<i32, RefusedSubmission> {
    let in_force = about.accepted_version.filter(|_| about.kind.is_plan());
    in_force.ok_or_else(|| refused(StepRefusal::NotInThisState))
}
