//! A row of `idempotency_key`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub caller_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub fingerprint: String,
    pub created_at: DateTime<Utc>,
    pub status: Option<i32>,
    pub location: Option<String>,
    pub etag: Option<String>,
    pub body: Option<String>,
    /// What the caller reached when the answer was kept, and what else the answer rests on.
    pub reach: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
