//! A row of `code_set`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "code_set")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub label_en: String,
    pub label_mi: String,
    /// Whether a speaker has read the labels in te reo Māori, those of the codes too.
    pub mi_reviewed: bool,
    /// The publisher, or `ours`.
    pub source: String,
    /// Counts every change of the set and its codes.
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
