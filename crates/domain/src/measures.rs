//! The contract's service levels: how a referral counts, and what a number says.

use std::collections::BTreeMap;

mod classification;
mod columns;
mod contact;
mod numbers;
mod standing;
mod versions;
mod volumes;

pub use classification::{
    DayCount, Departed, Departure, Excluded, MeasureResult, ReferralExclusion, ReferralInputs,
};
pub use columns::{ColumnSource, ColumnType, ColumnUnit};
pub use contact::{
    ContactMeasure, DaysToContact, Target, due_on, first_pending, targets, unreached,
};
pub use numbers::{Measure, Number, numbers};
pub use standing::{Exclusion, Standing, standing};
pub use versions::{Breakdown, ChangeCause, ClockCause, EthnicGroup};
pub use volumes::{DaysToAccept, Sustained, Volume};

pub use crate::shares::ten_thousandths;

crate::closed_list! {
    /// The level of the groups for which numbers are counted.
    Level: "Level of a number" / "Te taumata o te tau" {
        National = "national": "National" / "Ā-motu",
        Region = "region": "Region" / "Rohe",
        Catchment = "catchment": "Catchment" / "Rohe ratonga",
        Provider = "provider": "Provider" / "Kaiwhakarato",
        School = "school": "School" / "Kura",
        Student = "student": "Student" / "Ākonga",
    }
    /// The referrals of which a number is made.
    CountedReach: "Reach of a number" / "Te whānui o te tau" {
        /// Everybody's.
        Nation = "nation": "The whole nation" / "Te motu katoa",
        /// Those within the caller's own reach only.
        Own = "own": "The caller's own reach" / "Tā te kaikaranga anake",
    }
}

/// One number with everything it is made of. Met and missed make the denominator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub met: u64,
    /// Those of the met whose deadline has not passed yet: others of the same days may still miss it.
    pub met_early: u64,
    pub missed: u64,
    pub pending: u64,
    pub excluded: BTreeMap<Exclusion, u64>,
}

impl Tally {
    pub fn add(&mut self, classification: MeasureResult) {
        self.add_many(classification, 1);
    }

    /// Adds so many referrals that count the same way.
    pub fn add_many(&mut self, classification: MeasureResult, referrals: u64) {
        match classification {
            MeasureResult::Met => self.met += referrals,
            MeasureResult::Missed => self.missed += referrals,
            MeasureResult::Pending => self.pending += referrals,
            MeasureResult::Excluded(why) => *self.excluded.entry(why).or_default() += referrals,
        }
    }

    /// Adds so many referrals that met it, and whose deadline is still ahead.
    pub fn add_met_early(&mut self, referrals: u64) {
        self.met += referrals;
        self.met_early += referrals;
    }

    pub fn denominator(&self) -> u64 {
        self.met + self.missed
    }

    /// The same figure of the referrals whose deadline has passed. While others are pending it is
    /// the fairer one: who meets a limit early counts at once, and who misses it only afterwards.
    pub fn deadline_passed(&self) -> DeadlinePassed {
        let met = self.met - self.met_early;
        DeadlinePassed { met, denominator: met + self.missed }
    }

    /// The share met in ten-thousandths, rounded half up; `None` of nothing.
    pub fn rate_ten_thousandths(&self) -> Option<u64> {
        ten_thousandths(self.met, self.denominator())
    }

    /// Whether the target is kept, in integers; `None` of nothing, and while anything is pending:
    /// until then nobody can say.
    pub fn meets(&self, target_percent: u32) -> Option<bool> {
        let denominator = self.denominator();
        let decided = denominator > 0 && self.pending == 0;
        decided.then(|| self.met * 100 >= denominator * u64::from(target_percent))
    }
}

/// The referrals of a number whose deadline has passed, and how many of them met it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeadlinePassed {
    pub met: u64,
    pub denominator: u64,
}

impl DeadlinePassed {
    /// The share met in ten-thousandths, rounded half up; `None` of nothing.
    pub fn rate_ten_thousandths(&self) -> Option<u64> {
        ten_thousandths(self.met, self.denominator)
    }
}

impl FromIterator<MeasureResult> for Tally {
    fn from_iter<I: IntoIterator<Item = MeasureResult>>(classifications: I) -> Self {
        let mut tally = Self::default();
        classifications.into_iter().for_each(|classification| tally.add(classification));
        tally
    }
}

#[cfg(test)]
mod tests;
