//! What every change and every read of a submission has in common.

use std::collections::HashMap;
use std::collections::hash_map::Entry::{Occupied, Vacant};

use ascms_domain::access::Grant;
use ascms_domain::duties::DutyKind;
use ascms_domain::ids::RegisterEntryId;
use ascms_domain::registers::Lifecycle;
use ascms_domain::submissions::{Submission, SubmissionBasis, SubmissionPeriod, SubmissionStep};
use ascms_domain::templates::{SubmissionKind, Template};
use ascms_domain::terms::Terms;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::completeness::complete;
use super::refusal::{RefusedSubmission, SubmissionChangeRefusal};
use crate::features::registers::{self, Entry, RegisterRow};
use crate::features::templates;
use crate::gate;
use crate::gate::write::Write;
use crate::reach::register_entries::submissions as within;
use crate::rows::contract;
use crate::rows::submission::{self, Model};
use crate::store::error::StoreError;

/// A submission, and what it is about.
#[derive(Clone, Debug)]
pub struct SubmissionRow {
    pub row: RegisterRow<Submission>,
    pub about: submission::Model,
    /// Whether what is written can be submitted, where the lifecycle allows that.
    pub completeness: Result<(), SubmissionChangeRefusal>,
}

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

/// The answer to a change.
pub(super) async fn shown(
    write: &Write<'_>,
    entry: Entry<Submission>,
    about: Model,
) -> Result<SubmissionRow, RefusedSubmission> {
    let row = registers::shown(write.txn, entry).await?;
    let day = (write.today(), &write.calendars.terms);
    let found = complete_rows(write.txn, write.grant(), vec![(row, about)], day).await?;
    Ok(found.into_iter().next().ok_or(StoreError::NotFound)?)
}

/// Submissions as they are shown on a day, by the terms of then.
pub(super) async fn complete_rows(
    db: &impl ConnectionTrait,
    grant: &Grant,
    rows: Vec<(RegisterRow<Submission>, Model)>,
    (today, terms): (NaiveDate, &Terms),
) -> Result<Vec<SubmissionRow>, StoreError> {
    let mut templates: HashMap<RegisterEntryId, Template> = HashMap::new();
    let mut found = Vec::new();
    for (row, about) in rows {
        let step = row.entry.status.take(SubmissionStep::Submit);
        let completeness = match step {
            // The lifecycle refuses it first.
            Err(_) => Ok(()),
            Ok(_) => {
                let template = match templates.entry(about.template_id) {
                    Occupied(known) => known.into_mut(),
                    Vacant(unknown) => unknown.insert(template_of(db, grant, &about).await?),
                };
                let basis = basis(&about, template, today)?;
                complete(&row.entry.content, basis, terms, &row.documents)
            }
        };
        found.push(SubmissionRow { row, about, completeness });
    }
    Ok(found)
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
