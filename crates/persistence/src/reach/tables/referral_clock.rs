//! A row of `referral_clock`.

use ascms_domain::calendar::Region;
use ascms_domain::ids::{CatchmentId, ProviderId, ReferralId, SchoolId, StudentId};
use ascms_domain::measures::{ClockCause, Departure, EthnicGroup, ReferralExclusion};
use ascms_domain::outcomes::EnrolledBy;
use ascms_domain::referrals::ReferralKind;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "referral_clock")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub referral_id: ReferralId,
    /// Day 0.
    pub referral_date: NaiveDate,
    pub student_id: StudentId,
    pub school_id: SchoolId,
    pub catchment_id: Option<CatchmentId>,
    pub provider_id: Option<ProviderId>,
    pub education_region: Option<String>,
    /// Why the referral does not count; none while it does.
    pub exclusion: Option<ReferralExclusion>,
    /// Whose anniversary day is no business day.
    pub holiday_region: Option<Region>,
    /// The calendar that counted the days below.
    pub calendar_version: String,
    pub school_reached_on: Option<NaiveDate>,
    pub student_reached_on: Option<NaiveDate>,
    pub whanau_reached_on: Option<NaiveDate>,
    /// Business days from the referral to the first contact that reached the school.
    pub school_days: Option<i32>,
    pub student_days: Option<i32>,
    pub whanau_days: Option<i32>,
    /// Since when this is known; what was known before is in `referral_clock_past`.
    pub known_from: DateTime<Utc>,
    /// Why it was set as it is.
    pub cause: ClockCause,
    pub kind: ReferralKind,
    pub in_school: bool,
    /// The student's when the referral came in.
    pub year_level: Option<i32>,
    /// The student's, as on record.
    pub ethnic_group: Option<EthnicGroup>,
    /// Half-days of the referral's baseline; none when too little was on record.
    pub baseline_present: Option<i32>,
    pub baseline_possible: Option<i32>,
    /// Half-days of what contradicts the baseline: of the record, or of the claim; none where
    /// nothing does.
    pub contradicting_present: Option<i32>,
    pub contradicting_possible: Option<i32>,
    /// The term in which improved attendance is measured, such as `2026-3`; of chronic absence.
    pub outcome_term: Option<String>,
    /// Its last day and its half-days in all; none while its dates are not known.
    pub outcome_ends_on: Option<NaiveDate>,
    pub outcome_half_days: Option<i32>,
    /// What is on record of it.
    pub outcome_present: i32,
    pub outcome_possible: i32,
    /// The first enrolment that began after the referral, in business days from it.
    pub enrolled_on: Option<NaiveDate>,
    pub enrolled_days: Option<i32>,
    /// The last confirmation of contact details up to the referral's day, in days before it.
    pub confirmed_before_on: Option<NaiveDate>,
    pub confirmed_before_days: Option<i32>,
    /// The first one after it, in business days.
    pub confirmed_after_on: Option<NaiveDate>,
    pub confirmed_after_days: Option<i32>,
    pub departure: Option<Departure>,
    pub departed_on: Option<NaiveDate>,
    pub departed_days: Option<i32>,
    /// The day of the decision that excluded it, in business days from the referral.
    pub excluded_on: Option<NaiveDate>,
    pub excluded_days: Option<i32>,
    /// What says that the student was enrolled on that day; none of clocks from before it was kept,
    /// of which it was a school.
    pub enrolled_by: Option<EnrolledBy>,
    /// Code of the set `alternative-pathways`; none of a school.
    pub enrolled_pathway: Option<String>,
    /// Who had the case on the outcome's last day, where that is another than the first provider.
    pub outcome_provider_id: Option<ProviderId>,
    /// The last day up to the referral's on which the student or the whānau was reached, in days
    /// before it; of non-enrolment.
    pub reached_before_on: Option<NaiveDate>,
    pub reached_before_days: Option<i32>,
    /// The first one after it, in business days.
    pub reached_after_on: Option<NaiveDate>,
    pub reached_after_days: Option<i32>,
    /// When it opened a case, and in business days from the referral.
    pub accepted_at: Option<DateTime<Utc>>,
    pub accepted_days: Option<i32>,
    /// Code of the set `referral-decline-reasons`; of a declined one.
    pub decline_reason: Option<String>,
    /// When its case was closed, and why; none while the case is open.
    pub closed_at: Option<DateTime<Utc>>,
    /// Code of the set `case-closure-reasons`.
    pub closure_reason: Option<String>,
    /// How often its case was opened again.
    pub reopenings: i32,
    /// The first full term after the closure: its last day and its half-days in all, none while its
    /// dates are not known, and what is on record of it.
    pub first_after_ends_on: Option<NaiveDate>,
    pub first_after_half_days: Option<i32>,
    pub first_after_present: i32,
    pub first_after_possible: i32,
    /// The same of the second one.
    pub second_after_ends_on: Option<NaiveDate>,
    pub second_after_half_days: Option<i32>,
    pub second_after_present: i32,
    pub second_after_possible: i32,
}

impl ActiveModelBehavior for ActiveModel {}
