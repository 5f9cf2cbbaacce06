//! A submission is begun, written and varied.

use std::collections::BTreeSet;

use ascms_domain::access::Grant;
use ascms_domain::documents::DocumentRefusal;
use ascms_domain::ids::{ContractId, DocumentId, RegisterEntryId};
use ascms_domain::registers::{Register, StepRefusal};
use ascms_domain::submissions::{
    BeginSubmission, ContentFault, ContentPlace, ContentRefusal, Submission, SubmissionPeriod,
    SubmissionStep,
};
use ascms_domain::templates::{SubmissionKind, Template};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::allowed::takes_documents;
use super::entries::{SubmissionRow, about, basis, duty_kind, locked, shown, template_of, visible};
use super::refusal::{RefusedSubmission, SubmissionChangeRefusal, refused};
use crate::Store;
use crate::features::documents::{NewDocument, attachments};
use crate::features::registers::{self, Entry, EntryOf};
use crate::features::templates;
use crate::gate;
use crate::gate::write::Write;
use crate::reach::rows::document;
use crate::rows::duty;
use crate::rows::submission::{self, ActiveModel, Model};
use crate::store::call::CallError;
use crate::store::error::{ChangeError, StoreError};
use crate::store::whole_row;
use crate::trace::history::conflicts::Edit;

impl Write<'_> {
    /// Begins a submission on a published template, for a contract and a period of it.
    pub async fn begin_submission(
        &self,
        new: BeginSubmission,
    ) -> Result<SubmissionRow, RefusedSubmission> {
        let contract = gate::contracts::locked(self.txn, self.grant(), new.contract_id).await?;
        let template = published(self, new.template_id).await?;
        let kind = template.content.kind;
        let period = new.period(kind).map_err(refused)?;
        if contract.status.still_changes().is_err() {
            return Err(refused(SubmissionChangeRefusal::ContractEnded));
        }
        if !contract.status.is_active() || !contract.term().includes_year(period.year()) {
            return Err(refused(SubmissionChangeRefusal::OutsideContract));
        }
        require_first(self, contract.id, kind, period).await?;
        let due_on = due_on(self, contract.id, kind, period).await?;
        let of = EntryOf {
            organisation: Some(contract.organisation_id),
            contract: Some(contract.id),
            contract_year: Some(period.year()),
            case: None,
        };
        let content = Submission::default();
        let entry = registers::open(self, of, content, due_on, "submission.begun").await?;
        let about = Model {
            entry_id: entry.header().id,
            contract_id: contract.id,
            kind,
            period: period.to_string(),
            template_id: new.template_id,
            due_on,
            first_submitted_on: None,
            last_version: 0,
            accepted_version: None,
            figures_pending: false,
        };
        whole_row::insert(self.txn, ActiveModel::from(about.clone())).await?;
        shown(self, entry, about).await
    }

    /// Changes the content of a draft, or of what was returned.
    pub async fn change_submission(
        &self,
        id: RegisterEntryId,
        edit: &Edit<'_>,
    ) -> Result<SubmissionRow, RefusedSubmission> {
        let (before, about) = locked(self, id).await?;
        let edited = registers::edited(self, edit, &before).await;
        let Some(after) = edited.map_err(CallError::refusal_into)? else {
            return shown(self, before, about).await;
        };
        let template = template_of(self.txn, self.grant(), &about).await?;
        let basis = basis(&about, &template, self.today())?;
        after.content.check(basis).map_err(refused)?;
        require_own_documents(self.txn, id, &after.content).await?;
        let entry = registers::save(self, &before, after, "submission.changed").await?;
        shown(self, entry, about).await
    }

    /// Opens an accepted plan, to be changed and submitted again. The accepted version stays in force.
    pub async fn vary_submission(
        &self,
        id: RegisterEntryId,
    ) -> Result<SubmissionRow, RefusedSubmission> {
        let (before, about) = locked(self, id).await?;
        SubmissionStep::Vary.require_for(about.kind).map_err(refused)?;
        let entry = before.take(SubmissionStep::Vary).map_err(refused)?.save(self).await?;
        shown(self, entry, about).await
    }

    /// Adds a document to a draft, to what was returned, or to a plan in force.
    pub async fn attach_to_submission(
        &self,
        id: RegisterEntryId,
        new: NewDocument,
    ) -> Result<document::Model, RefusedSubmission> {
        let (entry, about) = locked(self, id).await?;
        takes_documents(&entry, &about).map_err(refused)?;
        let attached = attachments::attach(self, (Submission::KIND, id), new).await;
        attached.map_err(CallError::refusal_into)
    }
}

