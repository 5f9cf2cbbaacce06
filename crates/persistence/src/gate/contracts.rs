//! The contract that a change is made on, locked; and the one by which a case is worked on.

use ascms_domain::access::Grant;
use ascms_domain::contracts::ContractStatus;
use ascms_domain::ids::{ContractId, ProviderId, SchoolId};
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{SelectStatement, SimpleExpr};
use sea_orm::{Condition, ExprTrait, QueryOrder, QuerySelect, QueryTrait};

use crate::reach::contracts::within;
use crate::reach::rows::attendance_case;
use crate::rows::contract::{Column, Entity, Model};
use crate::rows::{catchment_school, contract_catchment, contract_year, lifecycle};
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;

/// A contract within reach, locked until the end of the change.
pub(crate) async fn locked(
    txn: &DatabaseTransaction,
    grant: &Grant,
    id: ContractId,
) -> Result<Model, StoreError> {
    let one = within(grant).filter(Column::Id.eq(id)).lock_exclusive();
    one.one(txn).await?.ok_or(StoreError::NotFound)
}

/// A contract within reach.
pub(crate) async fn visible(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: ContractId,
) -> Result<Model, StoreError> {
    within(grant).filter(Column::Id.eq(id)).one(db).await?.ok_or(StoreError::NotFound)
}

/// What a contract pays in a calendar year; none where the Ministry has not set it.
pub(crate) async fn year(
    db: &impl ConnectionTrait,
    id: ContractId,
    year: i32,
) -> Result<Option<contract_year::Model>, DbErr> {
    contract_year::Entity::find_by_id((id, year)).one(db).await
}

/// The contract by which an organisation works for a school on a day: that of the school's own team, else
/// that of the school's catchment, else the newest of the organisation's. It is read for a rule and shown
/// to nobody.
pub(crate) async fn of_case(
    db: &impl ConnectionTrait,
    organisation: ProviderId,
    school: SchoolId,
    day: NaiveDate,
) -> Result<Option<Model>, DbErr> {
    worked_by(Expr::value(organisation), Expr::value(school), day).one(db).await
}

/// The approval policy of that contract of the case at hand, as a subquery.
pub(crate) fn policy_of_case(day: NaiveDate) -> SelectStatement {
    let of = |column: attendance_case::Column| Expr::col(column.as_column_ref());
    let organisation = of(attendance_case::Column::ProviderId);
    worked_by(organisation, of(attendance_case::Column::SchoolId), day)
        .select_only()
        .column(Column::ApprovalPolicy)
        .into_query()
}

fn worked_by(organisation: SimpleExpr, school: SimpleExpr, day: NaiveDate) -> Select<Entity> {
    let contract = |column: Column| Expr::col((Entity, column));
    let own_team = contract(Column::SchoolId).eq(school.clone());
    let mut catchments = catchment_school::Entity::find()
        .select_only()
        .column(catchment_school::Column::CatchmentId)
        .filter(catchment_school::on(day))
        .into_query();
    catchments.and_where(
        Expr::col((catchment_school::Entity, catchment_school::Column::SchoolId)).eq(school),
    );
    let mut covering = contract_catchment::Entity::find()
        .select_only()
        .expr(Expr::value(1))
        .filter(contract_catchment::Column::CatchmentId.in_subquery(catchments))
        .into_query();
    covering.and_where(
        Expr::col((contract_catchment::Entity, contract_catchment::Column::ContractId))
            .equals((Entity, Column::Id)),
    );
    let number = |one: i32| SimpleExpr::Constant(one.into());
    let first_where =
        |fits: SimpleExpr| -> SimpleExpr { Expr::case(fits, number(0)).finally(number(1)).into() };
    Entity::find()
        .filter(contract(Column::OrganisationId).eq(organisation))
        .filter(lifecycle::is((Entity, Column::Status), ContractStatus::is_active))
        .filter(Column::StartsOn.lte(day))
        .filter(Condition::any().add(Column::EndsOn.is_null()).add(Column::EndsOn.gte(day)))
        .order_by_asc(first_where(own_team))
        .order_by_asc(first_where(Expr::exists(covering)))
        .order_by_desc(Column::StartsOn)
        .order_by_desc(Column::Id)
        .limit(1)
}
