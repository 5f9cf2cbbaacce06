//! What a sender says of a student's attendance, held against what can be and what is on record.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::attendance::OpenDays;
use crate::rules::{BaselineSource, EligibilityRules};
use crate::terms::{TermAttendance, TermKey, school_half_days_until};

/// A claim of more half-days than a school can have been open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImpossibleClaim {
    /// Its place among the claims, from 0.
    pub place: usize,
    pub term: TermKey,
    pub claimed: u32,
    /// The half-days of the term so far.
    pub at_most: u32,
    /// So far: until this day, which is included.
    pub until: NaiveDate,
}

/// The claims that can not be: of more possible half-days than the term has had until a day, by the
/// school's own dates and its region's holidays. Of a term that nobody knows nothing can be said.
pub fn impossible_claims(
    sent: &[TermAttendance],
    today: NaiveDate,
    open: &OpenDays<'_>,
) -> Vec<ImpossibleClaim> {
    let impossible = |(place, claim): (usize, &TermAttendance)| {
        let term = open.terms.get(claim.term)?;
        let until = today.min(term.ends_on);
        let at_most = school_half_days_until(term, until, open.calendar, open.region);
        let claimed = claim.possible_half_days;
        let found = ImpossibleClaim { place, term: claim.term, claimed, at_most, until };
        (claimed > at_most).then_some(found)
    };
    sent.iter().enumerate().filter_map(impossible).collect()
}

/// A claim that contradicts the days on record, with both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contradiction {
    pub claimed: TermAttendance,
    pub on_record: TermAttendance,
    /// Which of the two counts.
    pub counts: BaselineSource,
}

/// What the days on record say of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TermRecord {
    pub attendance: TermAttendance,
    /// Enough of the term is on record to measure against it.
    pub is_enough: bool,
}

/// Holds what was sent against what is on record. Answers with the attendance that counts, and with
/// every contradiction.
pub fn held_against_record(
    sent: &[TermAttendance],
    on_record: &[TermRecord],
    rules: &EligibilityRules,
) -> (Vec<TermAttendance>, Vec<Contradiction>) {
    let of = |term: TermKey| on_record.iter().find(|record| record.attendance.term == term);
    let contradicts = |claim: &TermAttendance| {
        let record = of(claim.term)?;
        let counts = match rules.baseline_source {
            BaselineSource::Recorded if record.is_enough => BaselineSource::Recorded,
            BaselineSource::Recorded | BaselineSource::Claimed => BaselineSource::Claimed,
        };
        let found = Contradiction { claimed: *claim, on_record: record.attendance, counts };
        found.is_one(rules).then_some(found)
    };
    let counted = sent.iter().map(|claim| match contradicts(claim) {
        Some(found) if found.counts == BaselineSource::Recorded => found.on_record,
        Some(_) | None => *claim,
    });
    (counted.collect(), sent.iter().filter_map(contradicts).collect())
}

impl Contradiction {
    /// The record may lag behind the claim, and then lacks half-days of either kind; but nobody
    /// attended less, or was away less, than is on record already. Differences of a few half-days
    /// are told only where they matter.
    fn is_one(&self, rules: &EligibilityRules) -> bool {
        let Self { claimed, on_record, counts: _ } = self;
        let absent =
            |of: &TermAttendance| of.possible_half_days.saturating_sub(of.present_half_days);
        let more = on_record.present_half_days > claimed.present_half_days
            || absent(on_record) > absent(claimed);
        more && (self.is_far_apart(rules.contradiction_points)
            || claimed.at_most_percent(rules.chronic_percent)
                != on_record.at_most_percent(rules.chronic_percent))
    }

    /// The two shares differ by so many percentage points or more, in integers.
    fn is_far_apart(&self, points: u32) -> bool {
        let half_days =
            |of: TermAttendance| [of.present_half_days, of.possible_half_days].map(u64::from);
        let [claimed, all_claimed] = half_days(self.claimed);
        let [recorded, all_recorded] = half_days(self.on_record);
        let difference = (claimed * all_recorded).abs_diff(recorded * all_claimed);
        difference * 100 >= u64::from(points) * all_claimed * all_recorded
    }
}
