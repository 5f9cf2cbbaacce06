//! A row of `closure_review`.

use ascms_domain::cases::ClosureReviewOutcome;
use ascms_domain::ids::{CaseId, ClosureId, ClosureReviewId, ProviderId, UserId};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "closure_review")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClosureReviewId,
    pub closure_id: ClosureId,
    pub case_id: CaseId,
    /// Whose team decided alone.
    pub provider_id: ProviderId,
    pub decided_by: UserId,
    pub decided_at: DateTime<Utc>,
    pub due_on: NaiveDate,
    pub calendar_version: String,
    /// What the Ministry found; none while it is to come.
    pub outcome: Option<ClosureReviewOutcome>,
    #[sea_orm(column_name = "words")]
    pub comment: Option<String>,
    pub reviewed_by: Option<UserId>,
    pub reviewed_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
