//! Students whose identity intake could not settle: a person looks, nothing is guessed.

use ascms_domain::access::Grant;
use ascms_domain::ids::{MatchReviewId, StudentId, StudentMergeId};
use ascms_domain::match_reviews::{Finding, MatchReviewRefusal, MatchReviewStatus, settle};
use ascms_domain::matching::ScoredCandidate;
use ascms_domain::merges::MergeRefusal;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{SelectStatement, UnionType};
use sea_orm::{Condition, QuerySelect};

use crate::features::students::file::StudentFile;
use crate::features::students::merge;
use crate::features::students::merge::refusal::MergeChangeRefusal;
use crate::gate::write::Write;
use crate::reach::match_reviews::within;
use crate::reach::rows::student;
use crate::reach::unscoped;
use crate::rows::match_review::{ActiveModel, Column, Model};
use crate::rows::match_settlement;
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::idempotency::Shown;
use crate::store::page::{Page, PageRequest};
use crate::store::position;
use crate::store::position::point::Position;
use crate::store::whole_row;
use crate::{Store, identity};

pub(crate) mod opening;

/// A review with the record that was made of what was sent.
#[derive(Clone, Debug)]
pub struct ReviewRow {
    pub review: Model,
    pub sent: student::Model,
    pub settlement: Option<match_settlement::Model>,
}

/// A review with both sides: who was sent, and who it might be.
#[derive(Clone, Debug)]
pub struct ReviewFile {
    pub review: Model,
    /// The record that was made of what was sent; its own row, also when it was joined since.
    pub sent: StudentFile,
    /// In the order of the review. None: the student is out of the caller's reach.
    pub candidates: Vec<(ScoredCandidate, Option<StudentFile>)>,
    pub settlement: Option<match_settlement::Model>,
}

/// Why a review was not settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettlementRefusal {
    #[error(transparent)]
    Review(#[from] MatchReviewRefusal),
    #[error(transparent)]
    Merge(#[from] MergeChangeRefusal),
}

/// Which reviews a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct MatchReviewFilter<'a> {
    pub status: Option<MatchReviewStatus>,
    /// Only those that changed after a position.
    pub changed_after: Option<&'a Position>,
}

impl Store {
    /// The reviews that changed after a position, as a subquery. One is made with its referral, and
    /// has no event of its own until it is settled.
    fn reviews_changed(&self, after: &Position) -> SelectStatement {
        let backend = self.read.get_database_backend();
        let referrals = position::changed(backend, "referral", after);
        let with_referral = unscoped::reviews_of_referrals(referrals);
        let mut own = position::changed(backend, "match_review", after);
        own.union(UnionType::Distinct, with_referral).to_owned()
    }

    /// The reviews of students within reach, newest first.
    pub async fn match_reviews(
        &self,
        grant: &Grant,
        MatchReviewFilter { status, changed_after }: MatchReviewFilter<'_>,
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
        let items = with_students(&self.read, items).await?;
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
}

impl Write<'_> {
    /// Writes down what a person found, and joins the records when they are one student's.
    pub async fn settle_match_review(
        &self,
        id: MatchReviewId,
        finding: Finding,
        reason: &str,
    ) -> Result<ReviewFile, CallError<SettlementRefusal>> {
        let (txn, grant, now) = (self.txn, self.grant(), self.now());
        let review = within(grant).filter(Column::Id.eq(id)).lock_exclusive().one(txn).await?;
        let mut review = review.ok_or(StoreError::NotFound)?;
        let chosen = settle(review.status, &review.candidates.0, finding).map_err(refused)?;
        let merge_id = match chosen.map(|candidate| candidate.student_id) {
            Some(candidate) => Some(joined(self, (review.student_id, candidate), reason).await?),
            None => None,
        };
        let settled = match_settlement::Model {
            match_review_id: id,
            outcome: finding.outcome(),
            candidate: finding.candidate().map(i32::from),
            merge_id,
            reason: reason.to_owned(),
            settled_at: now,
            settled_by: self.caller(),
        };
        whole_row::insert(txn, match_settlement::ActiveModel::from(settled)).await?;
        review.status = MatchReviewStatus::Settled;
        whole_row::update(txn, ActiveModel::from(review.clone())).await?;
        let file = file(txn, grant, review).await?;
        audit::record(txn, audit::allowed(grant, file.subject(), now)).await?;
        events::record(txn, settled_event(grant, id), now).await?;
        Ok(file)
    }
}

impl ReviewFile {
    /// Every student whom it shows: a retry is shown it only while its caller reaches them all.
    #[must_use]
    pub fn shown(&self) -> Vec<Shown> {
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

fn refused(err: impl Into<SettlementRefusal>) -> CallError<SettlementRefusal> {
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
    write: &Write<'_>,
    ids: (StudentId, StudentId),
    reason: &str,
) -> Result<StudentMergeId, CallError<SettlementRefusal>> {
    let &Write { txn, call, .. } = write;
    let (from, into) = identity::locks::hold_both(txn, ids).await?;
    identity::students::visible(txn, call.grant, from).await?;
    let candidate = identity::students::seen(txn, call.grant, into).await?;
    candidate.ok_or(refused(MatchReviewRefusal::UnknownCandidate))?;
    if from == into {
        let merge = identity::merges::between(txn, ids).await?;
        return merge.ok_or(refused(MergeChangeRefusal::Rule(MergeRefusal::SameStudent)));
    }
    let merge = merge::join(write, from, into, reason).await;
    Ok(merge.map_err(CallError::refusal_into)?.id)
}

/// Reviews with the records that were made, and how they were settled.
async fn with_students(
    db: &impl ConnectionTrait,
    rows: Vec<Model>,
) -> Result<Vec<ReviewRow>, StoreError> {
    let sent = identity::ties::records(db, rows.iter().map(|row| row.student_id)).await?;
    let settled = match_settlement::Entity::find()
        .filter(match_settlement::Column::MatchReviewId.is_in(rows.iter().map(|row| row.id)))
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
    let row = with_students(db, vec![review]).await?.pop().ok_or(StoreError::Corrupt(id))?;
    let ReviewRow { review, sent, settlement } = row;
    let sent = crate::features::students::file::whole(db, sent).await?;
    let mut candidates = Vec::with_capacity(review.candidates.0.len());
    for candidate in &review.candidates.0 {
        let file = match identity::students::seen(db, grant, candidate.student_id).await? {
            Some(student) => Some(crate::features::students::file::whole(db, student).await?),
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
