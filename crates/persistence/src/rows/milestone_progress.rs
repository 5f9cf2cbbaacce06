//! A row of `milestone_progress`: written once.

use ascms_domain::ids::{MilestoneProgressId, RegisterEntryId, UserId};
use ascms_domain::submissions::MilestoneStanding;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "milestone_progress")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MilestoneProgressId,
    pub entry_id: RegisterEntryId,
    /// Key of the milestone in the accepted plan.
    pub milestone: String,
    pub assessed_on: NaiveDate,
    pub standing: MilestoneStanding,
    pub comment: String,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: UserId,
}

impl ActiveModelBehavior for ActiveModel {}
