//! One story as it unfolds, and the generator of the steps of all.

use ascms_domain::calendar::{OutOfRange, Region};
use ascms_domain::referrals::ReferralKind;
use ascms_domain::students::SentStudent;
use ascms_persistence::Calendars;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::steps::{Operation, Step};
use crate::sandbox::nation::days::Days;
use crate::sandbox::nation::random::Random;
use crate::sandbox::nation::staff::{SECOND_MANAGER, Staff};

pub(super) struct Generator<'a> {
    pub(super) calendars: &'a Calendars,
    pub(super) days: Days,
    pub(super) random: Random,
    pub(super) steps: Vec<Step>,
}

/// One story as it unfolds.
pub(super) struct Story {
    pub(super) number: usize,
    pub(super) school: usize,
    pub(super) region: Option<Region>,
    pub(super) staff: Staff,
    pub(super) sender: String,
    pub(super) kind: ReferralKind,
    pub(super) student: SentStudent,
    /// The day of the referral.
    pub(super) day: NaiveDate,
    /// When the last step was.
    pub(super) at: DateTime<Utc>,
}

impl Generator<'_> {
    /// So many business days after the referral, as the school's region counts them.
    pub(super) fn after(&self, story: &Story, days: u32) -> Result<NaiveDate, OutOfRange> {
        let days = u16::try_from(days).unwrap_or(u16::MAX);
        self.calendars.contract.add_business_days(story.day, days, story.region)
    }

    /// Nothing happens before what it follows from.
    pub(super) fn add_step(
        &mut self,
        story: &mut Story,
        at: DateTime<Utc>,
        by: String,
        operation: Operation,
    ) {
        story.at = at.max(story.at + TimeDelta::minutes(4));
        self.steps.push(Step { at: story.at, story: story.number, by, operation });
    }
}

/// Who manages the case.
pub(super) fn manager(staff: Staff, number: usize) -> String {
    if staff == Staff::Catchment(0) && number % 5 == 4 {
        SECOND_MANAGER.to_owned()
    } else {
        staff.manager()
    }
}
