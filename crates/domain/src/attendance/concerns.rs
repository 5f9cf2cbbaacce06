//! What a school looks for in attendance: bands, the thresholds of STAR, and the trend.

use chrono::NaiveDate;

use super::{CountedDays, HALF_DAYS_A_DAY, HalfDayCounts, SchoolDay};
use crate::eligibility::TermAttendance;
use crate::terms::TermKey;

crate::words! {
    /// The Ministry's bands of attendance in a term.
    AttendanceBand {
        /// More than 90 % of the possible half-days attended.
        Regular = "regular",
        /// More than 80 %, up to 90.
        Irregular = "irregular",
        /// More than 70 %, up to 80.
        Moderate = "moderate",
        /// 70 % or less.
        Chronic = "chronic",
    }
    /// Where attendance is going (ours): the last twenty school days by the twenty before.
    AttendanceTrend {
        /// Up by five percentage points or more.
        Improving = "improving",
        Steady = "steady",
        /// Down by five percentage points or more.
        Declining = "declining",
    }
}

/// The days absent in a term at which the Ministry's Stepped Attendance Response (STAR) asks
/// schools to act: five, ten and fifteen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StarThreshold {
    Five,
    Ten,
    Fifteen,
}

impl AttendanceBand {
    /// The band, compared in integers; `None` while no half-day was possible.
    pub fn of(attendance: &TermAttendance) -> Option<Self> {
        if attendance.possible_half_days == 0 {
            None
        } else if attendance.at_most_percent(70) {
            Some(Self::Chronic)
        } else if attendance.at_most_percent(80) {
            Some(Self::Moderate)
        } else if attendance.at_most_percent(90) {
            Some(Self::Irregular)
        } else {
            Some(Self::Regular)
        }
    }
}

impl StarThreshold {
    /// Every threshold, the lowest first.
    pub const ALL: [Self; 3] = [Self::Five, Self::Ten, Self::Fifteen];

    /// Days absent, two half-days each.
    pub const fn days(self) -> u32 {
        match self {
            Self::Five => 5,
            Self::Ten => 10,
            Self::Fifteen => 15,
        }
    }

    /// Half-days absent, justified or not.
    pub const fn half_days(self) -> u32 {
        self.days() * HALF_DAYS_A_DAY
    }

    /// The highest threshold that so many half-days absent in a term have reached.
    pub fn reached(half_days_absent: u32) -> Option<Self> {
        Self::ALL.iter().copied().rfind(|threshold| threshold.half_days() <= half_days_absent)
    }
}

/// A threshold that was reached, and the day that reached it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StarCrossing {
    pub threshold: StarThreshold,
    pub on: NaiveDate,
}

/// School days in each of the two windows of a trend.
const TREND_DAYS: usize = 20;
/// The least change that is no longer steady, in percentage points.
const TREND_POINTS: i64 = 5;

impl CountedDays {
    /// The thresholds reached by the days of a term; absence is counted anew each term. Half-days
    /// of a summary have no day and cross nothing: for them ask [`StarThreshold::reached`].
    pub fn star_crossings(&self, term: TermKey) -> Vec<StarCrossing> {
        let mut absent = 0;
        let mut crossings = Vec::new();
        for day in self.of_term(term) {
            let before = StarThreshold::reached(absent);
            absent += day.half_days.counts().absent();
            let threshold = StarThreshold::reached(absent).filter(|now| Some(*now) != before);
            crossings.extend(threshold.map(|threshold| StarCrossing { threshold, on: day.date }));
        }
        crossings
    }

    /// The trend at the last day on record, terms joined; `None` before forty school days. Days
    /// without a possible half-day say nothing and are passed over.
    pub fn trend(&self) -> Option<AttendanceTrend> {
        let counts = |day: &SchoolDay| day.half_days.counts();
        let mut latest_first =
            self.school_days().iter().rev().map(counts).filter(|day| day.possible() > 0);
        let now = window(&mut latest_first)?;
        let before = window(&mut latest_first)?;
        let [present, possible] = [now.present, now.possible()].map(i64::from);
        let [present_before, possible_before] = [before.present, before.possible()].map(i64::from);
        // now - before, times 100 and times both denominators.
        let change = 100 * (present * possible_before - present_before * possible);
        let least = TREND_POINTS * possible * possible_before;
        Some(if change >= least {
            AttendanceTrend::Improving
        } else if change <= -least {
            AttendanceTrend::Declining
        } else {
            AttendanceTrend::Steady
        })
    }
}

/// The sum of the next twenty days; `None` when there are fewer.
fn window(days: &mut impl Iterator<Item = HalfDayCounts>) -> Option<HalfDayCounts> {
    let mut taken = 0;
    let counted = |day| {
        taken += 1;
        day
    };
    let sum = days
        .by_ref()
        .take(TREND_DAYS)
        .map(counted)
        .fold(HalfDayCounts::default(), HalfDayCounts::plus);
    (taken == TREND_DAYS).then_some(sum)
}
