//! Why records are not joined, and who hears when they are.

use ascms_domain::access::Grant;
use ascms_domain::merges::MergeRefusal;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::rows::student_merge::Model;
use crate::store::audit::{self, Subject};
use crate::store::events::{self, Event};
use crate::store::transaction::DatabaseTransaction;

/// Why two students were not joined or parted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeChangeRefusal {
    #[error(transparent)]
    Rule(#[from] MergeRefusal),
    #[error("nobody within reach has this id")]
    UnknownStudent,
}

/// The entry and the event of a merge, or of its end: under the old id, since a follower who reads
/// that again finds out where it leads.
pub(crate) async fn announce(
    txn: &DatabaseTransaction,
    grant: &Grant,
    merge: &Model,
    kind: &'static str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let (from, survivor) = (merge.from_student_id.0, merge.survivor_id.0);
    let subject = Subject::one("student", from).with([survivor, merge.id.0]);
    audit::record(txn, audit::allowed(grant, subject, now)).await?;
    let provider_id = grant.appointment().provider;
    let event = Event { kind, subject_id: from, version: 1, provider_id, school_id: None };
    events::record(txn, event, now).await
}
