//! A row of `referral`.

use ascms_domain::ids::{
    CaseId, CatchmentId, MatchReviewId, ProviderId, ReferralId, SchoolId, StudentId, UserId,
};
use ascms_domain::matching::MatchedBy;
use ascms_domain::referrals::{ReferralKind, ReferralStatus};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::rows::referral_content::{StoredAssessment, StoredRequest};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "referral")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReferralId,
    pub kind: ReferralKind,
    pub status: ReferralStatus,
    /// The New Zealand day of receipt: day 0 of every clock.
    pub referral_date: NaiveDate,
    pub submitted_at: DateTime<Utc>,
    pub submitted_by: Uuid,
    pub sent_by_provider_id: Option<ProviderId>,
    pub source: Option<String>,
    pub source_reference: Option<String>,
    pub fingerprint: String,
    pub student_id: StudentId,
    pub school_id: SchoolId,
    pub catchment_id: Option<CatchmentId>,
    /// None: nobody is responsible yet, and the referral waits with the Ministry.
    pub provider_id: Option<ProviderId>,
    pub in_school: bool,
    pub primary_contact_id: Option<UserId>,
    #[sea_orm(column_type = "JsonBinary")]
    pub content: StoredRequest,
    #[sea_orm(column_type = "JsonBinary")]
    pub assessment: StoredAssessment,
    pub matched_by: MatchedBy,
    pub match_review_id: Option<MatchReviewId>,
    pub case_id: Option<CaseId>,
    pub predecessor_id: Option<ReferralId>,
    pub successor_id: Option<ReferralId>,
    /// Code of the set `referral-withdraw-reasons`.
    pub withdrawal_reason: Option<String>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
