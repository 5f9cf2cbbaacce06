//! What a person found of an unclear match; a review has one at the most.

use ascms_domain::ids::{MatchReviewId, StudentMergeId, UserId};
use ascms_domain::match_reviews::MatchOutcome;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "match_settlement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub match_review_id: MatchReviewId,
    pub outcome: MatchOutcome,
    /// The number of the candidate, counted from 1.
    pub candidate: Option<i32>,
    /// The merge that made them one.
    pub merge_id: Option<StudentMergeId>,
    pub reason: String,
    pub settled_at: DateTime<Utc>,
    pub settled_by: UserId,
}

impl ActiveModelBehavior for ActiveModel {}
