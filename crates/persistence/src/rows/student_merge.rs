//! A row of `student_merge`.

use ascms_domain::ids::{
    CaseId, EnrolmentId, ReferralId, StudentId, StudentMergeId, UserId, WhanauContactId,
};
use ascms_domain::merges::Particulars;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What hung on the record and hangs on the survivor now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct MovedRecords {
    pub referrals: Vec<ReferralId>,
    pub cases: Vec<CaseId>,
    pub whanau_contacts: Vec<WhanauContactId>,
    /// As they were before.
    pub enrolments: Vec<EnrolmentEnd>,
    /// The survivor's own enrolment that the other record's later word ended.
    pub ended: Option<EnrolmentEnd>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct OwnParticulars(pub Particulars);

/// The end of a time at a school; open while the student is enrolled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnrolmentEnd {
    pub id: EnrolmentId,
    pub left_on: Option<NaiveDate>,
    pub leaving_reason: Option<String>,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "student_merge")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StudentMergeId,
    pub from_student_id: StudentId,
    pub into_student_id: StudentId,
    /// Where the old id leads now: the end of the chain.
    pub survivor_id: StudentId,
    pub reason: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub moved: MovedRecords,
    /// The survivor's own particulars before its first edit since. Until then its row is as it
    /// was, and the file is read through both rows; an edit writes what the file shows.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub own_before: Option<OwnParticulars>,
    pub merged_at: DateTime<Utc>,
    pub merged_by: UserId,
    pub undone_at: Option<DateTime<Utc>>,
    pub undone_by: Option<UserId>,
    pub undo_reason: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
