//! The places from which a caller reads what is published to an audience.

use std::collections::BTreeSet;

use ascms_domain::access::{Appointment, Grant};
use ascms_domain::broadcasts::{AudienceKind, ReaderPlace};
use ascms_domain::ids::{CatchmentId, ProviderId, SchoolId};
use ascms_domain::organisations::OrganisationKind;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{QuerySelect, QueryTrait};

use crate::rows::{
    catchment, catchment_contract, catchment_school, in_school_provision, organisation,
};

/// One place for each appointment that the grant comes from, as it is on a day.
pub(crate) async fn places(
    db: &impl ConnectionTrait,
    grant: &Grant,
    day: NaiveDate,
) -> Result<Vec<ReaderPlace>, DbErr> {
    let mut places = Vec::new();
    for &Appointment { role, provider, school } in grant.appointments() {
        let provider_kind = match provider {
            Some(id) => kind_of(db, id).await?,
            None => None,
        };
        let mut areas = Vec::new();
        if let Some(id) = provider {
            areas.extend(served_by(db, id, day).await?);
        }
        if let Some(id) = school {
            areas.extend(around(db, [id], day).await?);
        }
        let kind = AudienceKind::of(role, provider_kind);
        let codes: BTreeSet<String> = areas.iter().map(|area| area.code.clone()).collect();
        let regions: BTreeSet<String> =
            areas.into_iter().filter_map(|area| area.education_region).collect();
        places.push(ReaderPlace {
            kind,
            role,
            catchments: codes.into_iter().collect(),
            education_regions: regions.into_iter().collect(),
        });
    }
    Ok(places)
}

async fn kind_of(
    db: &impl ConnectionTrait,
    id: ProviderId,
) -> Result<Option<OrganisationKind>, DbErr> {
    Ok(organisation::Entity::find_by_id(id).one(db).await?.map(|found| found.kind))
}

/// The catchments that a provider is contracted for, and those of the schools whose own team it is.
async fn served_by(
    db: &impl ConnectionTrait,
    id: ProviderId,
    day: NaiveDate,
) -> Result<Vec<catchment::Model>, DbErr> {
    let contracted = catchment_contract::Entity::find()
        .select_only()
        .column(catchment_contract::Column::CatchmentId)
        .filter(catchment_contract::Column::ProviderId.eq(id))
        .filter(catchment_contract::on(day))
        .into_query();
    let mut areas = catchment::Entity::find()
        .filter(catchment::Column::Id.in_subquery(contracted))
        .all(db)
        .await?;
    let teams: Vec<SchoolId> = in_school_provision::Entity::find()
        .select_only()
        .column(in_school_provision::Column::SchoolId)
        .filter(in_school_provision::Column::ProviderId.eq(id))
        .filter(in_school_provision::on(day))
        .into_tuple()
        .all(db)
        .await?;
    areas.extend(around(db, teams, day).await?);
    Ok(areas)
}

/// The catchments of schools.
async fn around(
    db: &impl ConnectionTrait,
    schools: impl IntoIterator<Item = SchoolId>,
    day: NaiveDate,
) -> Result<Vec<catchment::Model>, DbErr> {
    let belong: Vec<CatchmentId> = catchment_school::Entity::find()
        .select_only()
        .column(catchment_school::Column::CatchmentId)
        .filter(catchment_school::Column::SchoolId.is_in(schools))
        .filter(catchment_school::on(day))
        .into_tuple()
        .all(db)
        .await?;
    catchment::Entity::find().filter(catchment::Column::Id.is_in(belong)).all(db).await
}
