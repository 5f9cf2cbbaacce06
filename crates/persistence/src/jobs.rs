//! Jobs at rest. A job belongs to the person who ordered it, for as long as they reach what they
//! reached then.

use ascms_domain::access::{Caller, Grant};
use ascms_domain::ids::{JobId, UserId};
use ascms_domain::jobs::{JobFailure, JobKind, JobOver, JobState, MOST_UNFINISHED};
use chrono::{DateTime, Utc};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use crate::audit::{self, Subject};
use crate::call::About;
use crate::idempotency::Answer;
use crate::page::{Page, PageRequest};
use crate::turns::Topic;
use crate::{Call, CallError, Store, StoreError, dialect, reach};

pub mod part;
mod work;

pub use work::{Claim, Made};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JobId,
    pub kind: JobKind,
    /// What is to be made, as the kind writes it.
    #[sea_orm(column_type = "JsonBinary")]
    pub asked: Json,
    pub ordered_by: UserId,
    pub ordered_at: DateTime<Utc>,
    /// What the person reached when they ordered it.
    pub reach: String,
    /// The request that ordered it, which reads on its behalf name too.
    pub request_id: Uuid,
    pub state: JobState,
    pub failure: Option<JobFailure>,
    /// Where the next part begins.
    pub after: Option<String>,
    pub parts: i32,
    pub lines: i32,
    pub bytes: i64,
    /// How often the next part was tried.
    pub attempts: i32,
    /// Until then a server is at it.
    pub claimed_until: Option<DateTime<Utc>>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}

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

/// A reach in words that are the same for the same reach. The parts of what a person may see are
/// in no order.
fn reach_of(grant: &Grant) -> String {
    reach::in_words(grant).join(" ")
}

/// The caller's own jobs.
fn within(grant: &Grant) -> Select<Entity> {
    let own = Entity::find().filter(Column::OrderedBy.eq(grant.caller().id()));
    own.filter(Column::Reach.eq(reach_of(grant)))
}

impl Store {
    /// Orders a job; what it reads is read with the caller's rights of then and of when it runs.
    pub async fn order_job(
        &self,
        call: &Call<'_>,
        order: Order,
        render: impl FnOnce(&Model) -> Answer,
    ) -> Result<Answer, CallError<JobRefusal>> {
        let Call { grant, now, .. } = *call;
        // No machine may have what jobs make.
        let Caller::User(ordered_by) = grant.caller() else {
            return Err(StoreError::NotFound.into());
        };
        let name = format!("jobs of {ordered_by}");
        self.carry_out_on(Topic::Name(name.clone()), (call, About::Nobody), async |txn| {
            dialect::lock_names(txn, &[name]).await?;
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
            let job = ActiveModel::from(row.clone()).reset_all();
            Entity::insert(job).exec_without_returning(txn).await?;
            let subject = Subject::one("job", row.id.0);
            audit::record(txn, audit::allowed(grant, subject, now)).await?;
            Ok(render(&row))
        })
        .await
    }

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

    /// Ends a job that waits or runs. What of it was made is gone with it.
    pub async fn cancel_job(
        &self,
        call: &Call<'_>,
        id: JobId,
        render: impl FnOnce(&Model) -> Answer,
    ) -> Result<Answer, CallError<JobRefusal>> {
        self.carry_out_on(Topic::Record(id.0), (call, About::Nobody), async |txn| {
            let Call { grant, now, .. } = *call;
            let own = within(grant).filter(Column::Id.eq(id)).lock_exclusive().one(txn).await?;
            let row = own.ok_or(StoreError::NotFound)?;
            let state = row.state.cancel().map_err(|err| CallError::Refused(err.into()))?;
            let row = Model { state, ..row };
            let row = work::ended(txn, row, now).await?;
            let subject = Subject::one("job", id.0);
            audit::record(txn, audit::allowed(grant, subject, now)).await?;
            Ok(render(&row))
        })
        .await
    }

    /// A job that is done, whose result is about to be fetched.
    pub async fn job_to_fetch(
        &self,
        grant: &Grant,
        id: JobId,
        now: DateTime<Utc>,
    ) -> Result<Result<Model, JobRefusal>, StoreError> {
        let row = self.job(grant, id).await?;
        if row.state != JobState::Done {
            return Ok(Err(JobRefusal::NotDone));
        }
        let subject = Subject::one("job", id.0);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(Ok(row))
    }
}
