//! One story as it unfolds, and who tells them all.

use ascms_domain::calendar::{OutOfRange, Region};
use ascms_domain::referrals::ReferralKind;
use ascms_domain::students::SentStudent;
use ascms_persistence::Almanac;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::acts::{Act, What};
use crate::sandbox::nation::cast::{Crew, SECOND_MANAGER};
use crate::sandbox::nation::days::Days;
use crate::sandbox::nation::random::Random;

pub(super) struct Author<'a> {
    pub(super) almanac: &'a Almanac,
    pub(super) days: Days,
    pub(super) random: Random,
    pub(super) acts: Vec<Act>,
}

/// One story as it unfolds.
pub(super) struct Scene {
    pub(super) story: usize,
    pub(super) school: usize,
    pub(super) region: Option<Region>,
    pub(super) crew: Crew,
    pub(super) sender: String,
    pub(super) kind: ReferralKind,
    pub(super) student: SentStudent,
    /// The day of the referral.
    pub(super) day: NaiveDate,
    /// When the last act was.
    pub(super) at: DateTime<Utc>,
}

impl Author<'_> {
    /// So many business days after the referral, as the school's region counts them.
    pub(super) fn after(&self, scene: &Scene, days: u32) -> Result<NaiveDate, OutOfRange> {
        let days = u16::try_from(days).unwrap_or(u16::MAX);
        self.almanac.contract.add_business_days(scene.day, days, scene.region)
    }

    /// Nothing happens before what it follows from.
    pub(super) fn act(&mut self, scene: &mut Scene, at: DateTime<Utc>, by: String, what: What) {
        scene.at = at.max(scene.at + TimeDelta::minutes(4));
        self.acts.push(Act { at: scene.at, story: scene.story, by, what });
    }
}

/// Who manages the case.
pub(super) fn manager(crew: Crew, story: usize) -> String {
    if crew == Crew::Catchment(0) && story % 5 == 4 {
        SECOND_MANAGER.to_owned()
    } else {
        crew.manager()
    }
}
