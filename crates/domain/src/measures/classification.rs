//! How one referral counts for one number, and why when it does not.

use chrono::NaiveDate;

use super::standing::{Exclusion, Standing};
use crate::calendar::{Calendar, OutOfRange, Region};
use crate::referrals::ReferralStatus;
use crate::rules::LateDecision;

crate::closed_list! {
    /// Why a whole referral does not count, for any measure: what its clock may hold. Reasons of
    /// one measure are no words of this list, since they follow from that measure's inputs.
    ReferralExclusion {
        Declined = "declined",
        Withdrawn = "withdrawn",
        Redirected = "redirected",
        /// The student turned out to be enrolled. Nobody had to be reached, so it counts for no
        /// contact; the enrolment itself counts for `enrolled` if it began after the referral.
        Resolved = "resolved",
        /// The student already was in an open case, which the referral joined.
        JoinedToOpenCase = "joined_to_open_case",
        /// No provider is responsible yet: the referral waits in the Ministry's queue.
        NoProvider = "no_provider",
    }
    /// What ends a student's measures on a day: the closure reasons of these names. Other reasons
    /// to close a case excuse nothing.
    Departure {
        Died = "died",
        MovedOverseas = "moved_overseas",
    }
}

impl ReferralExclusion {
    /// Why a referral that stands like this does not count; `None` when it counts. One that was
    /// accepted counts by the case that it opened; the others joined a case of which the clock runs
    /// already.
    pub fn of(status: ReferralStatus, opened_case: bool, has_provider: bool) -> Option<Self> {
        match status {
            ReferralStatus::Accepted => (!opened_case).then_some(Self::JoinedToOpenCase),
            ReferralStatus::Declined => Some(Self::Declined),
            ReferralStatus::Withdrawn => Some(Self::Withdrawn),
            ReferralStatus::Redirected => Some(Self::Redirected),
            ReferralStatus::Resolved => Some(Self::Resolved),
            ReferralStatus::Submitted | ReferralStatus::Returned => {
                (!has_provider).then_some(Self::NoProvider)
            }
        }
    }

    /// Whether somebody's decision excludes: then it has a day, and may have come too late.
    pub fn is_decision(self) -> bool {
        match self {
            Self::Declined | Self::Withdrawn | Self::Redirected | Self::JoinedToOpenCase => true,
            Self::Resolved | Self::NoProvider => false,
        }
    }

    /// The day of the decision that excludes; `None` where none does. `status_changed_on` is the day
    /// of the last change of the referral's status: who joined a case on intake never had another, and
    /// was excluded on the day of the referral. Without a provider there was nothing that anybody
    /// could miss.
    pub fn excluded_on(
        self,
        status_changed_on: Option<NaiveDate>,
        referral_date: NaiveDate,
        has_provider: bool,
    ) -> Option<NaiveDate> {
        if !self.is_decision() || !has_provider {
            return None;
        }
        match self {
            Self::JoinedToOpenCase => Some(status_changed_on.unwrap_or(referral_date)),
            Self::Declined
            | Self::Withdrawn
            | Self::Redirected
            | Self::Resolved
            | Self::NoProvider => status_changed_on,
        }
    }
}

impl From<ReferralExclusion> for Exclusion {
    fn from(why: ReferralExclusion) -> Self {
        match why {
            ReferralExclusion::Declined => Self::Declined,
            ReferralExclusion::Withdrawn => Self::Withdrawn,
            ReferralExclusion::Redirected => Self::Redirected,
            ReferralExclusion::Resolved => Self::Resolved,
            ReferralExclusion::JoinedToOpenCase => Self::JoinedToOpenCase,
            ReferralExclusion::NoProvider => Self::NoProvider,
        }
    }
}

impl From<Departure> for Exclusion {
    fn from(why: Departure) -> Self {
        match why {
            Departure::Died => Self::Died,
            Departure::MovedOverseas => Self::MovedOverseas,
        }
    }
}

/// How one referral counts for one number: exactly one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeasureResult {
    Met,
    Missed,
    Pending,
    Excluded(Exclusion),
}

