//! A row of `milestone_progress`: written once.

use ascms_domain::ids::{DocumentId, MilestoneProgressId, RegisterEntryId, UserId};
use ascms_domain::submissions::MilestoneStanding;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// The documents of the submission that show the progress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct ProgressDocuments(pub Vec<DocumentId>);

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
    /// None of progress that was recorded before documents could be named.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub documents: Option<ProgressDocuments>,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: UserId,
}

impl ActiveModelBehavior for ActiveModel {}
