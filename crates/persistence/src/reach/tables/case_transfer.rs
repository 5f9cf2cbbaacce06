//! A row of `case_transfer`.

use ascms_domain::ids::{CaseId, ProviderId, SchoolId, TransferId, UserId};
use ascms_domain::transfers::TransferStatus;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "case_transfer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TransferId,
    pub case_id: CaseId,
    pub school_id: SchoolId,
    pub from_provider_id: ProviderId,
    pub to_provider_id: ProviderId,
    pub status: TransferStatus,
    pub reason: String,
    pub requested_by: UserId,
    pub requested_at: DateTime<Utc>,
    pub decided_by: Option<UserId>,
    pub decided_at: Option<DateTime<Utc>>,
    #[sea_orm(column_name = "words")]
    pub comment: Option<String>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
