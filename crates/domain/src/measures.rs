//! The contract's service levels: how a referral counts, and what a number says.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::calendar::{Calendar, OutOfRange, Region};
use crate::rules::{ServiceLevel, ServiceLevelRules, WhanauContactMeans};

mod classification;
mod numbers;
mod versions;

pub use classification::{
    Classification, DayCount, Departed, Departure, Excluded, ReferralExclusion, ReferralInputs,
};
pub use numbers::{Measure, Number, numbers};
pub use versions::{Breakdown, ChangeCause, ClockCause, EthnicGroup};

crate::words! {
    /// A contact measure of the contract.
    ContactMeasure {
        /// First contact that reached the (last known) school.
        SchoolContact = "school_contact",
        /// First contact that reached the student or the whānau.
        WhanauContact = "whanau_contact",
    }
    /// What a number is counted for.
    Level {
        National = "national",
        Region = "region",
        Catchment = "catchment",
        Provider = "provider",
        School = "school",
        Student = "student",
    }
    /// Whose referrals a number is made of.
    CountedReach {
        /// Everybody's.
        Nation = "nation",
        /// Those within the caller's own reach only.
        Own = "own",
    }
    /// How one referral counts for one level of a measure: exactly one of these.
    Standing {
        Met = "met",
        Missed = "missed",
        /// Not reached yet, and the deadline is today or later.
        Pending = "pending",
        Excluded = "excluded",
    }
    /// Why a referral does not count, as answers say it. The first six are of the whole referral
    /// ([`ReferralExclusion`]), the next two of what was still undecided on a day ([`Departure`]),
    /// the others of one measure only.
    Exclusion {
        Declined = "declined",
        Withdrawn = "withdrawn",
        Redirected = "redirected",
        /// The student turned out to be enrolled.
        Resolved = "resolved",
        /// The student already was in an open case, which the referral joined.
        JoinedToOpenCase = "joined_to_open_case",
        /// No provider is responsible yet: the referral waits in the Ministry's queue.
        NoProvider = "no_provider",
        /// The student died before it was decided.
        Died = "died",
        /// The student moved overseas before it was decided.
        MovedOverseas = "moved_overseas",
        /// Improved attendance only: there is nothing to compare with.
        NoBaseline = "no_baseline",
        /// Improved attendance only: too little of the outcome term is on record.
        TooLittleAttendance = "too_little_attendance",
        /// Enrolled only: nobody confirmed in time how the whānau is reached, and nobody reached
        /// them or the student.
        ContactDetailsNotCurrent = "contact_details_not_current",
    }
}

/// Business days from the referral to the first contact that reached somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DaysToContact {
    pub school: Option<u16>,
    pub student: Option<u16>,
    pub whanau: Option<u16>,
}

impl DaysToContact {
    /// The day count of a measure; `None` while it is not reached.
    pub fn of(self, measure: ContactMeasure, means: WhanauContactMeans) -> Option<u16> {
        match (measure, means) {
            (ContactMeasure::SchoolContact, _) => self.school,
            (ContactMeasure::WhanauContact, WhanauContactMeans::Either) => {
                self.student.into_iter().chain(self.whanau).min()
            }
            (ContactMeasure::WhanauContact, WhanauContactMeans::Both) => {
                self.student.zip(self.whanau).map(|(student, whanau)| student.max(whanau))
            }
        }
    }
}

/// One of the four numbers: a measure at a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    pub measure: ContactMeasure,
    pub level: ServiceLevel,
}

/// The four contact numbers of the contract, in its order.
pub fn targets(rules: &ServiceLevelRules) -> [Target; 4] {
    let [school_first, school_second] = rules.school_contact;
    let [whanau_first, whanau_second] = rules.whanau_contact;
    [
        Target { measure: ContactMeasure::SchoolContact, level: school_first },
        Target { measure: ContactMeasure::SchoolContact, level: school_second },
        Target { measure: ContactMeasure::WhanauContact, level: whanau_first },
        Target { measure: ContactMeasure::WhanauContact, level: whanau_second },
    ]
}

/// The day by which contact must be made; the referral's day is day 0.
pub fn due_on(
    referral_date: NaiveDate,
    within_days: u16,
    calendar: &Calendar,
    region: Option<Region>,
) -> Result<NaiveDate, OutOfRange> {
    calendar.add_business_days(referral_date, within_days, region)
}

/// The contact deadlines of a referral for which nobody was reached yet, in the order of
/// [`targets`].
pub fn unreached(
    referral_date: NaiveDate,
    days: DaysToContact,
    rules: &ServiceLevelRules,
    calendar: &Calendar,
    region: Option<Region>,
) -> Result<Vec<(ContactMeasure, NaiveDate)>, OutOfRange> {
    let not_yet = |target: &Target| days.of(target.measure, rules.whanau_contact_means).is_none();
    let due = |target: Target| {
        let due_on = due_on(referral_date, target.level.within_days, calendar, region)?;
        Ok((target.measure, due_on))
    };
    targets(rules).into_iter().filter(not_yet).map(due).collect()
}

/// How a referral stands that is not excluded.
pub fn standing(
    days: Option<u16>,
    within_days: u16,
    due_on: NaiveDate,
    today: NaiveDate,
) -> Standing {
    match days {
        Some(days) if days <= within_days => Standing::Met,
        Some(_) => Standing::Missed,
        None if due_on >= today => Standing::Pending,
        None => Standing::Missed,
    }
}

/// The earliest referral date whose deadline has not passed on `today`: referrals from this day
/// on are pending while nobody was reached. One date a region instead of one deadline a referral.
pub fn first_pending(
    today: NaiveDate,
    within_days: u16,
    calendar: &Calendar,
    region: Option<Region>,
) -> Result<NaiveDate, OutOfRange> {
    let mut first = today;
    while let Some(before) = first.pred_opt() {
        if calendar.add_business_days(before, within_days, region)? < today {
            break;
        }
        first = before;
    }
    Ok(first)
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
    pub fn add(&mut self, classification: Classification) {
        self.add_many(classification, 1);
    }

    /// Adds so many referrals that count the same way.
    pub fn add_many(&mut self, classification: Classification, referrals: u64) {
        match classification {
            Classification::Met => self.met += referrals,
            Classification::Missed => self.missed += referrals,
            Classification::Pending => self.pending += referrals,
            Classification::Excluded(why) => *self.excluded.entry(why).or_default() += referrals,
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

impl FromIterator<Classification> for Tally {
    fn from_iter<I: IntoIterator<Item = Classification>>(classifications: I) -> Self {
        let mut tally = Self::default();
        classifications.into_iter().for_each(|classification| tally.add(classification));
        tally
    }
}

/// A share in ten-thousandths, rounded half up; `None` of nothing.
pub fn ten_thousandths(numerator: u64, denominator: u64) -> Option<u64> {
    (numerator * 20_000 + denominator).checked_div(denominator * 2)
}

#[cfg(test)]
mod tests;
