//! Notifications at rest: one row for each person who is told of a change on a case.

use ascms_domain::ids::{CaseId, NotificationId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::DatabaseTransaction;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "notification")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NotificationId,
    /// Who is told.
    pub user_id: UserId,
    pub at: DateTime<Utc>,
    /// What happened, for example `contact.logged`.
    pub kind: String,
    pub case_id: CaseId,
    /// The case, or what on it changed.
    pub subject_id: Uuid,
    pub read_at: Option<DateTime<Utc>>,
    pub mail_attempts: i32,
    /// From when on a message may be sent; null when it was sent, or is not to be.
    pub mail_due_at: Option<DateTime<Utc>>,
    pub mailed_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}

/// Adds an entry for each of these people. Called by `cases::changed` alone.
pub(crate) async fn tell(
    txn: &DatabaseTransaction,
    people: &[UserId],
    what: (&'static str, CaseId, Uuid),
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if people.is_empty() {
        return Ok(());
    }
    let (kind, case_id, subject_id) = what;
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
    Entity::insert_many(rows).exec_without_returning(txn).await?;
    Ok(())
}
