//! Where a request for support goes: from a school to those who serve it on a day.

use std::collections::BTreeSet;

use ascms_domain::access::{Grant, Span};
use ascms_domain::calendar::Region;
use ascms_domain::ids::{CatchmentId, ProviderId, SchoolId};
use ascms_domain::organisations::OrganisationStatus;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, IntoCondition};
use sea_orm::{FromQueryResult, JoinType, QuerySelect};

use super::provision;
use crate::catchments::{contract, membership};
use crate::schools;
use crate::{actors, bulk, organisations};

/// A school and who serves it. Providers are active ones: what a suspended provider would get
/// goes to the Ministry's queue instead, since nobody could read it there.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct SchoolRoute {
    pub school_id: SchoolId,
    pub number: i32,
    pub education_region: Option<String>,
    pub holiday_region: Option<Region>,
    pub catchment_id: Option<CatchmentId>,
    pub catchment_provider: Option<ProviderId>,
    pub in_school_provider: Option<ProviderId>,
}

/// The route from the school with that number; `None` when there is no such school. One
/// statement, since it runs inside the transaction that files the request.
pub(crate) async fn routing(
    db: &impl ConnectionTrait,
    number: i32,
    on: NaiveDate,
) -> Result<Option<SchoolRoute>, DbErr> {
    let id_of = |alias: &'static str| Expr::col((alias, organisations::Column::Id));
    let contracted = its_provider::<contract::Entity>(contract::Column::ProviderId);
    let own_team = its_provider::<provision::Entity>(provision::Column::ProviderId);
    schools::Entity::find()
        .select_only()
        .column_as(schools::Column::Id, "school_id")
        .column(schools::Column::Number)
        .column(schools::Column::EducationRegion)
        .column(schools::Column::HolidayRegion)
        .column(membership::Column::CatchmentId)
        .column_as(id_of("contracted"), "catchment_provider")
        .column_as(id_of("own_team"), "in_school_provider")
        .join(JoinType::LeftJoin, schools_membership(on))
        .join(JoinType::LeftJoin, its_catchments_contract(on))
        .join_as(JoinType::LeftJoin, contracted, "contracted")
        .join(JoinType::LeftJoin, schools_provision(on))
        .join_as(JoinType::LeftJoin, own_team, "own_team")
        .filter(schools::Column::Number.eq(number))
        .into_model::<SchoolRoute>()
        .one(db)
        .await
}

/// Whether somebody may send for a school: its own people, whoever serves it on the route's day,
/// and the machines that act for it.
pub(crate) async fn may_act_for(
    db: &impl ConnectionTrait,
    grant: &Grant,
    route: &SchoolRoute,
) -> Result<bool, DbErr> {
    for span in grant.reach() {
        let reached = match span {
            Span::Nation => true,
            Span::School(own) => *own == route.school_id,
            Span::Provider(own) => {
                route.catchment_provider == Some(*own) || route.in_school_provider == Some(*own)
            }
            Span::Client(own) => actors::acts_for(db, *own, route.school_id).await?,
            Span::Queue | Span::CaseManager(..) | Span::PrimaryContact(..) | Span::Person(_) => {
                false
            }
        };
        if reached {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Those of many schools that somebody may tell of enrolments for: the school's own people, the
/// machines that act for it, and who speaks for the nation. A provider does not.
pub(crate) async fn acted_for(
    db: &impl ConnectionTrait,
    grant: &Grant,
    schools: &BTreeSet<SchoolId>,
) -> Result<BTreeSet<SchoolId>, DbErr> {
    let mut reached = BTreeSet::new();
    for span in grant.reach() {
        match span {
            Span::Nation => reached.extend(schools),
            Span::School(own) => reached.extend(schools.get(own)),
            Span::Client(own) => {
                let ids = bulk::padded(schools.iter().copied());
                reached.extend(actors::acts_for_any(db, *own, ids).await?);
            }
            Span::Provider(_)
            | Span::Queue
            | Span::CaseManager(..)
            | Span::PrimaryContact(..)
            | Span::Person(_) => {}
        }
    }
    Ok(reached)
}

pub(crate) fn schools_membership(on: NaiveDate) -> RelationDef {
    schools::Entity::belongs_to(membership::Entity)
        .from(schools::Column::Id)
        .to(membership::Column::SchoolId)
        .on_condition(move |_, _| membership::on(on))
        .into()
}

fn schools_provision(on: NaiveDate) -> RelationDef {
    schools::Entity::belongs_to(provision::Entity)
        .from(schools::Column::Id)
        .to(provision::Column::SchoolId)
        .on_condition(move |_, _| provision::on(on))
        .into()
}

fn its_catchments_contract(on: NaiveDate) -> RelationDef {
    membership::Entity::belongs_to(contract::Entity)
        .from(membership::Column::CatchmentId)
        .to(contract::Column::CatchmentId)
        .on_condition(move |_, _| contract::on(on))
        .into()
}

fn its_provider<E: EntityTrait>(provider_id: E::Column) -> RelationDef {
    E::belongs_to(organisations::Entity)
        .from(provider_id)
        .to(organisations::Column::Id)
        .on_condition(|_, provider| {
            let status = Expr::col((provider, organisations::Column::Status));
            status.eq(OrganisationStatus::Active).into_condition()
        })
        .into()
}
