//! A row of `enrolment_claim`.

use ascms_domain::enrolment_claims::{ClaimAnswerer, ClaimStanding, ClaimWord};
use ascms_domain::ids::{ClientId, EnrolmentClaimId, EnrolmentId, SchoolId, StudentId, UserId};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SimpleExpr;

use crate::rows::lifecycle;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "enrolment_claim")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EnrolmentClaimId,
    /// The record that the school's word was on.
    pub student_id: StudentId,
    /// The enrolment that it made.
    pub enrolment_id: EnrolmentId,
    /// Who claims.
    pub school_id: SchoolId,
    /// Who has the student, or had them last.
    pub from_school_id: SchoolId,
    /// Whether the student was enrolled there when it was claimed.
    pub from_enrolled: bool,
    pub word: ClaimWord,
    pub made_at: DateTime<Utc>,
    /// Who said so, a person or a machine, and in which call.
    pub user_id: Option<UserId>,
    pub client_id: Option<ClientId>,
    pub request_id: Uuid,
    /// When it opens by itself, if nobody opposes it.
    pub opens_on: NaiveDate,
    pub standing: ClaimStanding,
    pub answered_at: Option<DateTime<Utc>>,
    pub answered_by: Option<Uuid>,
    pub answered_as: Option<ClaimAnswerer>,
    #[sea_orm(column_name = "words")]
    pub comment: Option<String>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}

/// That a claim keeps the student from the school that made it.
pub(crate) fn is_closed() -> SimpleExpr {
    lifecycle::is((Entity, Column::Standing), ClaimStanding::is_closed)
}
