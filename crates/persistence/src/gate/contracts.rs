//! The contract that a change is made on, locked; and the one by which a case is worked on.

use ascms_domain::access::Grant;
use ascms_domain::contracts::ContractStatus;
use ascms_domain::ids::{ContractId, ProviderId, SchoolId};
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Func, SimpleExpr, SubQueryStatement};
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
    for select in in_turn(&Expr::value(organisation), &Expr::value(school), day) {
        if let Some(found) = select.one(db).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The approval policy of that contract of the case at hand, as an expression.
pub(crate) fn policy_of_case(day: NaiveDate) -> SimpleExpr {
    let of = |column: attendance_case::Column| Expr::col(column.as_column_ref());
    let organisation = of(attendance_case::Column::ProviderId);
    let school = of(attendance_case::Column::SchoolId);
    let policies = in_turn(&organisation, &school, day).map(|select| {
        let policy = select.select_only().column(Column::ApprovalPolicy).into_query();
        SimpleExpr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(policy)))
    });
    Func::coalesce(policies).into()
}

/// The contracts in force of an organisation, of which the first that is there counts. They stand apart,
/// since SQLite orders no subquery by what is outside of it.
fn in_turn(organisation: &SimpleExpr, school: &SimpleExpr, day: NaiveDate) -> [Select<Entity>; 3] {
    let contract = |column: Column| Expr::col((Entity, column));
    let mut catchments = catchment_school::Entity::find()
        .select_only()
        .column(catchment_school::Column::CatchmentId)
        .filter(catchment_school::on(day))
        .into_query();
    catchments.and_where(
        Expr::col((catchment_school::Entity, catchment_school::Column::SchoolId))
            .eq(school.clone()),
    );
    let covering = contract_catchment::Entity::find()
        .select_only()
        .column(contract_catchment::Column::ContractId)
        .filter(contract_catchment::Column::CatchmentId.in_subquery(catchments))
        .into_query();
    let in_force = Entity::find()
        .filter(contract(Column::OrganisationId).eq(organisation.clone()))
        .filter(lifecycle::is((Entity, Column::Status), ContractStatus::is_active))
        .filter(Column::StartsOn.lte(day))
        .filter(Condition::any().add(Column::EndsOn.is_null()).add(Column::EndsOn.gte(day)))
        .order_by_desc(Column::StartsOn)
        .order_by_desc(Column::Id)
        .limit(1);
    [
        in_force.clone().filter(contract(Column::SchoolId).eq(school.clone())),
        in_force.clone().filter(Column::Id.in_subquery(covering)),
        in_force,
    ]
}
