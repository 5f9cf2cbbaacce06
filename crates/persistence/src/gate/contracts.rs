//! The contract that a change is made on, locked; and the one by which a case is worked on.

use ascms_domain::access::Grant;
use ascms_domain::contracts::{ContractKind, ContractStatus};
use ascms_domain::ids::{ContractId, ProviderId, SchoolId};
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, ExprTrait, QueryOrder, QuerySelect, QueryTrait};

use crate::reach::contracts::within;
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
    let in_force = Entity::find()
        .filter(Column::OrganisationId.eq(organisation))
        .filter(lifecycle::is((Entity, Column::Status), ContractStatus::is_active))
        .filter(Column::StartsOn.lte(day))
        .filter(Condition::any().add(Column::EndsOn.is_null()).add(Column::EndsOn.gte(day)))
        .order_by_desc(Column::StartsOn)
        .order_by_desc(Column::Id);
    let rows = in_force.all(db).await?;
    if let Some(own_team) = rows.iter().find(|row| row.school_id == Some(school)) {
        return Ok(Some(own_team.clone()));
    }
    if rows.len() < 2 {
        return Ok(rows.into_iter().next());
    }
    let catchments = catchment_school::Entity::find()
        .select_only()
        .column(catchment_school::Column::CatchmentId)
        .filter(catchment_school::Column::SchoolId.eq(school))
        .filter(catchment_school::on(day))
        .into_query();
    let covers = contract_catchment::Entity::find()
        .filter(contract_catchment::Column::ContractId.is_in(rows.iter().map(|row| row.id)))
        .filter(contract_catchment::Column::CatchmentId.in_subquery(catchments))
        .one(db)
        .await?;
    let covering = covers.map(|covers| covers.contract_id);
    let found = rows.iter().find(|row| Some(row.id) == covering);
    let other = || rows.iter().find(|row| row.kind == ContractKind::Catchment);
    Ok(found.or_else(other).or(rows.first()).cloned())
}
