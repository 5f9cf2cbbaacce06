//! Where referrals of a term may be counted, whether there were any or not: a place that is
//! missing from the tables would say that it had none.

use std::collections::{BTreeSet, HashMap};

use ascms_domain::measures::Level;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;

use crate::Store;
use crate::rows::{
    catchment, catchment_contract, catchment_school, in_school_provision, organisation, school,
};
use crate::store::bulk;
use crate::store::error::StoreError;

/// Where somebody may be counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Site {
    pub region: Option<String>,
    pub catchment: Option<Uuid>,
    pub provider: Option<Uuid>,
}

/// All sites of a term, and what catchments and providers are called.
pub(super) struct Sites {
    pub known: BTreeSet<Site>,
    pub codes: HashMap<Uuid, String>,
    pub names: HashMap<(Level, String), String>,
}

impl Store {
    /// The catchments with whoever was contracted in the term, and the schools with a team.
    pub(super) async fn sites(
        &self,
        (from, to): (NaiveDate, NaiveDate),
    ) -> Result<Sites, StoreError> {
        let areas = catchment::Entity::find().all(&self.read).await?;
        let providers = organisation::Entity::find().all(&self.read).await?;
        let contracts = catchment_contract::Entity::find()
            .filter(catchment_contract::Column::StartsOn.lte(to))
            .filter(
                catchment_contract::Column::EndsOn
                    .is_null()
                    .or(catchment_contract::Column::EndsOn.gte(from)),
            )
            .all(&self.read)
            .await?;
        let regions: HashMap<Uuid, Option<String>> =
            areas.iter().map(|area| (area.id.0, area.education_region.clone())).collect();
        let mut known = self.team_sites((from, to)).await?;
        known.extend(contracts.iter().map(|contract| Site {
            region: regions.get(&contract.catchment_id.0).cloned().flatten(),
            catchment: Some(contract.catchment_id.0),
            provider: Some(contract.provider_id.0),
        }));
        let areas = areas.into_iter().map(|one| (Level::Catchment, one.id.0, one.code, one.name));
        let providers =
            providers.into_iter().map(|one| (Level::Provider, one.id.0, one.code, one.name));
        let mut sites = Sites { known, codes: HashMap::new(), names: HashMap::new() };
        for (level, id, code, name) in areas.chain(providers) {
            sites.codes.insert(id, code.clone());
            sites.names.insert((level, code), name);
        }
        Ok(sites)
    }

    async fn team_sites(
        &self,
        (from, to): (NaiveDate, NaiveDate),
    ) -> Result<BTreeSet<Site>, StoreError> {
        let teams = in_school_provision::Entity::find()
            .filter(in_school_provision::Column::StartsOn.lte(to))
            .filter(
                in_school_provision::Column::EndsOn
                    .is_null()
                    .or(in_school_provision::Column::EndsOn.gte(from)),
            )
            .all(&self.read)
            .await?;
        let ids = || bulk::padded(teams.iter().map(|team| team.school_id));
        let of_schools =
            school::Entity::find().filter(school::Column::Id.is_in(ids())).all(&self.read).await?;
        let memberships = catchment_school::Entity::find()
            .filter(catchment_school::on(to))
            .filter(catchment_school::Column::SchoolId.is_in(ids()))
            .all(&self.read)
            .await?;
        let regions: HashMap<_, _> =
            of_schools.into_iter().map(|school| (school.id, school.education_region)).collect();
        let catchments: HashMap<_, _> =
            memberships.into_iter().map(|one| (one.school_id, one.catchment_id.0)).collect();
        let site = |team: &in_school_provision::Model| Site {
            region: regions.get(&team.school_id).cloned().flatten(),
            catchment: catchments.get(&team.school_id).copied(),
            provider: Some(team.provider_id.0),
        };
        Ok(teams.iter().map(site).collect())
    }
}
