//! Catchments at rest: which schools they hold, who is contracted for them, and on which day.

use ascms_domain::access::Grant;
use ascms_domain::ids::CatchmentId;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{JoinType, QueryOrder, QuerySelect, QueryTrait, SelectTwo};

use crate::page::{Page, PageRequest};
use crate::schools::provision;
use crate::{Store, StoreError, organisations, schools};

mod arrangements;
pub mod contract;
pub mod membership;

pub use arrangements::{Arrangements, Changes};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "catchment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CatchmentId,
    /// Unique and stable: how files and people name it.
    #[sea_orm(unique)]
    pub code: String,
    pub name: String,
    pub education_region: Option<String>,
    /// Counts every change of the catchment, its schools and its contracts.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}

/// A catchment as it is on a day.
#[derive(Clone, Debug)]
pub struct CatchmentOn {
    pub catchment: Model,
    /// `None` when nobody is contracted: requests go to the Ministry's queue.
    pub provider: Option<organisations::Model>,
}

/// A school of a catchment, with its own team where it has one that day.
#[derive(Clone, Debug)]
pub struct MemberSchool {
    pub school: schools::Model,
    pub in_school_provider: Option<organisations::Model>,
}

/// Who serves a school on a day.
#[derive(Clone, Debug)]
pub struct ServedSchool {
    pub school: schools::Model,
    pub catchment: Option<CatchmentOn>,
    pub in_school_provider: Option<organisations::Model>,
}

impl Store {
    /// Catchments in the order in which they were added, each with its provider on the day.
    pub async fn catchments(
        &self,
        _: &Grant,
        education_region: Option<&str>,
        on: NaiveDate,
        page: PageRequest<CatchmentId>,
    ) -> Result<Page<CatchmentOn, CatchmentId>, StoreError> {
        let found = Entity::find().apply_if(education_region, |query, region| {
            query.filter(Column::EducationRegion.eq(region))
        });
        let total =
            if page.with_total { Some(found.clone().count(&self.read).await?) } else { None };
        let found = found
            .apply_if(page.after, |query, id| query.filter(Column::Id.gt(id)))
            .order_by_asc(Column::Id)
            .limit(page.fetch());
        let rows = with_provider(found, on).all(&self.read).await?;
        let rows = rows.into_iter().map(CatchmentOn::from).collect();
        Ok(Page { total, ..page.cut(rows, |row| row.catchment.id) })
    }

    /// One catchment by its code, with its provider and its schools on the day.
    pub async fn catchment(
        &self,
        _: &Grant,
        code: &str,
        on: NaiveDate,
    ) -> Result<(CatchmentOn, Vec<MemberSchool>), StoreError> {
        let found = Entity::find().filter(Column::Code.eq(code));
        let found = with_provider(found, on).one(&self.read).await?;
        let found = CatchmentOn::from(found.ok_or(StoreError::NotFound)?);
        let members = schools::Entity::find()
            .join(JoinType::InnerJoin, schools::routing::schools_membership(on))
            .filter(membership::Column::CatchmentId.eq(found.catchment.id))
            .order_by_asc(schools::Column::Number);
        let members = with_own_team(members, on).all(&self.read).await?;
        let members = members.into_iter().map(MemberSchool::from).collect();
        Ok((found, members))
    }

    /// One school by its Ministry number, with those who serve it on the day.
    pub async fn served_school(
        &self,
        _: &Grant,
        number: i32,
        on: NaiveDate,
    ) -> Result<ServedSchool, StoreError> {
        let school = schools::Entity::find().filter(schools::Column::Number.eq(number));
        let school = with_own_team(school, on).one(&self.read).await?;
        let MemberSchool { school, in_school_provider } =
            MemberSchool::from(school.ok_or(StoreError::NotFound)?);
        let catchment = Entity::find()
            .join(JoinType::InnerJoin, catchments_membership(on))
            .filter(membership::Column::SchoolId.eq(school.id));
        let catchment = with_provider(catchment, on).one(&self.read).await?;
        let catchment = catchment.map(CatchmentOn::from);
        Ok(ServedSchool { school, catchment, in_school_provider })
    }
}

impl From<(Model, Option<organisations::Model>)> for CatchmentOn {
    fn from((catchment, provider): (Model, Option<organisations::Model>)) -> Self {
        Self { catchment, provider }
    }
}

impl From<(schools::Model, Option<organisations::Model>)> for MemberSchool {
    fn from((school, in_school_provider): (schools::Model, Option<organisations::Model>)) -> Self {
        Self { school, in_school_provider }
    }
}

/// For `IN (…)`: the id of the catchment with that code.
pub(crate) fn with_code(code: &str) -> SelectStatement {
    Entity::find().select_only().column(Column::Id).filter(Column::Code.eq(code)).into_query()
}

fn with_provider(found: Select<Entity>, on: NaiveDate) -> SelectTwo<Entity, organisations::Entity> {
    let contract = Entity::belongs_to(contract::Entity)
        .from(Column::Id)
        .to(contract::Column::CatchmentId)
        .on_condition(move |_, _| contract::on(on))
        .into();
    let provider = contract::Entity::belongs_to(organisations::Entity)
        .from(contract::Column::ProviderId)
        .to(organisations::Column::Id)
        .into();
    found
        .join(JoinType::LeftJoin, contract)
        .join(JoinType::LeftJoin, provider)
        .select_also(organisations::Entity)
}

fn with_own_team(
    found: Select<schools::Entity>,
    on: NaiveDate,
) -> SelectTwo<schools::Entity, organisations::Entity> {
    let team = provision::Entity::belongs_to(organisations::Entity)
        .from(provision::Column::ProviderId)
        .to(organisations::Column::Id)
        .into();
    found
        .join(JoinType::LeftJoin, schools::routing::schools_provision(on))
        .join(JoinType::LeftJoin, team)
        .select_also(organisations::Entity)
}

fn catchments_membership(on: NaiveDate) -> RelationDef {
    Entity::belongs_to(membership::Entity)
        .from(Column::Id)
        .to(membership::Column::CatchmentId)
        .on_condition(move |_, _| membership::on(on))
        .into()
}
