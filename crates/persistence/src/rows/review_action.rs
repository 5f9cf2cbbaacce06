//! A row of `review_action`: what was agreed in a performance review.

use ascms_domain::ids::{RegisterEntryId, ReviewActionId, ReviewFindingId, UserId};
use ascms_domain::performance_reviews::ReviewActionStatus;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "review_action")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReviewActionId,
    pub entry_id: RegisterEntryId,
    /// The finding of the same review that it answers.
    pub finding_id: Option<ReviewFindingId>,
    pub action: String,
    /// The role that sees to it.
    pub owner: String,
    pub due_on: NaiveDate,
    pub status: ReviewActionStatus,
    pub status_since: DateTime<Utc>,
    pub status_by: UserId,
    /// Why it was dropped.
    pub reason: Option<String>,
    pub agreed_at: DateTime<Utc>,
    pub agreed_by: UserId,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
