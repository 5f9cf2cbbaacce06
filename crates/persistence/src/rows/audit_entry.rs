//! A row of `audit_entry`.

use ascms_domain::access::Role;
use ascms_domain::ids::{ProviderId, SchoolId};
use chrono::{DateTime, Utc};
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// The rows that one call touched besides the one it was about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Ids(pub Vec<Uuid>);

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entry")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub at: DateTime<Utc>,
    pub caller_kind: String,
    pub caller_id: Option<Uuid>,
    pub provider_id: Option<ProviderId>,
    pub school_id: Option<SchoolId>,
    pub role: Option<Role>,
    pub action: String,
    pub decision: String,
    pub rule: Option<String>,
    pub subject_kind: String,
    pub subject_id: Option<Uuid>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub further_ids: Option<Ids>,
    pub request_id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
