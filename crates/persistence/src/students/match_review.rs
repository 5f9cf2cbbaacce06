//! Students whose identity intake could not settle: a person looks, nothing is guessed.

use ascms_domain::ids::{MatchReviewId, StudentId};
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
    pub status: String,
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// Puts a student on the review list.
pub(crate) async fn open(
    db: &impl ConnectionTrait,
    student_id: StudentId,
    candidates: Vec<ScoredCandidate>,
    now: DateTime<Utc>,
) -> Result<MatchReviewId, DbErr> {
    let row = Model {
        id: MatchReviewId::generate(),
        student_id,
        candidates: Candidates(candidates),
        status: "open".to_owned(),
        created_at: now,
    };
    let id = row.id;
    Entity::insert(ActiveModel::from(row).reset_all()).exec_without_returning(db).await?;
    Ok(id)
}
