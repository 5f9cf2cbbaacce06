//! Telling the people whom a change concerns.

use ascms_domain::ids::{CaseId, NotificationId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::rows::notification::{ActiveModel, Model};
use crate::store::transaction::{DatabaseTransaction, NewRows};

/// What people are told of.
pub(crate) struct NewNotification {
    pub kind: &'static str,
    pub case_id: CaseId,
    pub subject_id: Uuid,
}

/// Adds an entry for each of these people. Called by `cases::changed` alone.
pub(crate) async fn notify(
    txn: &DatabaseTransaction,
    people: &[UserId],
    NewNotification { kind, case_id, subject_id }: NewNotification,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if people.is_empty() {
        return Ok(());
    }
    let rows = people.iter().map(|user_id| {
        let row = Model {
            id: NotificationId::generate(),
            user_id: *user_id,
            at: now,
            kind: kind.to_owned(),
            case_id,
            subject_id,
            read_at: None,
            mail_attempts: 0,
            mail_due_at: Some(now),
            mailed_at: None,
        };
        ActiveModel::from(row).reset_all()
    });
    txn.add(NewRows::of(rows)).await
}
