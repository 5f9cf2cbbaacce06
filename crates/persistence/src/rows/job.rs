//! A row of `job`.

use ascms_domain::ids::{JobId, UserId};
use ascms_domain::jobs::{JobFailure, JobKind, JobState};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JobId,
    pub kind: JobKind,
    /// What is to be made, as the kind writes it.
    #[sea_orm(column_type = "JsonBinary")]
    pub asked: Json,
    pub ordered_by: UserId,
    pub ordered_at: DateTime<Utc>,
    /// What the person reached when they ordered it.
    pub reach: String,
    /// The request that ordered it, which reads on its behalf name too.
    pub request_id: Uuid,
    pub state: JobState,
    pub failure: Option<JobFailure>,
    /// Where the next part begins.
    pub after: Option<String>,
    pub parts: i32,
    pub lines: i32,
    pub bytes: i64,
    /// How often the next part was tried.
    pub attempts: i32,
    /// Until then a server is at it.
    pub claimed_until: Option<DateTime<Utc>>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
