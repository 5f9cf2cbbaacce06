//! A row of `match_review`.

use ascms_domain::ids::{MatchReviewId, StudentId};
use ascms_domain::match_reviews::MatchReviewStatus;
use ascms_domain::matching::ScoredCandidate;
use chrono::{DateTime, Utc};
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Candidates(pub Vec<ScoredCandidate>);

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "match_review")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MatchReviewId,
    pub student_id: StudentId,
    #[sea_orm(column_type = "JsonBinary")]
    pub candidates: Candidates,
    pub status: MatchReviewStatus,
    pub created_at: DateTime<Utc>,
    /// The number that came with the student: it stays with whom it is known to mean.
    pub sent_nsn: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
