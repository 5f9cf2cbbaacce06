//! A row of `attendance_case`.

use ascms_domain::cases::CaseStatus;
use ascms_domain::ids::{CaseId, ProviderId, ReferralId, SchoolId, StudentId, UserId};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance_case")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CaseId,
    /// `AS-2026-000123`.
    pub number: String,
    pub referral_id: ReferralId,
    pub referral_date: NaiveDate,
    pub student_id: StudentId,
    pub school_id: SchoolId,
    pub provider_id: ProviderId,
    pub primary_contact_id: Option<UserId>,
    pub status: CaseStatus,
    pub case_manager_id: Option<UserId>,
    pub opened_at: DateTime<Utc>,
    pub pause_reason: Option<String>,
    pub paused_from: Option<NaiveDate>,
    pub review_by: Option<NaiveDate>,
    pub closed_at: Option<DateTime<Utc>>,
    pub closure_reason: Option<String>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
