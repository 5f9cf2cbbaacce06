//! Putting an unclear match before a person.

use ascms_domain::ids::{MatchReviewId, StudentId};
use ascms_domain::match_reviews::MatchReviewStatus;
use ascms_domain::matching::ScoredCandidate;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::rows::match_review::{ActiveModel, Candidates, Column, Entity, Model};
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;

/// Puts a student on the review list.
pub(crate) async fn open(
    txn: &DatabaseTransaction,
    student_id: StudentId,
    candidates: Vec<ScoredCandidate>,
    sent_nsn: Option<String>,
    now: DateTime<Utc>,
) -> Result<MatchReviewId, DbErr> {
    let row = Model {
        id: MatchReviewId::generate(),
        student_id,
        candidates: Candidates(candidates),
        status: MatchReviewStatus::Open,
        created_at: now,
        sent_nsn,
    };
    let id = row.id;
    whole_row::insert(txn, ActiveModel::from(row)).await?;
    Ok(id)
}

/// The same, unless these candidates were put before a person with this student already. Answers with
/// the review that is open.
pub(crate) async fn open_once(
    txn: &DatabaseTransaction,
    student_id: StudentId,
    candidates: Vec<ScoredCandidate>,
    sent_nsn: Option<String>,
    now: DateTime<Utc>,
) -> Result<Option<MatchReviewId>, DbErr> {
    let before = Entity::find().filter(Column::StudentId.eq(student_id)).all(txn).await?;
    let lists = |review: &&Model, id: StudentId| {
        review.candidates.0.iter().any(|candidate| candidate.student_id == id)
    };
    let same = |review: &&Model| candidates.iter().all(|one| lists(review, one.student_id));
    if let Some(review) = before.iter().find(same) {
        return Ok(review.status.is_open().then_some(review.id));
    }
    open(txn, student_id, candidates, sent_nsn, now).await.map(Some)
}
