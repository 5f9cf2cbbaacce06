//! A row of `schema_compatibility`.

use sea_orm::entity::prelude::*;

/// What each migration asks of a program that does not know it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "schema_compatibility")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub migration: String,
    pub needs: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