impl MeasureResult {
    pub fn standing(self) -> Standing {
        match self {
            Self::Met => Standing::Met,
            Self::Missed => Standing::Missed,
            Self::Pending => Standing::Pending,
            Self::Excluded(_) => Standing::Excluded,
        }
    }

    /// Pending while the last day is today or later, else missed.
    pub(crate) fn unmet(still_ahead: bool) -> Self {
        if still_ahead { Self::Pending } else { Self::Missed }
    }

    pub fn exclusion(self) -> Option<Exclusion> {
        match self {
            Self::Excluded(why) => Some(why),
            Self::Met | Self::Missed | Self::Pending => None,
        }
    }
}

/// A day on which something happened, and how far it lies from the referral. The count is kept
/// beside the day, so that many rows are judged by comparing integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayCount {
    pub on: NaiveDate,
    pub days: u16,
}

impl DayCount {
    /// Business days from the referral to the day; 0 for a day before it.
    pub fn business(
        referral_date: NaiveDate,
        on: NaiveDate,
        calendar: &Calendar,
        region: Option<Region>,
    ) -> Result<Self, OutOfRange> {
        let days = calendar.business_days_between(referral_date, on, region)?;
        Ok(Self { on, days })
    }

    /// It has happened by `today`, and took so many days or fewer.
    pub fn is_within(self, days: u16, today: NaiveDate) -> bool {
        self.days <= days && self.on <= today
    }
}

/// The day on which a student died or moved overseas, in business days from the referral: the day it
/// happened where that is known, else the day on which the case was closed for it.
///
/// It excludes what was still undecided on that day and was not met in spite of it. What was missed
/// before stays missed: nobody loses a missed contact by closing the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Departed {
    pub why: Departure,
    pub at: DayCount,
}

/// Why a whole referral does not count, and the day of the decision that made it so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excluded {
    pub why: ReferralExclusion,
    /// In business days from the referral. None where no decision of a day excluded it: it was
    /// resolved, or no provider was ever responsible for it. Then it counts for nothing.
    pub decided: Option<DayCount>,
}

impl Excluded {
    /// Excluded, unless the decision came after a deadline that it would excuse and the rule says
    /// that what was missed stays missed. `in_time` says of the decision's day whether the deadline
    /// had not passed.
    pub(crate) fn unless_late(
        self,
        late: LateDecision,
        in_time: impl FnOnce(DayCount) -> bool,
    ) -> Option<ReferralExclusion> {
        let counts = match late {
            LateDecision::Excludes => true,
            LateDecision::MissedStays => self.decided.is_none_or(in_time),
        };
        counts.then_some(self.why)
    }
}

/// What of a referral itself decides for every measure; by default nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReferralInputs {
    pub exclusion: Option<Excluded>,
    pub departed: Option<Departed>,
}

impl ReferralInputs {
    /// How the referral counts for a contact number: `days` to contact, if there was any.
    pub fn contact(
        &self,
        days: Option<u16>,
        within_days: u16,
        late: LateDecision,
        due_on: NaiveDate,
        today: NaiveDate,
    ) -> MeasureResult {
        if let Some(why) = self.excluded_within(within_days, late) {
            return MeasureResult::Excluded(why.into());
        }
        if days.is_some_and(|days| days <= within_days) {
            return MeasureResult::Met;
        }
        let still_ahead = days.is_none() && due_on >= today;
        self.departed_within(within_days, today).unwrap_or(MeasureResult::unmet(still_ahead))
    }

    /// Why it does not count for a number of so many days.
    pub(crate) fn excluded_within(
        &self,
        days: u16,
        late: LateDecision,
    ) -> Option<ReferralExclusion> {
        self.exclusion?.unless_late(late, |decided| decided.days <= days)
    }

    /// Excluded, when the student was gone within that limit.
    pub(crate) fn departed_within(&self, days: u16, today: NaiveDate) -> Option<MeasureResult> {
        let departed = self.departed.filter(|departed| departed.at.is_within(days, today))?;
        Some(MeasureResult::Excluded(departed.why.into()))
    }
}
