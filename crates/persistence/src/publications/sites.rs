//! Where referrals of a term may be counted, whether there were any or not: a place that is
//! missing from the tables would say that it had none.

use std::collections::{BTreeSet, HashMap};

use ascms_domain::measures::Level;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;

use crate::catchments::{self, contract, membership};
use crate::schools::{self, provision};
use crate::{Store, StoreError, bulk, organisations};

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
        let areas = catchments::Entity::find().all(&self.read).await?;
        let providers = organisations::Entity::find().all(&self.read).await?;
        let contracts = contract::Entity::find()
            .filter(contract::Column::StartsOn.lte(to))
            .filter(contract::Column::EndsOn.is_null().or(contract::Column::EndsOn.gte(from)))
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
        let teams = provision::Entity::find()
            .filter(provision::Column::StartsOn.lte(to))
            .filter(provision::Column::EndsOn.is_null().or(provision::Column::EndsOn.gte(from)))
            .all(&self.read)
            .await?;
        let ids = || bulk::padded(teams.iter().map(|team| team.school_id));
        let of_schools = schools::Entity::find()
            .filter(schools::Column::Id.is_in(ids()))
            .all(&self.read)
            .await?;
        let memberships = membership::Entity::find()
            .filter(membership::on(to))
            .filter(membership::Column::SchoolId.is_in(ids()))
            .all(&self.read)
            .await?;
        let regions: HashMap<_, _> =
            of_schools.into_iter().map(|school| (school.id, school.education_region)).collect();
        let catchments: HashMap<_, _> =
            memberships.into_iter().map(|one| (one.school_id, one.catchment_id.0)).collect();
        let site = |team: &provision::Model| Site {
            region: regions.get(&team.school_id).cloned().flatten(),
            catchment: catchments.get(&team.school_id).copied(),
            provider: Some(team.provider_id.0),
        };
        Ok(teams.iter().map(site).collect())
    }
}
