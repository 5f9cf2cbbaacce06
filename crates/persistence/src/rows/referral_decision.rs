//! A row of `referral_decision`.

use ascms_domain::ids::{DecisionId, ProviderId, ReferralId, UserId};
use ascms_domain::referrals::DecisionOutcome;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "referral_decision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DecisionId,
    pub referral_id: ReferralId,
    pub outcome: DecisionOutcome,
    pub reason_code: Option<String>,
    #[sea_orm(column_name = "words")]
    pub comment: Option<String>,
    pub to_provider_id: Option<ProviderId>,
    pub decided_at: DateTime<Utc>,
    pub decided_by: UserId,
}

impl ActiveModelBehavior for ActiveModel {}
