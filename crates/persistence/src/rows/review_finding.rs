//! A row of `review_finding`: written once.

use ascms_domain::ids::{RegisterEntryId, ReviewFindingId, UserId};
use ascms_domain::performance_reviews::FindingGrade;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "review_finding")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReviewFindingId,
    pub entry_id: RegisterEntryId,
    pub grade: FindingGrade,
    pub comment: String,
    pub added_at: DateTime<Utc>,
    pub added_by: UserId,
}

impl ActiveModelBehavior for ActiveModel {}
