//! Contracts that the operator imports, as drafts.

use ascms_domain::calendar::nz_date;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::Store;
use crate::reference::rules;
use crate::rows::contract::{ActiveModel, Entity, Model};
use crate::rows::{catchment, contract_catchment, contract_year, organisation, school};
use crate::store::audit::{self, Subject};
use crate::store::dialect;
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::transaction::NewRows;

/// Everything on record that an import is held against.
#[derive(Clone, Debug, Default)]
pub struct ContractsOnRecord {
    pub contracts: Vec<Model>,
    pub covered: Vec<contract_catchment::Model>,
    pub years: Vec<contract_year::Model>,
    pub organisations: Vec<organisation::Model>,
    pub catchments: Vec<catchment::Model>,
    pub schools: Vec<school::Model>,
    /// Codes of the profiles of duties in force today.
    pub profiles: Vec<String>,
}

/// The rows to add.
#[derive(Clone, Debug, Default)]
pub struct NewContracts {
    pub contracts: Vec<Model>,
    pub covered: Vec<contract_catchment::Model>,
    pub years: Vec<contract_year::Model>,
}

impl Store {
    /// Adds contracts: `rule` sees what is on record and answers with the rows to add. A dry run does all
    /// of it and keeps nothing.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn import_contracts(
        &self,
        now: DateTime<Utc>,
        dry_run: bool,
        rule: impl FnOnce(ContractsOnRecord) -> NewContracts,
    ) -> Result<(), StoreError> {
        let txn = self.begin().await?;
        dialect::lock_names(&txn, &["import contracts".to_owned()]).await?;
        let profiles = rules::book(&txn).await?;
        let profiles = &profiles.duties(nz_date(now))?.parameters.profiles;
        let on_record = ContractsOnRecord {
            contracts: Entity::find().all(&txn).await?,
            covered: contract_catchment::Entity::find().all(&txn).await?,
            years: contract_year::Entity::find().all(&txn).await?,
            organisations: organisation::Entity::find().all(&txn).await?,
            catchments: catchment::Entity::find().all(&txn).await?,
            schools: school::Entity::find().all(&txn).await?,
            profiles: profiles.iter().map(|one| one.code.as_str().to_owned()).collect(),
        };
        let NewContracts { contracts, covered, years } = rule(on_record);
        let ids = contracts.iter().map(|row| row.id.0).collect();
        let added: Vec<Event> = contracts.iter().map(added).collect();
        let contracts = contracts.into_iter().map(|row| ActiveModel::from(row).reset_all());
        txn.add(NewRows::of(contracts)).await?;
        let covered = covered.into_iter();
        let covered = covered.map(|row| contract_catchment::ActiveModel::from(row).reset_all());
        txn.add(NewRows::of(covered)).await?;
        let years = years.into_iter();
        let years = years.map(|row| contract_year::ActiveModel::from(row).reset_all());
        txn.add(NewRows::of(years)).await?;
        events::record_all(&txn, &added, now).await?;
        let subject = Subject::many("contract", ids);
        audit::record(&txn, audit::by_operator("contracts:import", subject, now)).await?;
        if dry_run {
            let tried = txn.add_deferred().await;
            txn.rollback().await;
            tried?;
        } else {
            txn.commit().await?;
        }
        Ok(())
    }
}

fn added(row: &Model) -> Event {
    Event {
        kind: "contract.added",
        subject_id: row.id.0,
        version: row.version,
        provider_id: Some(row.organisation_id),
        school_id: None,
    }
}
