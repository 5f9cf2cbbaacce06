//! A row of `plan`.

use ascms_domain::ids::{CaseId, PlanId, UserId};
use ascms_domain::plans::Goal;
use ascms_domain::text::Line;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct People(pub Vec<Line>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Goals(pub Vec<Goal>);

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "plan")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PlanId,
    pub case_id: CaseId,
    #[sea_orm(column_type = "JsonBinary")]
    pub goals: Goals,
    /// With whom, as they would be addressed.
    #[sea_orm(column_type = "JsonBinary")]
    pub agreed_with: People,
    pub agreed_on: NaiveDate,
    pub next_review_on: Option<NaiveDate>,
    pub made_by: UserId,
    pub made_at: DateTime<Utc>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
