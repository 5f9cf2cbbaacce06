//! Contracts as they are read: with what they cover and pay, and the names of their organisations.

use std::collections::HashMap;

use ascms_domain::access::Grant;
use ascms_domain::contracts::{ContractAction, ContractKind, ContractStatus, ContractTerm};
use ascms_domain::ids::{CatchmentId, ContractId, ProviderId, SchoolId};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QueryTrait};

use crate::Store;
use crate::features::contracts::places::others;
use crate::features::contracts::refusal::{RefusedChange, refused};
use crate::gate::contracts::visible;
use crate::reach::contracts::{covers, within};
use crate::rows::contract::{Column, Model};
use crate::rows::{catchment, contract_catchment, contract_year, organisation, school};
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};
use crate::trace::history::contracts::WholeContract;

/// A contract with what it covers and pays, and the names of its organisation.
#[derive(Clone, Debug)]
pub struct ContractRow {
    pub contract: Model,
    /// Codes of its catchments, in their order.
    pub catchments: Vec<String>,
    /// Number of the school of an in-school team.
    pub school_number: Option<i32>,
    /// The years that are set, in their order.
    pub years: Vec<contract_year::Model>,
    pub organisation_code: String,
    pub organisation_name: String,
    /// Of a draft: the terms of the contracts that hold a catchment or the school of this one.
    pub others: Vec<ContractTerm>,
}

impl ContractRow {
    /// Whether somebody with this grant, which is of the action's permission, could do it on a day with an input
    /// that suits it.
    ///
    /// # Errors
    ///
    /// The refusal that the call would be answered with.
    pub fn allows(
        &self,
        action: ContractAction,
        grant: &Grant,
        today: NaiveDate,
    ) -> Result<(), RefusedChange> {
        if !covers(grant, self.contract.organisation_id) {
            return Err(StoreError::NotFound.into());
        }
        let mut contract = self.contract.to_domain();
        let taken = match action {
            ContractAction::Change | ContractAction::SetYear => contract.status.still_changes(),
            ContractAction::Activate => contract.activate(&self.others),
            ContractAction::End => contract.end(today, today),
        };
        taken.map_err(refused)
    }
}

/// Which contracts to list; an empty filter lists all.
#[derive(Clone, Copy, Debug, Default)]
pub struct ContractFilter {
    pub organisation: Option<ProviderId>,
    pub kind: Option<ContractKind>,
    pub status: Option<ContractStatus>,
}

impl Store {
    /// The contracts within reach, the newest first.
    pub async fn contracts(
        &self,
        grant: &Grant,
        filter: ContractFilter,
        page: PageRequest<ContractId>,
        now: DateTime<Utc>,
    ) -> Result<Page<ContractRow, ContractId>, StoreError> {
        let fitting = within(grant)
            .apply_if(filter.organisation, |query, id| query.filter(Column::OrganisationId.eq(id)))
            .apply_if(filter.kind, |query, kind| query.filter(Column::Kind.eq(kind)))
            .apply_if(filter.status, |query, status| query.filter(Column::Status.eq(status)));
        let total = page.total(&fitting, &self.read).await?;
        let rows = page.newest_first(fitting, Column::Id).all(&self.read).await?;
        let Page { items, next, total: _ } = page.cut(rows, |row| row.id);
        let ids = items.iter().map(|row| row.id.0).collect();
        let items = with_parts(&self.read, items).await?;
        let subject = Subject::many("contract", ids);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(Page { items, next, total })
    }

    /// One contract.
    pub async fn contract(
        &self,
        grant: &Grant,
        id: ContractId,
        now: DateTime<Utc>,
    ) -> Result<ContractRow, StoreError> {
        let row = visible(&self.read, grant, id).await?;
        let subject = Subject::one("contract", id.0);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        shown(&self.read, row).await
    }
}

pub(super) async fn whole(
    db: &impl ConnectionTrait,
    row: Model,
) -> Result<WholeContract, StoreError> {
    let ContractRow { contract, catchments, years, .. } = shown(db, row).await?;
    Ok(WholeContract { row: contract, catchments, years })
}

pub(super) async fn shown(
    db: &impl ConnectionTrait,
    row: Model,
) -> Result<ContractRow, StoreError> {
    with_parts(db, vec![row]).await?.pop().ok_or(StoreError::NotFound)
}

/// Adds to contracts what they cover and pay, and the names of their organisations.
async fn with_parts(
    db: &impl ConnectionTrait,
    rows: Vec<Model>,
) -> Result<Vec<ContractRow>, StoreError> {
    let ids: Vec<ContractId> = rows.iter().map(|row| row.id).collect();
    let covered = contract_catchment::Entity::find()
        .filter(contract_catchment::Column::ContractId.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    let catchments = catchment::Entity::find()
        .filter(catchment::Column::Id.is_in(covered.iter().map(|row| row.catchment_id)))
        .all(db)
        .await?;
    let codes: HashMap<CatchmentId, String> =
        catchments.into_iter().map(|row| (row.id, row.code)).collect();
    let years = contract_year::Entity::find()
        .filter(contract_year::Column::ContractId.is_in(ids))
        .order_by_asc(contract_year::Column::Year)
        .all(db)
        .await?;
    let schools = school::Entity::find()
        .filter(school::Column::Id.is_in(rows.iter().filter_map(|row| row.school_id)))
        .all(db)
        .await?;
    let numbers: HashMap<SchoolId, i32> =
        schools.into_iter().map(|row| (row.id, row.number)).collect();
    let organisations = organisation::Entity::find()
        .filter(organisation::Column::Id.is_in(rows.iter().map(|row| row.organisation_id)))
        .all(db)
        .await?;
    let organisations: HashMap<ProviderId, organisation::Model> =
        organisations.into_iter().map(|row| (row.id, row)).collect();
    let mut held: HashMap<ContractId, Vec<ContractTerm>> = HashMap::new();
    for draft in rows.iter().filter(|row| row.status.is_draft()) {
        held.insert(draft.id, others(db, draft).await?);
    }
    let with = |contract: Model| {
        let own = covered.iter().filter(|row| row.contract_id == contract.id);
        let mut catchments: Vec<String> =
            own.filter_map(|row| codes.get(&row.catchment_id).cloned()).collect();
        catchments.sort_unstable();
        let organisation = organisations.get(&contract.organisation_id);
        let organisation = organisation.ok_or(StoreError::Corrupt(contract.id.0))?;
        Ok(ContractRow {
            catchments,
            school_number: contract.school_id.and_then(|id| numbers.get(&id).copied()),
            years: years.iter().filter(|row| row.contract_id == contract.id).cloned().collect(),
            organisation_code: organisation.code.clone(),
            organisation_name: organisation.name.clone(),
            others: held.remove(&contract.id).unwrap_or_default(),
            contract,
        })
    };
    rows.into_iter().map(with).collect()
}
