//! A row of `recalculation`.

use ascms_domain::ids::{RecalculationId, ReferralId, UserId};
use ascms_domain::recalculations::RecalculationCause;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recalculation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RecalculationId,
    pub cause: RecalculationCause,
    /// What was added or set: a day, a term, a version.
    pub subject: String,
    /// `None` for the command line and for a release.
    pub ordered_by: Option<UserId>,
    pub ordered_at: DateTime<Utc>,
    /// The referrals of these days, both included; none when there is nothing to count.
    pub from_date: Option<NaiveDate>,
    pub to_date: Option<NaiveDate>,
    /// How many clocks there are to count, from the start on.
    pub total: Option<i32>,
    pub done: i32,
    /// The clock that was counted last.
    pub last_referral_date: Option<NaiveDate>,
    pub last_referral_id: Option<ReferralId>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
