//! A row of `whanau_contact`.

use ascms_domain::ids::{StudentId, WhanauContactId};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "whanau_contact")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WhanauContactId,
    pub student_id: StudentId,
    pub name: String,
    pub relationship: String,
    pub phone: Option<String>,
    pub other_phone: Option<String>,
    pub email: Option<String>,
    pub address: Option<String>,
    pub preferred_language: Option<String>,
    /// The day on which somebody last made sure that these details are right.
    pub confirmed_on: Option<NaiveDate>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
