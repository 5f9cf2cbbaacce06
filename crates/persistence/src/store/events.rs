//! One event per change, in its transaction: what a follower of changes will be told.

use ascms_domain::ids::{CaseId, ProviderId, SchoolId};
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;

use crate::rows::event::ActiveModel;
use crate::store::transaction::{DatabaseTransaction, NewRows};

/// A change as it is announced: ids and the version reached, never contents.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event {
    /// What happened, for example `referral.submitted`; the part before the dot is the subject.
    pub kind: &'static str,
    pub subject_id: Uuid,
    pub version: i32,
    pub provider_id: Option<ProviderId>,
    pub school_id: Option<SchoolId>,
}

pub(crate) async fn record(
    txn: &DatabaseTransaction,
    event: Event,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    record_all(txn, &[event], at).await
}

/// Records a change on a case: of the case, or of what hangs on it.
pub(crate) async fn record_on_case(
    txn: &DatabaseTransaction,
    case_id: CaseId,
    events: &[Event],
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    insert(txn, Some(case_id), events, at).await
}

pub(crate) async fn record_all(
    txn: &DatabaseTransaction,
    events: &[Event],
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    insert(txn, None, events, at).await
}

async fn insert(
    txn: &DatabaseTransaction,
    case_id: Option<CaseId>,
    events: &[Event],
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let rows = events.iter().map(|event| {
        let Event { kind, subject_id, version, provider_id, school_id } = *event;
        let subject_kind = kind.split('.').next().unwrap_or(kind);
        ActiveModel {
            id: NotSet,
            at: Set(at),
            kind: Set(kind.to_owned()),
            subject_kind: Set(subject_kind.to_owned()),
            subject_id: Set(subject_id),
            subject_version: Set(version),
            provider_id: Set(provider_id),
            school_id: Set(school_id),
            committed_in: NotSet,
            case_id: Set(case_id),
        }
    });
    txn.add(NewRows::of(rows)).await
}
