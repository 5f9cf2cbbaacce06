//! Students whose identity intake could not settle: a person looks, nothing is guessed.

use ascms_domain::access::Grant;
use ascms_domain::ids::{MatchReviewId, StudentId, StudentMergeId, UserId};
use ascms_domain::match_reviews::{Finding, MatchReviewStatus, ReviewError, settle};
use ascms_domain::matching::ScoredCandidate;
use ascms_domain::merges::MergeError;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{SelectStatement, UnionType};
use sea_orm::{Condition, FromJsonQueryResult, QuerySelect, QueryTrait};
use serde::{Deserialize, Serialize};

use super::merge::{self, MergeRefusal};
use super::{StudentFile, record};
use crate::audit::{self, Subject};
use crate::call::About;
use crate::events::{self, Event};
use crate::idempotency::{Answer, Shown};
use crate::page::{Page, PageRequest};
use crate::position::{self, Position};
use crate::turns::Topic;
use crate::{Almanac, Call, CallError, DatabaseTransaction, Store, StoreError, referrals};

pub mod settlement;

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

/// A review with the record that was made of what was sent.
#[derive(Clone, Debug)]
pub struct ReviewRow {
    pub review: Model,
    pub sent: record::Model,
    pub settlement: Option<settlement::Model>,
}

/// A review with both sides: who was sent, and who it might be.
#[derive(Clone, Debug)]
pub struct ReviewFile {
    pub review: Model,
    /// The record that was made of what was sent; its own row, also when it was joined since.
    pub sent: StudentFile,
    /// In the order of the review. None: the student is out of the caller's reach.
    pub candidates: Vec<(ScoredCandidate, Option<StudentFile>)>,
    pub settlement: Option<settlement::Model>,
}

