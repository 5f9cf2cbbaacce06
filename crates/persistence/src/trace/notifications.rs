//! Telling the people whom a change concerns.

use ascms_domain::ids::{CaseId, NotificationId, ProviderId, UserId};
use ascms_domain::notifications::NotifiedRecord;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::rows::notification::{ActiveModel, Model};
use crate::store::transaction::{DatabaseTransaction, NewRows};

/// What people are told of.
pub(crate) struct NewNotification {
    pub kind: &'static str,
    pub of: NotifiedOf,
    pub subject_id: Uuid,
}

/// Where it happened.
#[derive(Clone, Copy, Debug)]
pub(crate) enum NotifiedOf {
    Case(CaseId),
    /// On no case, but to a record of an organisation, or of the Ministry's own.
    Record(NotifiedRecord, Option<ProviderId>),
}

/// Adds an entry for each of these people. Called for changes of cases and of records alone.
pub(crate) async fn notify(
    txn: &DatabaseTransaction,
    people: &[UserId],
    NewNotification { kind, of, subject_id }: NewNotification,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if people.is_empty() {
        return Ok(());
    }
    let (case_id, record_kind, organisation_id) = match of {
        NotifiedOf::Case(id) => (Some(id), None, None),
        NotifiedOf::Record(record, organisation) => (None, Some(record), organisation),
    };
    let rows = people.iter().map(|user_id| {
        let row = Model {
            id: NotificationId::generate(),
            user_id: *user_id,
            at: now,
            kind: kind.to_owned(),
            case_id,
            subject_id,
            record_kind,
            organisation_id,
            read_at: None,
            mail_attempts: 0,
            mail_due_at: Some(now),
            mailed_at: None,
        };
        ActiveModel::from(row).reset_all()
    });
    txn.add(NewRows::of(rows)).await
}