impl Store {
    /// A document of a submission whose content is about to be read.
    pub async fn submission_document(
        &self,
        grant: &Grant,
        ids: (RegisterEntryId, DocumentId),
        now: DateTime<Utc>,
    ) -> Result<document::Model, ChangeError<DocumentRefusal>> {
        visible(&self.read, grant, ids.0).await?;
        attachments::to_read(self, grant, ids, now).await
    }

    /// Whether a document can be added to a submission, before the caller sends what may be long.
    pub async fn check_submission_upload(
        &self,
        grant: &Grant,
        id: RegisterEntryId,
    ) -> Result<(), ChangeError<StepRefusal>> {
        let submission = visible(&self.read, grant, id).await?;
        let about = about(&self.read, id).await?;
        takes_documents(&submission, &about).map_err(ChangeError::Refused)
    }
}

/// Refuses content that names documents of something else.
async fn require_own_documents(
    db: &impl ConnectionTrait,
    id: RegisterEntryId,
    content: &Submission,
) -> Result<(), RefusedSubmission> {
    let of_answers =
        content.answers.iter().enumerate().filter_map(|(at, answer)| {
            Some((ContentPlace::AnswerDocument(at), answer.document_id?))
        });
    let of_policies =
        content.policies.iter().enumerate().filter_map(|(at, policy)| {
            Some((ContentPlace::PolicyDocument(at), policy.document_id?))
        });
    let named: Vec<(ContentPlace, DocumentId)> = of_answers.chain(of_policies).collect();
    if named.is_empty() {
        return Ok(());
    }
    let own = attachments::of_entries(db, [id]).await?;
    let own: BTreeSet<DocumentId> = own.values().flatten().map(|row| row.id).collect();
    let strange = named.into_iter().filter(|(_, document)| !own.contains(document));
    let faults: Vec<_> = strange.map(|(place, _)| (place, ContentFault::UnknownDocument)).collect();
    if faults.is_empty() { Ok(()) } else { Err(refused(ContentRefusal::Faults(faults))) }
}

async fn published(
    write: &Write<'_>,
    id: RegisterEntryId,
) -> Result<Entry<Template>, RefusedSubmission> {
    match templates::visible(write.txn, write.grant(), id).await {
        Ok(found) if found.status.is_in_use() => Ok(found),
        Ok(_) | Err(StoreError::NotFound) => Err(refused(SubmissionChangeRefusal::UnknownTemplate)),
        Err(err) => Err(err.into()),
    }
}

/// Refuses a second submission of a kind and a period; the contract is locked.
async fn require_first(
    write: &Write<'_>,
    contract: ContractId,
    kind: SubmissionKind,
    period: SubmissionPeriod,
) -> Result<(), RefusedSubmission> {
    use submission::Column;
    let there = submission::Entity::find()
        .filter(Column::ContractId.eq(contract))
        .filter(Column::Kind.eq(kind))
        .filter(Column::Period.eq(period.to_string()))
        .one(write.txn)
        .await?;
    match there {
        None => Ok(()),
        Some(_) if kind.is_plan() => Err(refused(SubmissionChangeRefusal::PlanExists)),
        Some(_) => Err(refused(SubmissionChangeRefusal::ReportExists)),
    }
}

/// The day by which a contract's duty is to be done; none where the contract has no such duty.
async fn due_on(
    write: &Write<'_>,
    contract: ContractId,
    kind: SubmissionKind,
    period: SubmissionPeriod,
) -> Result<Option<NaiveDate>, DbErr> {
    use duty::Column;
    let Some(kind) = duty_kind(kind) else { return Ok(None) };
    let found = duty::Entity::find()
        .filter(Column::ContractId.eq(contract))
        .filter(Column::Kind.eq(kind))
        .filter(Column::Period.eq(period.to_string()))
        .one(write.txn)
        .await?;
    Ok(found.map(|duty| duty.due_on))
}
