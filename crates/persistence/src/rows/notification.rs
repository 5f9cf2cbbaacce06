//! A row of `notification`.

use ascms_domain::ids::{CaseId, NotificationId, ProviderId, UserId};
use ascms_domain::notifications::NotifiedRecord;
use chrono::{DateTime, Utc};
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
    /// None where a record on no case changed.
    pub case_id: Option<CaseId>,
    /// The case, or what on it changed; or the record.
    pub subject_id: Uuid,
    /// What the record is; none of a case.
    pub record_kind: Option<NotifiedRecord>,
    /// Whose record it is; none of a case, and of the Ministry's own.
    pub organisation_id: Option<ProviderId>,
    pub read_at: Option<DateTime<Utc>>,
    pub mail_attempts: i32,
    /// From when on a message may be sent; null when it was sent, or is not to be.
    pub mail_due_at: Option<DateTime<Utc>>,
    pub mailed_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
