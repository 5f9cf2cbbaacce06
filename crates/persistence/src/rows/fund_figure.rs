//! A row of `fund_figure`: what was spent in a month on a category for a school's students.

use ascms_domain::ids::{FundId, SchoolId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "fund_figure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub fund_id: FundId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub category: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub school_id: SchoolId,
    /// Spent, less what came back.
    pub cents: i64,
    /// How many entries of the ledger that is the sum of.
    pub entries: i64,
}

impl ActiveModelBehavior for ActiveModel {}
