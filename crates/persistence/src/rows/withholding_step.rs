//! A row of `withholding_step`: a step that was taken on a decision, written once.

use ascms_domain::ids::{RegisterEntryId, UserId, WithholdingDecisionId};
use ascms_domain::performance_reviews::WithholdingStep;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "withholding_step")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub decision_id: WithholdingDecisionId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub step: WithholdingStep,
    pub entry_id: RegisterEntryId,
    pub taken_at: DateTime<Utc>,
    pub taken_by: UserId,
}

impl ActiveModelBehavior for ActiveModel {}
