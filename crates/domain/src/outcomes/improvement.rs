//! Improved attendance: over 70 % of the outcome term, or a quarter better than the baseline.

use chrono::NaiveDate;

use crate::calendar::{Calendar, Region};
use crate::measures::{Exclusion, MeasureResult, ReferralInputs};
use crate::rules::{ImprovedAttendanceRule, Improvement, NoRecord, OutcomeRules};
use crate::terms::{Term, TermAttendance, TermKey, Terms, school_half_days};

/// What improved attendance is judged on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttendanceInputs {
    /// Attendance before the referral; none when too little was on record.
    pub baseline: Option<Baseline>,
    /// None while it is not known which term the referral belongs to.
    pub outcome: Option<OutcomeTerm>,
}

/// Attendance before the referral. Which term it was of decides nothing any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Baseline {
    pub present_half_days: u32,
    pub possible_half_days: u32,
}

/// The term that an outcome is measured in, and what is on record of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutcomeTerm {
    /// Zeros while nothing is on record.
    pub attended: TermAttendance,
    /// None while the Ministry has not published the term's dates.
    pub known: Option<KnownTerm>,
}

/// What is known of a term whose dates are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownTerm {
    /// The last day; the outcome is judged from the day after.
    pub ends_on: NaiveDate,
    /// Half-days on which a school of the region can be open in the whole term.
    pub half_days: u32,
}

/// The term in which the outcome of a referral of that date is measured.
pub fn outcome_term(referral_date: NaiveDate, terms: &Terms) -> Option<TermKey> {
    terms.term_of_referral(referral_date).map(|term| term.key.outcome_term())
}

/// The terms that are over on that day. Of many rows, those whose outcome term is one of them are
/// judged, and the rest is pending. A departure on or before the term's last day excludes; where
/// the term is not over, any does.
pub fn terms_over(terms: &Terms, today: NaiveDate) -> impl Iterator<Item = &Term> {
    terms.iter().take_while(move |term| term.ends_on < today)
}

impl OutcomeTerm {
    pub fn of(
        attended: TermAttendance,
        terms: &Terms,
        calendar: &Calendar,
        region: Option<Region>,
    ) -> Self {
        let known = terms.get(attended.term).map(|term| KnownTerm {
            ends_on: term.ends_on,
            half_days: school_half_days(term, calendar, region),
        });
        Self { attended, known }
    }
}

impl AttendanceInputs {
    /// How the referral counts. Nothing is judged before the term is over, a missing baseline
    /// neither: schools may still send it.
    ///
    /// Without a baseline even a good term does not count: such a referral could only be met and
    /// never missed.
    pub fn classify(
        &self,
        referral: &ReferralInputs,
        rules: &OutcomeRules,
        today: NaiveDate,
    ) -> MeasureResult {
        let rule = &rules.improved_attendance;
        let in_time = |on: NaiveDate| self.ends_on().is_none_or(|last| on <= last);
        let excluded = referral.exclusion.and_then(|excluded| {
            excluded.unless_late(rules.late_decision, |decided| in_time(decided.on))
        });
        if let Some(why) = excluded {
            return MeasureResult::Excluded(why.into());
        }
        if let Some(departed) = referral.departed
            && departed.at.on <= today
            && in_time(departed.at.on)
        {
            return MeasureResult::Excluded(departed.why.into());
        }
        let Some(OutcomeTerm { attended, known: Some(term) }) = self.outcome else {
            return MeasureResult::Pending;
        };
        if term.ends_on >= today {
            return MeasureResult::Pending;
        }
        let Some(baseline) = self.baseline.filter(|baseline| baseline.possible_half_days > 0)
        else {
            return MeasureResult::Excluded(Exclusion::NoBaseline);
        };
        if attended.possible_half_days == 0 && rule.no_record == NoRecord::Missed {
            MeasureResult::Missed
        } else if !is_enough(&attended, term.half_days, rule) {
            MeasureResult::Excluded(Exclusion::TooLittleAttendance)
        } else if is_over(&attended, rule) || is_improved(&attended, &baseline, rule) {
            MeasureResult::Met
        } else {
            MeasureResult::Missed
        }
    }

    /// The outcome term's last day, where it is known.
    pub fn ends_on(&self) -> Option<NaiveDate> {
        self.outcome.and_then(|outcome| outcome.known).map(|term| term.ends_on)
    }
}

pub(super) fn is_enough(
    attended: &TermAttendance,
    whole: u32,
    rule: &ImprovedAttendanceRule,
) -> bool {
    let on_record = u64::from(attended.possible_half_days);
    let needed = u64::from(whole) * u64::from(rule.minimum_record_percent);
    on_record > 0 && on_record * 100 >= needed
}

pub(super) fn is_over(attended: &TermAttendance, rule: &ImprovedAttendanceRule) -> bool {
    let (present, possible) = half_days(attended);
    present * 100 > possible * u128::from(rule.over_percent)
}

/// Two shares compared by multiplying across, so that exactly 25 is no rounding's matter.
fn is_improved(
    attended: &TermAttendance,
    baseline: &Baseline,
    rule: &ImprovedAttendanceRule,
) -> bool {
    let (present, possible) = half_days(attended);
    let before = u128::from(baseline.present_half_days);
    let possible_before = u128::from(baseline.possible_half_days);
    let (now, then) = (present * possible_before * 100, before * possible * 100);
    let by = u128::from(rule.improved_by);
    match rule.improvement {
        // A quarter more than nothing is nothing: staying away would be an improvement.
        Improvement::Relative if before == 0 => present > 0,
        Improvement::Relative => now >= then + before * possible * by,
        Improvement::Points => now >= then + possible * possible_before * by,
    }
}

/// Present and possible, wide enough for any product of the counts with a percentage.
fn half_days(attended: &TermAttendance) -> (u128, u128) {
    (attended.present_half_days.into(), attended.possible_half_days.into())
}
