//! A row of `submission_decision`: written once.

use ascms_domain::ids::{RegisterEntryId, UserId};
use ascms_domain::submissions::SubmissionOutcome;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "submission_decision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: RegisterEntryId,
    /// The version that was decided on.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    pub outcome: SubmissionOutcome,
    /// The changes that were asked for.
    pub comment: Option<String>,
    pub decided_at: DateTime<Utc>,
    pub decided_by: UserId,
}

impl ActiveModelBehavior for ActiveModel {}
