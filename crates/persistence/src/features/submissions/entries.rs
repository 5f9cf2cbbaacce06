//! What every change and every read of a submission has in common.

use ascms_domain::access::Grant;
use ascms_domain::documents::DocumentRefusal;
use ascms_domain::duties::DutyKind;
use ascms_domain::ids::RegisterEntryId;
use ascms_domain::registers::StepRefusal;
use ascms_domain::submissions::{ContentRefusal, Submission, SubmissionBasis, SubmissionPeriod};
use ascms_domain::templates::{SubmissionKind, Template};
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use crate::features::registers::{self, Entry, RegisterRow};
use crate::features::templates;
use crate::gate;
use crate::gate::write::Write;
use crate::reach::register_entries::submissions as within;
use crate::rows::contract;
use crate::rows::submission::{self, Model};
use crate::store::call::CallError;
use crate::store::error::StoreError;

/// A submission, and what it is about.
#[derive(Clone, Debug)]
pub struct SubmissionRow {
    pub row: RegisterRow<Submission>,
    pub about: submission::Model,
}

/// Why a submission was not begun, changed, or did not take a step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmissionChangeRefusal {
    #[error(transparent)]
    Content(#[from] ContentRefusal),
    #[error(transparent)]
    Step(#[from] StepRefusal),
    #[error(transparent)]
    Document(#[from] DocumentRefusal),
    #[error("the contract has ended")]
    ContractEnded,
    #[error("the contract is not in force, or does not run in the year")]
    OutsideContract,
    #[error("names no template that is published")]
    UnknownTemplate,
    #[error("the contract has a plan for the year: change that one")]
    PlanExists,
    #[error("the contract has a submission of this kind for the period: change that one")]
    ReportExists,
    #[error("no milestone of the accepted plan has this key")]
    UnknownMilestone,
    #[error("lies in the future")]
    InTheFuture,
}

pub(super) type RefusedSubmission = CallError<SubmissionChangeRefusal>;

/// A submission that the caller reads.
pub(crate) async fn visible(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: RegisterEntryId,
) -> Result<Entry<Submission>, StoreError> {
    registers::found(db, within(grant), id).await
}

/// A submission and what it is about, locked until the end of the change.
pub(super) async fn locked(
    write: &Write<'_>,
    id: RegisterEntryId,
) -> Result<(Entry<Submission>, Model), StoreError> {
    let entry = registers::locked(write, within(write.grant()), id).await?;
    Ok((entry, about(write.txn, id).await?))
}

pub(super) async fn about(
    db: &impl ConnectionTrait,
    id: RegisterEntryId,
) -> Result<Model, StoreError> {
    let found = submission::Entity::find_by_id(id).one(db).await?;
    found.ok_or(StoreError::Corrupt(id.0))
}

pub(super) async fn shown(
    db: &impl ConnectionTrait,
    entry: Entry<Submission>,
    about: Model,
) -> Result<SubmissionRow, RefusedSubmission> {
    Ok(SubmissionRow { row: registers::shown(db, entry).await?, about })
}

/// The template of a submission, also when it was retired since.
pub(super) async fn template_of(
    db: &impl ConnectionTrait,
    grant: &Grant,
    about: &Model,
) -> Result<Template, StoreError> {
    Ok(templates::visible(db, grant, about.template_id).await?.content)
}

pub(super) fn basis<'a>(
    about: &Model,
    template: &'a Template,
    today: NaiveDate,
) -> Result<SubmissionBasis<'a>, StoreError> {
    Ok(SubmissionBasis { template, period: period(about)?, today })
}

pub(super) fn period(about: &Model) -> Result<SubmissionPeriod, StoreError> {
    about.period.parse().map_err(|_not_one| StoreError::Corrupt(about.entry_id.0))
}

/// The duty that a submission of a kind ends.
pub(super) fn duty_kind(kind: SubmissionKind) -> Option<DutyKind> {
    match kind {
        SubmissionKind::Termly => Some(DutyKind::TermlyReport),
        SubmissionKind::Fund => Some(DutyKind::FundReport),
        SubmissionKind::Initiatives => Some(DutyKind::InitiativesReport),
        SubmissionKind::Annual => Some(DutyKind::AnnualReport),
        SubmissionKind::Plan => Some(DutyKind::ServiceDeliveryPlan),
        SubmissionKind::Policies => Some(DutyKind::PolicyConfirmation),
        SubmissionKind::Security => Some(DutyKind::SecurityAssurance),
        SubmissionKind::Survey => None,
    }
}

/// The contract of a submission.
pub(super) async fn contract_of(
    db: &impl ConnectionTrait,
    grant: &Grant,
    about: &Model,
) -> Result<contract::Model, StoreError> {
    gate::contracts::visible(db, grant, about.contract_id).await
}

pub(super) fn refused(err: impl Into<SubmissionChangeRefusal>) -> RefusedSubmission {
    CallError::Refused(err.into())
}
