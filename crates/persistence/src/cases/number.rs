//! Case numbers: one after the other within a year, without gaps.

use sea_orm::ActiveValue::Set;
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};

use crate::DatabaseTransaction;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "case_number")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    pub last: i32,
}

impl ActiveModelBehavior for ActiveModel {}

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
