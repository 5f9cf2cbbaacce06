//! A row of `sibling`.

use ascms_domain::ids::{StudentId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sibling")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub first_student_id: StudentId,
    pub second_student_id: StudentId,
    pub declared_at: DateTime<Utc>,
    pub declared_by: UserId,
    pub ended_at: Option<DateTime<Utc>>,
    pub ended_by: Option<UserId>,
}

impl ActiveModelBehavior for ActiveModel {}
