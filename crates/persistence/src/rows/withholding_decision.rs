//! A row of `withholding_decision`: written once. Of a review, the one with the highest number counts.

use ascms_domain::ids::{RegisterEntryId, UserId, WithholdingDecisionId};
use ascms_domain::performance_reviews::WithholdingOutcome;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "withholding_decision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WithholdingDecisionId,
    pub entry_id: RegisterEntryId,
    pub number: i32,
    pub outcome: WithholdingOutcome,
    /// In New Zealand cents with GST.
    pub amount_cents: i64,
    pub reason: Option<String>,
    /// Requirements that were accepted though they are unmet, each with the reason.
    #[sea_orm(column_type = "JsonBinary")]
    pub accepted_despite: Json,
    /// A gate was unmet, so that a second person confirms it.
    pub needs_second: bool,
    pub proposed_at: DateTime<Utc>,
    pub proposed_by: UserId,
}

impl ActiveModelBehavior for ActiveModel {}
