//! A row of `notification`.

use ascms_domain::ids::{CaseId, NotificationId, UserId};
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
