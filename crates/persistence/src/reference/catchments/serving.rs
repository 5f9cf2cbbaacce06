//! Who serves schools and catchments on a day, for as many of them as a page shows.

use std::collections::HashMap;

use ascms_domain::ids::{CatchmentId, SchoolId};
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, JoinType, QuerySelect};

use crate::rows::catchment::{Entity, Model};
use crate::rows::{
    catchment_contract, catchment_school, in_school_provision, organisation, school,
};

/// A school and who serves it on a day.
#[derive(Clone, Debug)]
pub struct ServedSchool {
    pub school: school::Model,
    /// `None` when it belongs to no catchment: requests go to the Ministry's queue.
    pub catchment: Option<CatchmentOn>,
    /// The school's own team, where it has one.
    pub in_school_provider: Option<organisation::Model>,
}

/// Adds to schools who serves them.
pub(crate) async fn serve(
    db: &impl ConnectionTrait,
    schools: Vec<school::Model>,
    on: NaiveDate,
) -> Result<Vec<ServedSchool>, DbErr> {
    let ids: Vec<SchoolId> = schools.iter().map(|school| school.id).collect();
    let mut teams = own_teams(db, &ids, on).await?;
    let memberships = catchment_school::Entity::find()
        .filter(catchment_school::Column::SchoolId.is_in(ids))
        .filter(catchment_school::on(on))
        .all(db)
        .await?;
    let catchments = Entity::find()
        .filter(
            crate::rows::catchment::Column::Id
                .is_in(memberships.iter().map(|row| row.catchment_id)),
        )
        .all(db)
        .await?;
    let catchments = contracted(db, catchments, on).await?;
    let catchments: HashMap<CatchmentId, CatchmentOn> =
        catchments.into_iter().map(|found| (found.catchment.id, found)).collect();
    let of_school: HashMap<SchoolId, CatchmentId> =
        memberships.into_iter().map(|row| (row.school_id, row.catchment_id)).collect();
    let served = schools.into_iter().map(|school| ServedSchool {
        catchment: of_school.get(&school.id).and_then(|id| catchments.get(id)).cloned(),
        in_school_provider: teams.remove(&school.id),
        school,
    });
    Ok(served.collect())
}

/// Adds to catchments the provider that is contracted for them.
pub(super) async fn contracted(
    db: &impl ConnectionTrait,
    catchments: Vec<Model>,
    on: NaiveDate,
) -> Result<Vec<CatchmentOn>, DbErr> {
    let provider = catchment_contract::Entity::belongs_to(organisation::Entity)
        .from(catchment_contract::Column::ProviderId)
        .to(organisation::Column::Id);
    let contracts = catchment_contract::Entity::find()
        .filter(catchment_contract::Column::CatchmentId.is_in(catchments.iter().map(|row| row.id)))
        .filter(catchment_contract::on(on))
        .join(JoinType::InnerJoin, provider.into())
        .select_also(organisation::Entity)
        .all(db)
        .await?;
    let mut providers: HashMap<CatchmentId, organisation::Model> = contracts
        .into_iter()
        .filter_map(|(contract, provider)| Some((contract.catchment_id, provider?)))
        .collect();
    let with_provider = catchments
        .into_iter()
        .map(|catchment| CatchmentOn { provider: providers.remove(&catchment.id), catchment });
    Ok(with_provider.collect())
}

async fn own_teams(
    db: &impl ConnectionTrait,
    schools: &[SchoolId],
    on: NaiveDate,
) -> Result<HashMap<SchoolId, organisation::Model>, DbErr> {
    let team = in_school_provision::Entity::belongs_to(organisation::Entity)
        .from(in_school_provision::Column::ProviderId)
        .to(organisation::Column::Id);
    let provisions = in_school_provision::Entity::find()
        .filter(in_school_provision::Column::SchoolId.is_in(schools.iter().copied()))
        .filter(in_school_provision::on(on))
        .join(JoinType::InnerJoin, team.into())
        .select_also(organisation::Entity)
        .all(db)
        .await?;
    let each = provisions.into_iter().filter_map(|(row, team)| Some((row.school_id, team?)));
    Ok(each.collect())
}

/// A catchment as it is on a day.
#[derive(Clone, Debug)]
pub struct CatchmentOn {
    pub catchment: Model,
    /// `None` when nobody is contracted: requests go to the Ministry's queue.
    pub provider: Option<organisation::Model>,
}
