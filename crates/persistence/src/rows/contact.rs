//! A row of `contact`.

use ascms_domain::contacts::{ContactChannel, ContactOutcome, ContactParty};
use ascms_domain::ids::{CaseId, ContactId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "contact")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactId,
    pub case_id: CaseId,
    pub party: ContactParty,
    pub channel: ContactChannel,
    pub outcome: ContactOutcome,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When it was written down.
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: UserId,
    pub risk_assessed_at: Option<DateTime<Utc>>,
    pub notes: Option<String>,
    /// The contact that this one puts right.
    pub corrects: Option<ContactId>,
    /// When it was said that this one is wrong; it stands while nobody did.
    pub corrected_at: Option<DateTime<Utc>>,
    pub correction_reason: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
