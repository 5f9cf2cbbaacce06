//! How jobs are done: a part at a time, each kept with how far the job has come, so that whoever is
//! killed leaves it where it is for the next server. What a part is made of is the caller's.

use ascms_domain::access::{Action, Caller, Grant};
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::JobId;
use ascms_domain::jobs::{JobFailure, JobKind, JobState, KEPT_FOR, MOST_ATTEMPTS, MOST_LINES};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect};

use crate::rows::job::{ActiveModel, Column, Entity, Model};
use crate::rows::job_part;
use crate::store::dialect;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;
use crate::{Store, reach};

/// No part takes so long: a server that claimed one and has not kept it by then is gone.
const CLAIMED_FOR: TimeDelta = TimeDelta::minutes(2);

/// A job whose next part is this server's to make.
#[derive(Clone, Debug)]
pub struct Claim {
    pub job: Model,
    /// What the person who ordered it may have.
    pub grant: Grant,
}

/// The next part of a result.
#[derive(Clone, Debug)]
pub struct Made {
    /// Whole lines.
    pub body: String,
    pub lines: usize,
    /// Where the part after it begins; `None` of the last one.
    pub after: Option<String>,
}

impl Store {
    /// The oldest job that nobody is at; `None` when there is none.
    ///
    /// One that its person may no longer have, or that fails again and again, ends here instead.
    pub async fn claim_job(&self, now: DateTime<Utc>) -> Result<Option<Claim>, StoreError> {
        // Nearly always there is nothing: found out without the lock of a write.
        while due(now).one(&self.read).await?.is_some() {
            let txn = self.begin().await?;
            let Some(row) = dialect::skip_locked(due(now)).one(&txn).await? else {
                return Ok(None);
            };
            let job = Model {
                state: JobState::Running,
                attempts: row.attempts + 1,
                started_at: row.started_at.or(Some(now)),
                claimed_until: Some(now + CLAIMED_FOR),
                ..row
            };
            let failure = match self.allowed(&job, now).await? {
                _ if job.attempts > MOST_ATTEMPTS => JobFailure::KeptFailing,
                None => JobFailure::NotAllowed,
                Some(grant) => {
                    set(&txn, &job).await?;
                    txn.commit().await?;
                    return Ok(Some(Claim { job, grant }));
                }
            };
            failed(&txn, job, failure, now).await?;
            txn.commit().await?;
        }
        Ok(None)
    }

    /// Keeps a part, and with the last one ends the job. Does nothing when the job was cancelled
    /// meanwhile, or taken up by another server.
    pub async fn keep_part(
        &self,
        claim: Claim,
        made: Made,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let txn = self.begin().await?;
        let Some(job) = still_claimed(&txn, &claim).await? else { return Ok(()) };
        let lines = job.lines.saturating_add(i32::try_from(made.lines).unwrap_or(i32::MAX));
        if lines > MOST_LINES {
            failed(&txn, job, JobFailure::TooLarge, now).await?;
            return txn.commit().await;
        }
        let bytes = i64::try_from(made.body.len()).unwrap_or(i64::MAX);
        let piece = job_part::Model { job_id: job.id, position: job.parts, body: made.body };
        whole_row::insert(&txn, job_part::ActiveModel::from(piece)).await?;
        let is_last = made.after.is_none();
        let job = Model {
            state: JobState::after_part(is_last),
            after: made.after,
            parts: job.parts + 1,
            lines,
            bytes: job.bytes.saturating_add(bytes),
            attempts: 0,
            claimed_until: None,
            finished_at: is_last.then_some(now),
            ..job
        };
        set(&txn, &job).await?;
        txn.commit().await
    }

    /// Forgets the jobs that ended long enough ago, with what they made; answers how many.
    pub async fn forget_old_jobs(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let txn = self.begin().await?;
        let old: Vec<JobId> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::FinishedAt.lt(now - KEPT_FOR))
            .limit(100)
            .into_tuple()
            .all(&txn)
            .await?;
        forget_parts(&txn, &old).await?;
        let gone = Entity::delete_many().filter(Column::Id.is_in(old)).exec(&txn).await?;
        txn.commit().await?;
        Ok(gone.rows_affected)
    }

    /// What the person who ordered a job may have of it today; `None` when that is not what they
    /// could have when they ordered it.
    async fn allowed(&self, job: &Model, now: DateTime<Utc>) -> Result<Option<Grant>, StoreError> {
        let action = match job.kind {
            JobKind::MeasureRows => Action::ReadMeasures,
            JobKind::PerformanceReviews => Action::ConductPerformanceReviews,
        };
        let caller = Caller::User(job.ordered_by);
        let granted = self.granted_to(caller, action, job.request_id, nz_date(now)).await?;
        Ok(granted.filter(|grant| reach_of(grant) == job.reach))
    }
}

fn due(now: DateTime<Utc>) -> Select<Entity> {
    let free =
        Condition::any().add(Column::ClaimedUntil.is_null()).add(Column::ClaimedUntil.lte(now));
    // A constant, so that the partial index serves it.
    let unfinished = Entity::find().filter(Expr::cust("finished_at IS NULL"));
    unfinished.filter(free).order_by_asc(Column::Id).limit(1)
}

async fn still_claimed(txn: &DatabaseTransaction, claim: &Claim) -> Result<Option<Model>, DbErr> {
    let row = Entity::find_by_id(claim.job.id).lock_exclusive().one(txn).await?;
    let same = |row: &Model| {
        let Model { state, claimed_until, parts, .. } = &claim.job;
        (row.state, row.claimed_until, row.parts) == (*state, *claimed_until, *parts)
    };
    Ok(row.filter(same))
}

async fn failed(
    txn: &DatabaseTransaction,
    job: Model,
    failure: JobFailure,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let job = Model { state: JobState::Failed, failure: Some(failure), ..job };
    ended(txn, job, now).await?;
    Ok(())
}

/// Ends a job of which nothing is to be fetched.
pub(super) async fn ended(
    txn: &DatabaseTransaction,
    job: Model,
    now: DateTime<Utc>,
) -> Result<Model, DbErr> {
    forget_parts(txn, &[job.id]).await?;
    let job =
        Model { claimed_until: None, finished_at: Some(now), parts: 0, lines: 0, bytes: 0, ..job };
    set(txn, &job).await?;
    Ok(job)
}

async fn forget_parts(txn: &DatabaseTransaction, jobs: &[JobId]) -> Result<(), DbErr> {
    let of_jobs = job_part::Column::JobId.is_in(jobs.iter().copied());
    job_part::Entity::delete_many().filter(of_jobs).exec(txn).await?;
    Ok(())
}

async fn set(txn: &DatabaseTransaction, job: &Model) -> Result<(), DbErr> {
    whole_row::update(txn, ActiveModel::from(job.clone())).await?;
    Ok(())
}

/// A reach in words that are the same for the same reach. The parts of what a person may see are
/// in no order.
pub(crate) fn reach_of(grant: &Grant) -> String {
    reach::in_words(grant).join(" ")
}
