//! Where a request for support goes: from a school to those who serve it on a day.

use std::collections::BTreeSet;

use ascms_domain::access::{Grant, Span};
use ascms_domain::calendar::Region;
use ascms_domain::ids::{CatchmentId, ProviderId, SchoolId};
use ascms_domain::organisations::OrganisationStatus;
use ascms_domain::referrals::SchoolProviders;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, IntoCondition, SimpleExpr};
use sea_orm::{FromQueryResult, JoinType, QuerySelect, QueryTrait};

use crate::reference::actors;
use crate::rows::{
    api_client_school, catchment_contract, catchment_school, in_school_provision, lifecycle,
    organisation, school,
};
use crate::store::bulk;

/// A school and who serves it. Providers are active ones: what a suspended provider would get
/// goes to the Ministry's queue instead, since nobody could read it there.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct SchoolRoute {
    pub school_id: SchoolId,
    pub number: i32,
    pub name: String,
    pub education_region: Option<String>,
    pub holiday_region: Option<Region>,
    pub catchment_id: Option<CatchmentId>,
    pub catchment_provider: Option<ProviderId>,
    pub catchment_provider_code: Option<String>,
    pub catchment_provider_name: Option<String>,
    pub in_school_provider: Option<ProviderId>,
    pub in_school_provider_code: Option<String>,
    pub in_school_provider_name: Option<String>,
    /// Whether the machine that asks acts for the school; never for anybody else.
    pub machine_acts: bool,
}

impl SchoolRoute {
    /// Who may be responsible for the school's referrals.
    pub fn providers(&self) -> SchoolProviders {
        SchoolProviders { catchment: self.catchment_provider, own_team: self.in_school_provider }
    }

    /// Code and name of a provider who serves the school; none of anybody else.
    pub fn code_and_name_of(
        &self,
        provider: Option<ProviderId>,
    ) -> (Option<String>, Option<String>) {
        if provider.is_none() {
            (None, None)
        } else if provider == self.in_school_provider {
            (self.in_school_provider_code.clone(), self.in_school_provider_name.clone())
        } else if provider == self.catchment_provider {
            (self.catchment_provider_code.clone(), self.catchment_provider_name.clone())
        } else {
            (None, None)
        }
    }
}

/// The route from the school with that number; `None` when there is no such school. One
/// statement, since it runs inside the transaction that files the request.
pub(crate) async fn routing(
    db: &impl ConnectionTrait,
    grant: &Grant,
    number: i32,
    on: NaiveDate,
) -> Result<Option<SchoolRoute>, DbErr> {
    let of = |alias: &'static str, column| Expr::col((alias, column));
    let id_of = |alias| of(alias, organisation::Column::Id);
    let code_of = |alias| of(alias, organisation::Column::Code);
    let name_of = |alias| of(alias, organisation::Column::Name);
    let contracted =
        its_provider::<catchment_contract::Entity>(catchment_contract::Column::ProviderId);
    let own_team =
        its_provider::<in_school_provision::Entity>(in_school_provision::Column::ProviderId);
    school::Entity::find()
        .select_only()
        .column_as(school::Column::Id, "school_id")
        .columns([school::Column::Number, school::Column::Name])
        .column(school::Column::EducationRegion)
        .column(school::Column::HolidayRegion)
        .column(catchment_school::Column::CatchmentId)
        .column_as(id_of("contracted"), "catchment_provider")
        .column_as(code_of("contracted"), "catchment_provider_code")
        .column_as(name_of("contracted"), "catchment_provider_name")
        .column_as(id_of("own_team"), "in_school_provider")
        .column_as(code_of("own_team"), "in_school_provider_code")
        .column_as(name_of("own_team"), "in_school_provider_name")
        .column_as(machine_acts(grant), "machine_acts")
        .join(JoinType::LeftJoin, schools_membership(on))
        .join(JoinType::LeftJoin, its_catchments_contract(on))
        .join_as(JoinType::LeftJoin, contracted, "contracted")
        .join(JoinType::LeftJoin, schools_provision(on))
        .join_as(JoinType::LeftJoin, own_team, "own_team")
        .filter(school::Column::Number.eq(number))
        .into_model::<SchoolRoute>()
        .one(db)
        .await
}

/// Whether somebody may send for a school: its own people, whoever serves it on the route's day,
/// and the machines that act for it.
pub(crate) fn may_act_for(grant: &Grant, route: &SchoolRoute) -> bool {
    grant.reach().iter().any(|span| match span {
        Span::Nation => true,
        Span::School(own) => *own == route.school_id,
        Span::Provider(own) => {
            route.catchment_provider == Some(*own) || route.in_school_provider == Some(*own)
        }
        Span::Client(_) => route.machine_acts,
        Span::Queue | Span::CaseManager(..) | Span::PrimaryContact(..) | Span::Person(_) => false,
    })
}

/// Whether a machine of the grant acts for the school of the row.
fn machine_acts(grant: &Grant) -> SimpleExpr {
    let machines = grant.reach().iter().filter_map(|span| match span {
        Span::Client(own) => Some(*own),
        Span::Nation
        | Span::Queue
        | Span::Provider(_)
        | Span::School(_)
        | Span::CaseManager(..)
        | Span::PrimaryContact(..)
        | Span::Person(_) => None,
    });
    let acts = api_client_school::Entity::find()
        .select_only()
        .expr(Expr::value(1))
        .filter(api_client_school::Column::ClientId.is_in(machines))
        .filter(
            Expr::col(api_client_school::Column::SchoolId.as_column_ref())
                .eq(Expr::col(school::Column::Id.as_column_ref())),
        );
    Expr::exists(acts.into_query())
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
    school::Entity::belongs_to(catchment_school::Entity)
        .from(school::Column::Id)
        .to(catchment_school::Column::SchoolId)
        .on_condition(move |_, _| catchment_school::on(on))
        .into()
}

fn schools_provision(on: NaiveDate) -> RelationDef {
    school::Entity::belongs_to(in_school_provision::Entity)
        .from(school::Column::Id)
        .to(in_school_provision::Column::SchoolId)
        .on_condition(move |_, _| in_school_provision::on(on))
        .into()
}

fn its_catchments_contract(on: NaiveDate) -> RelationDef {
    catchment_school::Entity::belongs_to(catchment_contract::Entity)
        .from(catchment_school::Column::CatchmentId)
        .to(catchment_contract::Column::CatchmentId)
        .on_condition(move |_, _| catchment_contract::on(on))
        .into()
}

fn its_provider<E: EntityTrait>(provider_id: E::Column) -> RelationDef {
    E::belongs_to(organisation::Entity)
        .from(provider_id)
        .to(organisation::Column::Id)
        .on_condition(|_, provider| {
            let status = (provider, organisation::Column::Status);
            lifecycle::is(status, OrganisationStatus::is_active).into_condition()
        })
        .into()
}
