//! A row of `protected_address_reader`.

use ascms_domain::ids::{AddressReaderId, ProviderId, StudentId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "protected_address_reader")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AddressReaderId,
    pub student_id: StudentId,
    pub user_id: UserId,
    pub provider_id: ProviderId,
    pub named_at: DateTime<Utc>,
    pub named_by: UserId,
    pub ended_at: Option<DateTime<Utc>>,
    pub ended_by: Option<UserId>,
}

impl ActiveModelBehavior for ActiveModel {}