/// Why a review was not settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettleRefusal {
    #[error(transparent)]
    Review(#[from] ReviewError),
    #[error(transparent)]
    Merge(#[from] MergeRefusal),
}

impl Store {
    /// The reviews that changed after a position, as a subquery. One is made with its referral, and
    /// has no event of its own until it is settled.
    fn reviews_changed(&self, after: &Position) -> SelectStatement {
        let backend = self.read.get_database_backend();
        let with_referral = referrals::Entity::find()
            .select_only()
            .column(referrals::Column::MatchReviewId)
            .filter(referrals::Column::MatchReviewId.is_not_null())
            .filter(
                referrals::Column::Id.in_subquery(position::changed(backend, "referral", after)),
            )
            .into_query();
        let mut own = position::changed(backend, "match_review", after);
        own.union(UnionType::Distinct, with_referral).to_owned()
    }

    /// The reviews of students within reach, newest first.
    pub async fn match_reviews(
        &self,
        grant: &Grant,
        (status, changed_after): (Option<MatchReviewStatus>, Option<&Position>),
        page: PageRequest<MatchReviewId>,
        now: DateTime<Utc>,
    ) -> Result<Page<ReviewRow, MatchReviewId>, StoreError> {
        let changed =
            changed_after.map(|after| Column::Id.in_subquery(self.reviews_changed(after)));
        let fits = Condition::all()
            .add_option(status.map(|status| Column::Status.eq(status)))
            .add_option(changed);
        let fitting = within(grant).filter(fits);
        let total = page.total(&fitting, &self.read).await?;
        let query = page.newest_first(fitting, Column::Id);
        let found = page.cut(query.all(&self.read).await?, |row| row.id);
        let Page { items, next, .. } = found;
        let items = beside(&self.read, items).await?;
        let ids = items.iter().flat_map(|row| [row.review.id.0, row.sent.id.0]).collect();
        let subject = Subject::many("match_review", ids);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(Page { items, next, total })
    }

    /// One review with both sides.
    pub async fn match_review(
        &self,
        grant: &Grant,
        id: MatchReviewId,
        now: DateTime<Utc>,
    ) -> Result<ReviewFile, StoreError> {
        let review = within(grant).filter(Column::Id.eq(id)).one(&self.read).await?;
        let file = file(&self.read, grant, review.ok_or(StoreError::NotFound)?).await?;
        self.read_log.record(audit::allowed(grant, file.subject(), now)).await?;
        Ok(file)
    }

    /// Writes down what a person found, and joins the records when they are one student's.
    pub async fn settle_match_review(
        &self,
        call: &Call<'_>,
        id: MatchReviewId,
        finding: Finding,
        reason: &str,
        render: impl FnOnce(&ReviewFile) -> Answer,
    ) -> Result<Answer, CallError<SettleRefusal>> {
        let almanac = self.almanac().await?;
        self.carry_out_on(Topic::Joining, (call, About::Review(id)), async |txn| {
            let Call { grant, now, .. } = *call;
            let review = within(grant).filter(Column::Id.eq(id)).lock_exclusive().one(txn).await?;
            let mut review = review.ok_or(StoreError::NotFound)?;
            let chosen = settle(review.status, &review.candidates.0, finding).map_err(refused)?;
            let merge_id = match chosen.map(|candidate| candidate.student_id) {
                Some(candidate) => {
                    let ids = (review.student_id, candidate);
                    Some(joined(txn, call, ids, reason, &almanac).await?)
                }
                None => None,
            };
            let settled = settlement::Model {
                match_review_id: id,
                outcome: finding.outcome(),
                candidate: finding.candidate().map(i32::from),
                merge_id,
                reason: reason.to_owned(),
                settled_at: now,
                settled_by: UserId(grant.caller().id()),
            };
            settlement::Entity::insert(settlement::ActiveModel::from(settled).reset_all())
                .exec_without_returning(txn)
                .await?;
            review.status = MatchReviewStatus::Settled;
            Entity::update(ActiveModel::from(review.clone()).reset_all())
                .exec_without_returning(txn)
                .await?;
            let file = file(txn, grant, review).await?;
            audit::record(txn, audit::allowed(grant, file.subject(), now)).await?;
            events::record(txn, settled_event(grant, id), now).await?;
            Ok(render(&file).showing(file.shown()))
        })
        .await
    }
}

impl ReviewFile {
    /// Every student whom it shows.
    fn shown(&self) -> Vec<Shown> {
        let candidates = self.candidates.iter().filter_map(|(_, file)| file.as_ref());
        let all = candidates.map(|file| file.student.id).chain([self.sent.student.id]);
        all.map(Shown::Student).collect()
    }

    /// The review and every student whom it shows.
    fn subject(&self) -> Subject {
        let shown = self.candidates.iter().filter_map(|(_, file)| file.as_ref());
        let shown = shown.map(|file| file.student.id.0);
        Subject::one("match_review", self.review.id.0)
            .with([self.sent.student.id.0].into_iter().chain(shown))
    }
}

fn refused(err: impl Into<SettleRefusal>) -> CallError<SettleRefusal> {
    CallError::Refused(err.into())
}

fn settled_event(grant: &Grant, id: MatchReviewId) -> Event {
    Event {
        kind: "match_review.settled",
        subject_id: id.0,
        version: 2,
        provider_id: grant.appointment().provider,
        school_id: None,
    }
}

/// The merge by which the two are one: made now, or by somebody who was quicker.
async fn joined(
    txn: &DatabaseTransaction,
    call: &Call<'_>,
    ids: (StudentId, StudentId),
    reason: &str,
    almanac: &Almanac,
) -> Result<StudentMergeId, CallError<SettleRefusal>> {
    let (from, into) = merge::hold_both(txn, ids).await?;
    super::visible(txn, call.grant, from).await?;
    let candidate = super::seen(txn, call.grant, into).await?;
    candidate.ok_or(refused(ReviewError::UnknownCandidate))?;
    if from == into {
        let merge = merge::between(txn, ids).await?;
        return merge.ok_or(refused(MergeRefusal::Rule(MergeError::SameStudent)));
    }
    let merge = merge::join(txn, call, (from, into), reason, almanac).await;
    Ok(merge.map_err(CallError::refusal_into)?.id)
}

/// Reviews with the records that were made, and how they were settled.
async fn beside(db: &impl ConnectionTrait, rows: Vec<Model>) -> Result<Vec<ReviewRow>, StoreError> {
    let sent = merge::records(db, rows.iter().map(|row| row.student_id)).await?;
    let settled = settlement::Entity::find()
        .filter(settlement::Column::MatchReviewId.is_in(rows.iter().map(|row| row.id)))
        .all(db)
        .await?;
    let complete = |review: Model| {
        let sent = sent.iter().find(|record| record.id == review.student_id).cloned();
        let sent = sent.ok_or(StoreError::Corrupt(review.id.0))?;
        let settlement = settled.iter().find(|row| row.match_review_id == review.id).cloned();
        Ok(ReviewRow { review, sent, settlement })
    };
    rows.into_iter().map(complete).collect()
}

async fn file(
    db: &impl ConnectionTrait,
    grant: &Grant,
    review: Model,
) -> Result<ReviewFile, StoreError> {
    let id = review.id.0;
    let row = beside(db, vec![review]).await?.pop().ok_or(StoreError::Corrupt(id))?;
    let ReviewRow { review, sent, settlement } = row;
    let sent = super::whole(db, sent).await?;
    let mut candidates = Vec::with_capacity(review.candidates.0.len());
    for candidate in &review.candidates.0 {
        let file = match super::seen(db, grant, candidate.student_id).await? {
            Some(student) => Some(super::whole(db, student).await?),
            None => None,
        };
        candidates.push((candidate.clone(), file));
    }
    Ok(ReviewFile { review, sent, candidates, settlement })
}

/// One whose student is within reach.
pub(crate) async fn visible(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: MatchReviewId,
) -> Result<Model, StoreError> {
    within(grant).filter(Column::Id.eq(id)).one(db).await?.ok_or(StoreError::NotFound)
}

/// Every read of reviews starts here: whoever reaches the student, under the id that is theirs
/// now, reaches the review.
fn within(grant: &Grant) -> Select<Entity> {
    let student = merge::leads_to(Expr::col((Entity, Column::StudentId)));
    Entity::find().filter(super::reaches(grant, student))
}

/// Puts a student on the review list.
pub(crate) async fn open(
    db: &impl ConnectionTrait,
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
    Entity::insert(ActiveModel::from(row).reset_all()).exec_without_returning(db).await?;
    Ok(id)
}

/// The same, unless these candidates were put before a person with this student already. Answers with
/// the review that is open.
pub(crate) async fn open_once(
    db: &impl ConnectionTrait,
    student_id: StudentId,
    candidates: Vec<ScoredCandidate>,
    sent_nsn: Option<String>,
    now: DateTime<Utc>,
) -> Result<Option<MatchReviewId>, DbErr> {
    let before = Entity::find().filter(Column::StudentId.eq(student_id)).all(db).await?;
    let lists = |review: &&Model, id: StudentId| {
        review.candidates.0.iter().any(|candidate| candidate.student_id == id)
    };
    let same = |review: &&Model| candidates.iter().all(|one| lists(review, one.student_id));
    if let Some(review) = before.iter().find(same) {
        return Ok((review.status == MatchReviewStatus::Open).then_some(review.id));
    }
    open(db, student_id, candidates, sent_nsn, now).await.map(Some)
}
