//! Jobs at rest. A job belongs to the person who ordered it, for as long as they reach what they
//! reached then.

use ascms_domain::access::{Caller, Grant};
use ascms_domain::ids::{JobId, UserId};
use ascms_domain::jobs::{JobKind, JobOver, JobState, MOST_UNFINISHED};
use chrono::{DateTime, Utc};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use crate::Store;
use crate::features::jobs::work::reach_of;
use crate::gate::write::Write;
use crate::rows::job::{ActiveModel, Column, Entity, Model};
use crate::store::audit::{self, Subject};
use crate::store::call::{Call, CallError};
use crate::store::dialect;
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::page::{Page, PageRequest};
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;

pub mod part;
mod work;

pub use work::{Claim, Made};

/// Why a job was not ordered, cancelled or fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobRefusal {
    #[error("{MOST_UNFINISHED} of your jobs wait or run")]
    TooMany,
    #[error(transparent)]
    Over(#[from] JobOver),
    #[error("the job is not done")]
    NotDone,
}

/// What is ordered.
#[derive(Clone, Debug)]
pub struct Order {
    pub kind: JobKind,
    pub asked: Json,
}

/// The caller's own jobs.
fn within(grant: &Grant) -> Select<Entity> {
    let own = Entity::find().filter(Column::OrderedBy.eq(grant.caller().id()));
    own.filter(Column::Reach.eq(reach_of(grant)))
}

/// Who may order jobs; no machine may have what they make.
fn person(grant: &Grant) -> Result<UserId, StoreError> {
    match grant.caller() {
        Caller::User(id) => Ok(id),
        Caller::Client(_) => Err(StoreError::NotFound),
    }
}

/// The name of what whoever orders a job of the same person's waits for.
///
/// # Errors
///
/// The caller is no person.
pub fn about(grant: &Grant) -> Result<String, StoreError> {
    Ok(format!("jobs of {}", person(grant)?))
}

impl Write<'_> {
    /// Orders a job; what it reads is read with the caller's rights of then and of when it runs.
    pub async fn order_job(&self, order: Order) -> Result<Model, CallError<JobRefusal>> {
        let &Write { txn, call: &Call { grant, now, .. }, .. } = self;
        let ordered_by = person(grant)?;
        dialect::lock_names(txn, &[about(grant)?]).await?;
        let unfinished = Entity::find()
            .filter(Column::OrderedBy.eq(ordered_by))
            .filter(Expr::cust("finished_at IS NULL"));
        if unfinished.count(txn).await? >= MOST_UNFINISHED {
            return Err(CallError::Refused(JobRefusal::TooMany));
        }
        let row = Model {
            id: JobId::generate(),
            kind: order.kind,
            asked: order.asked,
            ordered_by,
            ordered_at: now,
            reach: reach_of(grant),
            request_id: grant.request_id(),
            state: JobState::Queued,
            failure: None,
            after: None,
            parts: 0,
            lines: 0,
            bytes: 0,
            attempts: 0,
            claimed_until: None,
            started_at: None,
            finished_at: None,
        };
        whole_row::insert(txn, ActiveModel::from(row.clone())).await?;
        record(txn, grant, event("job.ordered", row.id, 1), now).await?;
        Ok(row)
    }

    /// Ends a job that waits or runs. What of it was made is gone with it.
    pub async fn cancel_job(&self, id: JobId) -> Result<Model, CallError<JobRefusal>> {
        let &Write { txn, call: &Call { grant, now, .. }, .. } = self;
        let own = within(grant).filter(Column::Id.eq(id)).lock_exclusive().one(txn).await?;
        let row = own.ok_or(StoreError::NotFound)?;
        let state = row.state.cancel().map_err(|err| CallError::Refused(err.into()))?;
        let row = work::ended(txn, Model { state, ..row }, now).await?;
        record(txn, grant, event("job.cancelled", id, 2), now).await?;
        Ok(row)
    }
}

/// What the person did with the job: first ordered it, then perhaps cancelled it.
fn event(kind: &'static str, id: JobId, version: i32) -> Event {
    Event { kind, subject_id: id.0, version, provider_id: None, school_id: None }
}

async fn record(
    txn: &DatabaseTransaction,
    grant: &Grant,
    happened: Event,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let subject = Subject::one("job", happened.subject_id);
    audit::record(txn, audit::allowed(grant, subject, now)).await?;
    events::record(txn, happened, now).await
}

impl Store {
    /// The caller's own, newest first.
    pub async fn jobs(
        &self,
        grant: &Grant,
        page: PageRequest<JobId>,
    ) -> Result<Page<Model, JobId>, StoreError> {
        let own = within(grant);
        let total = page.total(&own, &self.read).await?;
        let rows = page.newest_first(own, Column::Id).all(&self.read).await?;
        Ok(Page { total, ..page.cut(rows, |row| row.id) })
    }

    pub async fn job(&self, grant: &Grant, id: JobId) -> Result<Model, StoreError> {
        let own = within(grant).filter(Column::Id.eq(id)).one(&self.read).await?;
        own.ok_or(StoreError::NotFound)
    }

    /// A job that is done, whose result is about to be fetched.
    pub async fn job_to_fetch(
        &self,
        grant: &Grant,
        id: JobId,
        now: DateTime<Utc>,
    ) -> Result<Result<Model, JobRefusal>, StoreError> {
        let row = self.job(grant, id).await?;
        if !row.state.is_done() {
            return Ok(Err(JobRefusal::NotDone));
        }
        let subject = Subject::one("job", id.0);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(Ok(row))
    }
}
