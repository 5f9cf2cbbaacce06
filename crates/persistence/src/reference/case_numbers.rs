//! Case numbers: one after the other within a year, without gaps, unless a backup was restored.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::ActiveValue::Set;
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};

use crate::rows::case_number::{ActiveModel, Column, Entity};
use crate::store::transaction::DatabaseTransaction;

/// More than the cases that are opened between two notes of the highest number.
const GAP: i32 = 1_000;

/// The next number of the year, `AS-2026-000123`. The year's row stays locked until the commit,
/// so that a number that was given is a number that is used.
pub(crate) async fn next(txn: &DatabaseTransaction, year: i32) -> Result<String, DbErr> {
    let one_more = OnConflict::column(Column::Year)
        .value(Column::Last, Expr::col((Entity, Column::Last)).add(1))
        .to_owned();
    let row = Entity::insert(ActiveModel { year: Set(year), last: Set(1) })
        .on_conflict(one_more)
        .exec_with_returning(txn)
        .await?;
    Ok(format!("AS-{year}-{:06}", row.last))
}

/// The highest number of each year.
pub(crate) async fn highest(db: &impl ConnectionTrait) -> Result<BTreeMap<i32, i32>, DbErr> {
    let rows = Entity::find().all(db).await?;
    Ok(rows.into_iter().map(|row| (row.year, row.last)).collect())
}

/// Goes on well behind every number that may have been given out: letters name the numbers that a
/// restored backup does not know. `seen` is what was noted elsewhere.
pub(crate) async fn leave_gap(
    txn: &DatabaseTransaction,
    seen: &BTreeMap<i32, i32>,
    this_year: i32,
) -> Result<(), DbErr> {
    let own = highest(txn).await?;
    let years: BTreeSet<i32> = own.keys().chain(seen.keys()).copied().chain([this_year]).collect();
    for year in years {
        let last = [own.get(&year), seen.get(&year)].into_iter().flatten().max();
        let last = last.copied().unwrap_or(0).saturating_add(GAP);
        let forward = OnConflict::column(Column::Year).update_column(Column::Last).to_owned();
        Entity::insert(ActiveModel { year: Set(year), last: Set(last) })
            .on_conflict(forward)
            .exec_without_returning(txn)
            .await?;
    }
    Ok(())
}
