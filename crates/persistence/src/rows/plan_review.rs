//! The reviews of a plan: added, never changed.

use ascms_domain::ids::{PlanId, ReviewId, UserId};
use ascms_domain::plans::ReviewOutcome;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "plan_review")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReviewId,
    pub plan_id: PlanId,
    pub outcome: ReviewOutcome,
    #[sea_orm(column_name = "words")]
    pub comment: String,
    pub next_review_on: Option<NaiveDate>,
    pub reviewed_by: UserId,
    pub reviewed_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
