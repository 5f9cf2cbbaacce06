//! A row of `event`.

use ascms_domain::ids::{CaseId, ProviderId, SchoolId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub at: DateTime<Utc>,
    pub kind: String,
    pub subject_kind: String,
    pub subject_id: Uuid,
    pub subject_version: i32,
    pub provider_id: Option<ProviderId>,
    pub school_id: Option<SchoolId>,
    /// The transaction that wrote it, filled in by PostgreSQL; see [`crate::position`].
    pub committed_in: Option<i64>,
    /// The case that the change is on.
    pub case_id: Option<CaseId>,
}

impl ActiveModelBehavior for ActiveModel {}
