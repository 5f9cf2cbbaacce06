//! What a contract covers: catchments, or the school of an in-school team.

use ascms_domain::contracts::{ContractStatus, ContractTerm};
use ascms_domain::ids::{CatchmentId, ContractId, SchoolId};
use ascms_domain::text::Code;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect, QueryTrait};

use crate::features::contracts::refusal::{ContractChangeRefusal, RefusedChange, refused};
use crate::gate::write::Write;
use crate::rows::contract::{Column, Entity, Model};
use crate::rows::{catchment, contract_catchment, lifecycle, school};
use crate::store::dialect;
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;

pub(super) async fn school_of(
    write: &Write<'_>,
    number: Option<i32>,
) -> Result<SchoolId, RefusedChange> {
    let unknown = || refused(ContractChangeRefusal::UnknownSchool);
    let number = number.ok_or_else(unknown)?;
    let found = school::Entity::find().filter(school::Column::Number.eq(number));
    Ok(found.one(write.txn).await?.ok_or_else(unknown)?.id)
}

/// The catchments of these codes, in the order of the codes, each once.
pub(super) async fn catchments_of(
    write: &Write<'_>,
    codes: &[Code],
) -> Result<Vec<catchment::Model>, RefusedChange> {
    let mut codes: Vec<&str> = codes.iter().map(Code::as_str).collect();
    codes.sort_unstable();
    codes.dedup();
    let named = catchment::Column::Code.is_in(codes.iter().copied());
    let mut found = catchment::Entity::find().filter(named).all(write.txn).await?;
    if found.len() < codes.len() {
        return Err(refused(ContractChangeRefusal::UnknownCatchment));
    }
    found.sort_by(|one, other| one.code.cmp(&other.code));
    Ok(found)
}

/// A contract covers these catchments and no others.
pub(super) async fn cover(
    write: &Write<'_>,
    id: ContractId,
    catchments: &[catchment::Model],
) -> Result<(), DbErr> {
    let there = catchment_ids(write.txn, id).await?;
    let wanted: Vec<CatchmentId> = catchments.iter().map(|one| one.id).collect();
    let gone = there.iter().filter(|one| !wanted.contains(one)).copied();
    contract_catchment::Entity::delete_many()
        .filter(contract_catchment::Column::ContractId.eq(id))
        .filter(contract_catchment::Column::CatchmentId.is_in(gone))
        .exec(write.txn)
        .await?;
    for catchment_id in wanted.into_iter().filter(|one| !there.contains(one)) {
        let row = contract_catchment::Model { contract_id: id, catchment_id };
        whole_row::insert(write.txn, contract_catchment::ActiveModel::from(row)).await?;
    }
    Ok(())
}

async fn catchment_ids(
    db: &impl ConnectionTrait,
    id: ContractId,
) -> Result<Vec<CatchmentId>, DbErr> {
    let of_contract = contract_catchment::Entity::find()
        .filter(contract_catchment::Column::ContractId.eq(id))
        .order_by_asc(contract_catchment::Column::CatchmentId);
    Ok(of_contract.all(db).await?.into_iter().map(|row| row.catchment_id).collect())
}

/// The terms of the other contracts that hold a catchment or the school of this one. Whoever puts
/// another one in force meanwhile waits.
pub(super) async fn lock_others(
    txn: &DatabaseTransaction,
    row: &Model,
) -> Result<Vec<ContractTerm>, DbErr> {
    let catchments = catchment_ids(txn, row.id).await?;
    let names = catchments.iter().map(|id| format!("contracts of catchment {id}"));
    let school = row.school_id.map(|id| format!("contracts of school {id}"));
    let names: Vec<String> = names.chain(school).collect();
    if !names.is_empty() {
        dialect::lock_names(txn, &names).await?;
    }
    others(txn, row).await
}

/// The same without a lock, for a reader.
pub(super) async fn others(
    db: &impl ConnectionTrait,
    row: &Model,
) -> Result<Vec<ContractTerm>, DbErr> {
    let catchments = catchment_ids(db, row.id).await?;
    let sharing = contract_catchment::Entity::find()
        .select_only()
        .column(contract_catchment::Column::ContractId)
        .filter(contract_catchment::Column::CatchmentId.is_in(catchments))
        .into_query();
    let same_place = Condition::any()
        .add(Column::Id.in_subquery(sharing))
        .add_option(row.school_id.map(|school| Column::SchoolId.eq(school)));
    let others = Entity::find()
        .filter(Column::Id.ne(row.id))
        .filter(lifecycle::is((Entity, Column::Status), ContractStatus::holds))
        .filter(same_place)
        .all(db)
        .await?;
    Ok(others.iter().map(Model::term).collect())
}
