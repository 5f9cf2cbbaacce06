//! How many referrals came in, and what became of them.

use std::collections::BTreeMap;

use super::ten_thousandths;
use crate::cases::CaseStatus;
use crate::outcomes::SustainedAttendance;

/// What became of the referrals of a group. Each was received once, and stands at one of: waiting,
/// without a provider, declined, withdrawn, redirected, joined, resolved, accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Volume {
    pub received: u64,
    /// Those of them that a school's own team got.
    pub in_school: u64,
    /// With a provider, which has not decided.
    pub waiting: u64,
    /// Nobody is responsible yet.
    pub without_provider: u64,
    /// By the code of the reason.
    pub declined: BTreeMap<String, u64>,
    pub withdrawn: u64,
    pub redirected: u64,
    /// Joined to a case that was open already.
    pub joined: u64,
    /// The student turned out to be enrolled.
    pub resolved: u64,
    /// How many business days it took to accept those that opened a case: days, and how many.
    pub days_to_accept: DaysToAccept,
    /// Cases that are open, paused ones and those without a case manager too.
    pub open: u64,
    pub unassigned: u64,
    pub paused: u64,
    /// Cases that are closed, by the code of the reason.
    pub closed: BTreeMap<String, u64>,
    /// Cases that were opened again at least once.
    pub reopened: u64,
    /// Cases for which a barrier is on record, by its code. A case may have several.
    pub barriers: BTreeMap<String, u64>,
    /// In the first and in the second full term after the closure.
    pub sustained: [Sustained; 2],
}

impl Volume {
    /// Referrals that opened a case.
    pub fn accepted(&self) -> u64 {
        self.open + self.closed.values().sum::<u64>()
    }

    /// Adds to the states of open cases; how many are open is counted by itself.
    pub fn add_open(&mut self, status: CaseStatus, cases: u64) {
        match status {
            CaseStatus::Unassigned => self.unassigned += cases,
            CaseStatus::Paused => self.paused += cases,
            CaseStatus::Active | CaseStatus::Closed => {}
        }
    }

    /// The share that schools' own teams got, in ten-thousandths; `None` of nothing.
    pub fn in_school_ten_thousandths(&self) -> Option<u64> {
        ten_thousandths(self.in_school, self.received)
    }
}

/// Business days from the referral to its acceptance, with how many referrals took so many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DaysToAccept(pub BTreeMap<u16, u64>);

impl DaysToAccept {
    pub fn add(&mut self, days: u16, referrals: u64) {
        *self.0.entry(days).or_default() += referrals;
    }

    /// The fewest days within which at least so many percent were accepted (the nearest rank);
    /// `None` of nothing.
    pub fn percentile(&self, percent: u64) -> Option<u16> {
        let all: u64 = self.0.values().sum();
        let rank = (all * percent).div_ceil(100).max(1);
        let mut counted = 0;
        self.0.iter().find_map(|(days, referrals)| {
            counted += referrals;
            (counted >= rank).then_some(*days)
        })
    }
}

/// How students attended a term after their cases were closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sustained {
    pub over: u64,
    pub not_over: u64,
    pub pending: u64,
    pub too_little_attendance: u64,
}

impl Sustained {
    pub fn add_many(&mut self, how: SustainedAttendance, cases: u64) {
        match how {
            SustainedAttendance::Over => self.over += cases,
            SustainedAttendance::NotOver => self.not_over += cases,
            SustainedAttendance::Pending => self.pending += cases,
            SustainedAttendance::TooLittleAttendance => self.too_little_attendance += cases,
        }
    }

    /// The share that attended over the limit of those that are judged, in ten-thousandths; `None`
    /// of nothing.
    pub fn rate_ten_thousandths(&self) -> Option<u64> {
        ten_thousandths(self.over, self.over + self.not_over)
    }
}

#[cfg(test)]
mod tests;
