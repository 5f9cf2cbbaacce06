//! What a referral is judged by, besides what was sent.

use ascms_domain::rules::{EligibilityRules, Versioned};
use chrono::NaiveDate;

use crate::identity::recognise::Recognised;
use crate::reference::calendars::Calendars;
use crate::reference::schools::SchoolRoute;

/// What is on record, and in force, when a referral comes in.
pub(super) struct ReferralContext<'a> {
    pub referral_date: NaiveDate,
    pub school: &'a SchoolRoute,
    pub recognised: &'a Recognised,
    /// The student's case is open.
    pub in_open_case: bool,
    pub rules: &'a Versioned<EligibilityRules>,
    pub calendars: &'a Calendars,
}
