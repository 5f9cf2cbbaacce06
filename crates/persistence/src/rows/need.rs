//! A row of `need`: something that a fund is asked to pay for on a case.

use ascms_domain::ids::{
    BarrierId, CaseId, ContractId, DocumentId, FundId, NeedId, ProviderId, SchoolId, UserId,
};
use ascms_domain::needs::{Need, NeedReviewOutcome, NeedStatus};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// The documents that belong to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct NeedDocuments(pub Vec<DocumentId>);

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "need")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NeedId,
    pub case_id: CaseId,
    pub contract_id: ContractId,
    /// Whose people asked.
    pub provider_id: ProviderId,
    /// The school of the case when it was asked.
    pub school_id: SchoolId,
    /// The fund that promised it; none until the approval.
    pub fund_id: Option<FundId>,
    pub category: String,
    pub amount_cents: i64,
    pub purpose: String,
    pub barrier_id: Option<BarrierId>,
    pub needed_by: Option<NaiveDate>,
    pub others_supported: i32,
    #[sea_orm(column_type = "JsonBinary")]
    pub documents: NeedDocuments,
    pub status: NeedStatus,
    /// Promised, and neither spent nor released.
    pub committed_cents: i64,
    /// Spent, less what came back.
    pub spent_cents: i64,
    pub asked_by: UserId,
    pub asked_at: DateTime<Utc>,
    pub decide_by: NaiveDate,
    pub calendar_version: String,
    pub decided_by: Option<UserId>,
    pub decided_at: Option<DateTime<Utc>>,
    /// Of who decided, or took it back.
    pub comment: Option<String>,
    pub settle_by: Option<NaiveDate>,
    pub settled_by: Option<UserId>,
    pub settled_at: Option<DateTime<Utc>>,
    /// When the Ministry reviews an approval that one person gave alone.
    pub review_by: Option<NaiveDate>,
    pub review_outcome: Option<NeedReviewOutcome>,
    pub review_comment: Option<String>,
    pub reviewed_by: Option<UserId>,
    pub reviewed_at: Option<DateTime<Utc>>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// How the need stands, as its rules see it.
    #[must_use]
    pub fn to_domain(&self) -> Need {
        Need {
            status: self.status,
            asked_cents: self.amount_cents,
            committed_cents: self.committed_cents,
            spent_cents: self.spent_cents,
        }
    }

    /// The row after a step at an instant.
    pub(crate) fn after(&self, need: Need, now: DateTime<Utc>) -> Self {
        let Need { status, asked_cents, committed_cents, spent_cents } = need;
        let mut row = self.clone();
        row.status = status;
        row.amount_cents = asked_cents;
        row.committed_cents = committed_cents;
        row.spent_cents = spent_cents;
        row.version += 1;
        row.updated_at = now;
        row
    }
}
