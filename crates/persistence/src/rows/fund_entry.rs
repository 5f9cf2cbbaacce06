//! A row of `fund_entry`: an entry of a fund's ledger, written once.

use ascms_domain::funds::FundEntryKind;
use ascms_domain::ids::{DocumentId, FundEntryId, FundId, NeedId, SchoolId, UserId};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "fund_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FundEntryId,
    pub fund_id: FundId,
    pub need_id: Option<NeedId>,
    pub kind: FundEntryKind,
    /// Signed, in cents.
    pub amount_cents: i64,
    /// The part of a spending that its commitment paid.
    pub drawn_cents: i64,
    /// Of the need.
    pub category: Option<String>,
    /// Of the need.
    pub school_id: Option<SchoolId>,
    /// The day on which money was spent, or came back.
    pub spent_on: Option<NaiveDate>,
    pub supplier: Option<String>,
    pub receipt_id: Option<DocumentId>,
    pub reason: Option<String>,
    pub recorded_by: UserId,
    pub recorded_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
