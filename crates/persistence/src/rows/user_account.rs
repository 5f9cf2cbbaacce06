//! A person who signs in.

use ascms_domain::ids::UserId;
use ascms_domain::organisations::AccountStatus;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "user_account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    pub issuer: String,
    pub subject: String,
    pub name: String,
    pub email: Option<String>,
    pub status: AccountStatus,
    /// Without it no provider role works.
    pub training_completed_on: Option<NaiveDate>,
}

impl ActiveModelBehavior for ActiveModel {}
