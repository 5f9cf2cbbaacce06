//! `Idempotency-Key`: the answer to a creating call, stored in the transaction of its effect, so
//! that a blind retry gets the same answer and has no second effect.

use ascms_domain::access::Action;
use ascms_domain::ids::{CaseId, SchoolId, StudentId};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, QueryOrder, QuerySelect, QueryTrait};

use crate::Store;
use crate::rows::idempotency_key::{ActiveModel, Column, Entity, Model};
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;

/// Keys are remembered for 30 days.
pub const KEPT_FOR: TimeDelta = TimeDelta::days(30);

/// The most that are forgotten at a time, the oldest first.
const MOST_FORGOTTEN: u64 = 10_000;

/// What a caller sent to make its retry recognisable.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    pub caller_id: Uuid,
    pub key: String,
    /// A digest of method, path and body.
    pub fingerprint: String,
}

/// An answer as it went out, or goes out again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    pub etag: Option<String>,
    pub body: String,
    /// What of the answer is not for everybody who reaches what the call is about.
    pub shows: Vec<Shown>,
    /// The parts of the caller's reach when it was kept; none before it is, and of answers that
    /// were kept by a release before.
    pub reach: Option<Vec<String>>,
}

/// Something that an answer shows beside what the call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// How to reach the whānau of the student whom the call is about.
    Address,
    Student(StudentId),
    Case(CaseId),
    /// What was said of somebody of a school.
    School(SchoolId),
    /// Something that this scope reads.
    ReadBy(Action),
}

impl Shown {
    fn in_words(self) -> String {
        match self {
            Self::Address => "shows:address".to_owned(),
            Self::Student(id) => format!("shows:student:{id}"),
            Self::Case(id) => format!("shows:case:{id}"),
            Self::School(id) => format!("shows:school:{id}"),
            Self::ReadBy(action) => format!("shows:read_by:{action}"),
        }
    }

    fn read(word: &str) -> Option<Self> {
        let word = word.strip_prefix("shows:")?;
        match word.split_once(':') {
            None => (word == "address").then_some(Self::Address),
            Some(("student", id)) => id.parse().ok().map(Self::Student),
            Some(("case", id)) => id.parse().ok().map(Self::Case),
            Some(("school", id)) => id.parse().ok().map(Self::School),
            Some(("read_by", action)) => action.parse().ok().map(Self::ReadBy),
            Some(_) => None,
        }
    }
}

impl Answer {
    /// What the call made, by the place that the answer names.
    pub(crate) fn made(&self) -> Option<Uuid> {
        self.location.as_ref()?.rsplit('/').next()?.parse().ok()
    }

    /// The same, which also shows these.
    #[must_use]
    pub fn showing(mut self, shown: impl IntoIterator<Item = Shown>) -> Self {
        self.shows.extend(shown);
        self
    }
}

/// Why a keyed call is not carried out.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the key was used for another request")]
    Reused,
    #[error("the first call with this key is still running")]
    Running,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbErr> for KeyError {
    fn from(err: DbErr) -> Self {
        Self::Store(err.into())
    }
}

/// Takes the key for this transaction, or finds the answer that the first call got.
pub(crate) async fn claim(
    txn: &DatabaseTransaction,
    key: &IdempotencyKey,
    now: DateTime<Utc>,
) -> Result<Option<Answer>, KeyError> {
    let row = ActiveModel {
        caller_id: Set(key.caller_id),
        key: Set(key.key.clone()),
        fingerprint: Set(key.fingerprint.clone()),
        created_at: Set(now),
        status: Set(None),
        location: Set(None),
        etag: Set(None),
        body: Set(None),
        reach: Set(None),
    };
    // A second call waits here until the first one has committed or failed.
    let inserted = Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(txn)
        .await
        .map_err(|err| {
            let err = StoreError::from(err);
            if matches!(err, StoreError::Locked) { KeyError::Running } else { KeyError::Store(err) }
        })?;
    if inserted > 0 {
        return Ok(None);
    }
    let first = Entity::find_by_id((key.caller_id, key.key.clone())).one(txn).await?;
    let Some(Model { fingerprint, status, location, etag, body, reach, .. }) = first else {
        return Err(KeyError::Running);
    };
    if fingerprint != key.fingerprint {
        return Err(KeyError::Reused);
    }
    let (Some(status), Some(body)) = (status, body) else { return Err(KeyError::Running) };
    let status = u16::try_from(status).unwrap_or(200);
    let words = reach.as_ref().map(|reach| reach.split(' ').filter(|word| !word.is_empty()));
    let shows = words.iter().flat_map(Clone::clone).filter_map(Shown::read).collect();
    let spans = |words: &str| Shown::read(words).is_none();
    let reach = words.map(|words| words.filter(|word| spans(word)).map(str::to_owned).collect());
    Ok(Some(Answer { status, location, etag, body, shows, reach }))
}

/// Keeps the answer beside the key that the transaction has claimed, and adds the rows that wait.
pub(crate) async fn store_answer(
    txn: &DatabaseTransaction,
    key: &IdempotencyKey,
    answer: &Answer,
) -> Result<(), DbErr> {
    let shown = answer.shows.iter().map(|shown| shown.in_words());
    let words: Vec<String> = answer.reach.iter().flatten().cloned().chain(shown).collect();
    let kept = Entity::update_many()
        .col_expr(Column::Status, Expr::value(i32::from(answer.status)))
        .col_expr(Column::Location, Expr::value(answer.location.clone()))
        .col_expr(Column::Etag, Expr::value(answer.etag.clone()))
        .col_expr(Column::Body, Expr::value(answer.body.clone()))
        .col_expr(Column::Reach, Expr::value(words.join(" ")))
        .filter(Column::CallerId.eq(key.caller_id))
        .filter(Column::Key.eq(key.key.clone()));
    // A key whose answer is not kept would have its retry wait for ever.
    if txn.add_with(kept.into_query()).await? == 1 { Ok(()) } else { Err(DbErr::RecordNotUpdated) }
}

impl Store {
    /// Forgets the keys that are older than [`KEPT_FOR`], some at a time; answers how many.
    pub async fn forget_old_keys(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let before = now - KEPT_FOR;
        let too_many: Option<DateTime<Utc>> = Entity::find()
            .select_only()
            .column(Column::CreatedAt)
            .order_by_asc(Column::CreatedAt)
            .offset(MOST_FORGOTTEN)
            .limit(1)
            .into_tuple()
            .one(&self.read)
            .await?;
        let before = too_many.map_or(before, |place| place.min(before));
        let old = Entity::delete_many().filter(Column::CreatedAt.lt(before));
        Ok(old.exec(&self.write).await?.rows_affected)
    }
}
