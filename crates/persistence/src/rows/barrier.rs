//! A row of `barrier`.

use ascms_domain::barriers::{BarrierMove, BarrierStatus, Severity};
use ascms_domain::ids::{BarrierId, CaseId, UserId};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Moves(pub Vec<BarrierMove>);

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "barrier")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BarrierId,
    pub case_id: CaseId,
    /// Code of the set `barriers`.
    pub code: String,
    pub severity: Severity,
    pub status: BarrierStatus,
    /// The provider's own words.
    #[sea_orm(column_name = "words")]
    pub comment: Option<String>,
    pub identified_on: NaiveDate,
    pub resolved_on: Option<NaiveDate>,
    /// Every move of its status, the earliest first.
    #[sea_orm(column_type = "JsonBinary")]
    pub moves: Moves,
    pub recorded_by: UserId,
    pub recorded_at: DateTime<Utc>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
