//! The codes of the code sets.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "code")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code_set: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub label_en: String,
    /// `None` where the publisher gives none.
    pub label_mi: Option<String>,
    /// The code of the group that it belongs to.
    pub parent: Option<String>,
    /// The order in which forms show the codes of a set, from 1.
    pub position: i32,
    pub valid_from: Option<NaiveDate>,
    /// The last day.
    pub valid_to: Option<NaiveDate>,
}

impl ActiveModelBehavior for ActiveModel {}
