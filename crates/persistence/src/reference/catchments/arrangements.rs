//! Who serves whom and when, as one whole: what an import of catchments reads, decides on and
//! writes. Periods of one school or one catchment must not overlap, which no single row can tell.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::Store;
use crate::rows::catchment::{ActiveModel, Entity, Model};
use crate::rows::{
    catchment_contract, catchment_school, in_school_provision, organisation, school,
};
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::store::events::Event;
use crate::store::transaction::DatabaseTransaction;
use crate::store::{bulk, dialect};

/// Everything on record.
#[derive(Clone, Debug, Default)]
pub struct Arrangements {
    pub schools: Vec<school::Model>,
    pub catchments: Vec<Model>,
    /// Organisations of every kind: their codes are unique among all of them.
    pub organisations: Vec<organisation::Model>,
    pub memberships: Vec<catchment_school::Model>,
    pub contracts: Vec<catchment_contract::Model>,
    pub provisions: Vec<in_school_provision::Model>,
}

/// The rows to write, new ones and changed ones. A catchment stands here with its next version
/// when anything about it changes.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    pub catchments: Vec<Model>,
    pub organisations: Vec<organisation::Model>,
    pub memberships: Vec<catchment_school::Model>,
    pub contracts: Vec<catchment_contract::Model>,
    pub provisions: Vec<in_school_provision::Model>,
}

impl Store {
    /// Brings catchments, providers and their dates up to date: `rule` sees what is on record and
    /// answers with the rows to write. A dry run does all of it and keeps nothing.
    pub async fn import_arrangements(
        &self,
        now: DateTime<Utc>,
        dry_run: bool,
        rule: impl FnOnce(Arrangements) -> Changes,
    ) -> Result<(), StoreError> {
        let txn = self.begin().await?;
        dialect::lock_names(&txn, &["import arrangements".to_owned()]).await?;
        let changes = rule(load(&txn).await?);
        let events = events(&changes);
        let ids = ids(&changes);
        write(&txn, changes).await?;
        bulk::record_events(&txn, &events, now).await?;
        let subject = Subject::many("catchment", ids);
        audit::record(&txn, audit::by_operator("catchments:import", subject, now)).await?;
        if dry_run {
            txn.rollback().await
        } else {
            txn.commit().await?
        }
        Ok(())
    }
}

async fn load(db: &impl ConnectionTrait) -> Result<Arrangements, DbErr> {
    Ok(Arrangements {
        schools: school::Entity::find().all(db).await?,
        catchments: Entity::find().all(db).await?,
        organisations: organisation::Entity::find().all(db).await?,
        memberships: catchment_school::Entity::find().all(db).await?,
        contracts: catchment_contract::Entity::find().all(db).await?,
        provisions: in_school_provision::Entity::find().all(db).await?,
    })
}

/// Ended periods first: the schema allows one open period, at no moment two.
async fn write(txn: &DatabaseTransaction, changes: Changes) -> Result<(), DbErr> {
    let Changes { catchments, organisations, mut memberships, mut contracts, mut provisions } =
        changes;
    memberships.sort_by_key(|row| row.ends_on.is_none());
    contracts.sort_by_key(|row| row.ends_on.is_none());
    provisions.sort_by_key(|row| row.ends_on.is_none());
    bulk::upsert(txn, organisations.into_iter().map(organisation::ActiveModel::from)).await?;
    bulk::upsert(txn, catchments.into_iter().map(ActiveModel::from)).await?;
    bulk::upsert(txn, memberships.into_iter().map(catchment_school::ActiveModel::from)).await?;
    bulk::upsert(txn, contracts.into_iter().map(catchment_contract::ActiveModel::from)).await?;
    bulk::upsert(txn, provisions.into_iter().map(in_school_provision::ActiveModel::from)).await
}

fn events(changes: &Changes) -> Vec<Event> {
    let catchments = changes.catchments.iter().map(|row| Event {
        kind: if row.version == 1 { "catchment.added" } else { "catchment.changed" },
        subject_id: row.id.0,
        version: row.version,
        provider_id: None,
        school_id: None,
    });
    // Organisations and provisions count no versions.
    let unversioned = |kind, subject_id| Event {
        kind,
        subject_id,
        version: 1,
        provider_id: None,
        school_id: None,
    };
    let providers = changes.organisations.iter().map(|row| Event {
        provider_id: Some(row.id),
        ..unversioned("provider.changed", row.id.0)
    });
    let provisions = changes.provisions.iter().map(|row| Event {
        provider_id: Some(row.provider_id),
        school_id: Some(row.school_id),
        ..unversioned("in_school_provision.changed", row.id)
    });
    catchments.chain(providers).chain(provisions).collect()
}

fn ids(changes: &Changes) -> Vec<Uuid> {
    let catchments = changes.catchments.iter().map(|row| row.id.0);
    let organisations = changes.organisations.iter().map(|row| row.id.0);
    let provisions = changes.provisions.iter().map(|row| row.id);
    catchments.chain(organisations).chain(provisions).collect()
}
