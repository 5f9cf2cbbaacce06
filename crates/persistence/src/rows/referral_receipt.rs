//! A row of `referral_receipt`.

use ascms_domain::ids::{ProviderId, ReferralId, StudentId};
use chrono::NaiveDate;
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::rows::referral_content::StoredAssessment;

/// A student as they were sent, as far as a referral shows one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct AsSent {
    pub(crate) legal_given_names: String,
    pub(crate) legal_family_name: String,
    pub(crate) preferred_given_names: Option<String>,
    pub(crate) preferred_family_name: Option<String>,
    pub(crate) birth_date: NaiveDate,
    pub(crate) year_level: Option<i32>,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "referral_receipt")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub referral_id: ReferralId,
    /// Shown in place of the student's own id, which would tell since when they are known.
    pub shown_id: StudentId,
    #[sea_orm(column_type = "JsonBinary")]
    pub as_sent: AsSent,
    /// As it is of somebody who is in no open case.
    #[sea_orm(column_type = "JsonBinary")]
    pub assessment: StoredAssessment,
    /// Who would be responsible for somebody new.
    pub provider_id: Option<ProviderId>,
    pub in_school: bool,
    /// It was joined to an open case when it came.
    pub joined: bool,
}

impl ActiveModelBehavior for ActiveModel {}
