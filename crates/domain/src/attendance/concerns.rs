//! What a school looks for in attendance: bands, the thresholds of STAR, and the trend.

use chrono::NaiveDate;

use super::{CountedDays, HALF_DAYS_A_DAY, HalfDayCounts, SchoolDay, TermTotals};
use crate::terms::{TermAttendance, TermKey};

crate::closed_list! {
    /// The Ministry's bands of attendance in a term.
    AttendanceBand: "Attendance band" / "Te kāhui tae ā-kura" {
        /// More than 90 % of the possible half-days attended.
        Regular = "regular": "Regular attendance" / "He auau te tae ā-kura",
        /// More than 80 %, up to 90.
        Irregular = "irregular": "Irregular absence" / "He ngarohanga auau kore",
        /// More than 70 %, up to 80.
        Moderate = "moderate": "Moderate absence" / "He ngarohanga āhua nui",
        /// 70 % or less.
        Chronic = "chronic": "Chronic absence" / "He ngarohanga nui rawa",
    }
    /// Direction of a student's attendance (ours): the last twenty school days by the twenty
    /// before.
    AttendanceTrend: "Attendance trend" / "Te ia o te tae ā-kura" {
        /// Up by five percentage points or more.
        Improving = "improving": "Improving" / "Kei te piki",
        Steady = "steady": "Steady" / "Kei te pūmau",
        /// Down by five percentage points or more.
        Declining = "declining": "Declining" / "Kei te heke",
    }
    /// Whether the service already has a student.
    ServiceStanding: "Standing with the service" / "Te tūnga ki te ratonga" {
        NotThere = "none": "Not with the service" / "Kāore i roto i te ratonga",
        /// A referral waits for a decision, or for what was missing of it.
        ReferralWaiting = "referral_waiting": "A referral waits" / "Kei te tatari tētahi tono",
        OpenCase = "open_case": "Has an open case" / "He kēhi tuwhera tōna",
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

impl ServiceStanding {
    /// Whether a referral of the student waits, or a case is open.
    pub fn is_there(self) -> bool {
        match self {
            Self::NotThere => false,
            Self::ReferralWaiting | Self::OpenCase => true,
        }
    }

    /// Whether somebody works on a case of the student.
    pub fn has_open_case(self) -> bool {
        match self {
            Self::OpenCase => true,
            Self::NotThere | Self::ReferralWaiting => false,
        }
    }
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

/// A threshold that a term's half-days absent have reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReachedThreshold {
    pub threshold: StarThreshold,
    /// `None` when it took half-days of a term's totals, which have no day.
    pub on: Option<NaiveDate>,
}

/// A student's term to date, as a school looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermStanding {
    pub totals: TermTotals,
    /// `None` while no half-day was possible.
    pub band: Option<AttendanceBand>,
    /// The lowest first.
    pub thresholds: Vec<ReachedThreshold>,
    /// At the last day on record that is not after the term.
    pub trend: Option<AttendanceTrend>,
}

impl TermStanding {
    /// Whether a school should look at the student: a threshold of STAR is reached, or the band is
    /// moderate or chronic.
    pub fn is_concern(&self) -> bool {
        let low = match self.band {
            Some(AttendanceBand::Moderate | AttendanceBand::Chronic) => true,
            Some(AttendanceBand::Regular | AttendanceBand::Irregular) | None => false,
        };
        low || !self.thresholds.is_empty()
    }

    /// Whether so many days absent were reached.
    pub fn has_reached(&self, threshold: StarThreshold) -> bool {
        self.thresholds.iter().any(|reached| reached.threshold == threshold)
    }
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

    /// What a term's days and totals come to.
    pub fn standing(&self, term: TermKey) -> TermStanding {
        let totals = self.term_totals(term);
        let crossings = self.star_crossings(term);
        let day_of = |threshold| crossings.iter().find(|one| one.threshold == threshold);
        let absent = totals.half_days.absent();
        let reached = StarThreshold::ALL.into_iter().filter(|one| one.half_days() <= absent);
        TermStanding {
            band: AttendanceBand::of(&totals.attendance()),
            thresholds: reached
                .map(|threshold| ReachedThreshold {
                    threshold,
                    on: day_of(threshold).map(|one| one.on),
                })
                .collect(),
            trend: self.trend(term),
            totals,
        }
    }

    /// The trend at the last day on record of a term or one before it, terms joined: what came
    /// after a term says nothing about where it was going. `None` before forty school days. Days
    /// without a possible half-day say nothing and are passed over.
    pub fn trend(&self, term: TermKey) -> Option<AttendanceTrend> {
        let counts = |day: &SchoolDay| day.half_days.counts();
        let days = self.school_days().iter().rev().filter(|day| day.term <= term);
        let mut latest_first = days.map(counts).filter(|day| day.possible() > 0);
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
