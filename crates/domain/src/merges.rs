//! Two records that mean one student: when they may be joined, what the joined file shows, and
//! which rows go back when the two are parted again.
//!
//! A record's own row, names and numbers stay where they are; the joined file is read through
//! both. What hangs on a record moves, and is written down, so that nothing is guessed later.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ids::{CaseId, ReferralId};

/// Why two records are not joined, or not parted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeRefusal {
    #[error("both ids mean the same student already")]
    SameStudent,
    #[error("each of the two has an open case; one of them has to be closed first")]
    BothHaveOpenCases,
    #[error("the record stands for itself: nothing was merged")]
    NotMerged,
}

/// Whether the records may be joined: a student has one open case at the most.
pub fn may_join(same: bool, open_cases: (bool, bool)) -> Result<(), MergeRefusal> {
    match (same, open_cases) {
        (true, _) => Err(MergeRefusal::SameStudent),
        (false, (true, true)) => Err(MergeRefusal::BothHaveOpenCases),
        (false, _) => Ok(()),
    }
}

/// What the joined file takes from either record. Names, birth date and year level are always the
/// survivor's own: they are what lists show, and lists read one row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Particulars {
    pub nsn: Option<String>,
    pub gender: Option<String>,
    pub ethnicities: Vec<String>,
    pub iwi: Vec<String>,
    pub home_language: Option<String>,
    pub interpreter_wanted: bool,
    pub te_reo_preferred: bool,
    pub address_protected: bool,
    pub safety_alerts: Vec<String>,
}

impl Particulars {
    /// Fills in what is missing from the other records, and takes up whatever protects.
    #[must_use]
    pub fn with(mut self, others: &[Self]) -> Self {
        for other in others.iter().cloned() {
            self.nsn = self.nsn.or(other.nsn);
            self.gender = self.gender.or(other.gender);
            self.ethnicities = or(self.ethnicities, other.ethnicities);
            self.iwi = or(self.iwi, other.iwi);
            self.home_language = self.home_language.or(other.home_language);
            self.interpreter_wanted |= other.interpreter_wanted;
            self.te_reo_preferred |= other.te_reo_preferred;
            self.address_protected |= other.address_protected;
            for alert in other.safety_alerts {
                if !self.safety_alerts.contains(&alert) {
                    self.safety_alerts.push(alert);
                }
            }
        }
        self
    }

    /// What is left of the joined particulars when one record goes: what somebody changed since
    /// stays, and everything else is as it would be had the two never been joined.
    #[must_use]
    pub fn parted(self, joined: Self, without: Self) -> Self {
        let mut safety_alerts = self.safety_alerts;
        safety_alerts.retain(|alert| {
            !joined.safety_alerts.contains(alert) || without.safety_alerts.contains(alert)
        });
        Self {
            nsn: unless_changed(self.nsn, &joined.nsn, without.nsn),
            gender: unless_changed(self.gender, &joined.gender, without.gender),
            ethnicities: unless_changed(self.ethnicities, &joined.ethnicities, without.ethnicities),
            iwi: unless_changed(self.iwi, &joined.iwi, without.iwi),
            home_language: unless_changed(
                self.home_language,
                &joined.home_language,
                without.home_language,
            ),
            interpreter_wanted: unless_changed(
                self.interpreter_wanted,
                &joined.interpreter_wanted,
                without.interpreter_wanted,
            ),
            te_reo_preferred: unless_changed(
                self.te_reo_preferred,
                &joined.te_reo_preferred,
                without.te_reo_preferred,
            ),
            address_protected: unless_changed(
                self.address_protected,
                &joined.address_protected,
                without.address_protected,
            ),
            safety_alerts,
        }
    }
}

fn or(own: Vec<String>, other: Vec<String>) -> Vec<String> {
    if own.is_empty() { other } else { own }
}

fn unless_changed<T: PartialEq>(now: T, joined: &T, without: T) -> T {
    if now == *joined { without } else { now }
}

/// A referral of the joined student, and what it is tied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TiedReferral {
    pub id: ReferralId,
    /// The case that it opened or joined.
    pub case_id: Option<CaseId>,
    /// The referral that was redirected, and that this one follows.
    pub predecessor_id: Option<ReferralId>,
    /// Which of the two records it came in under; `None` where nobody wrote that down.
    pub came_under: Option<PartedRecord>,
}

/// One of two records that are parted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartedRecord {
    /// The record that was joined, and goes.
    Going,
    /// The record that it was joined to.
    Staying,
}

/// A case of the joined student, and the referral that opened it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TiedCase {
    pub id: CaseId,
    pub referral_id: ReferralId,
}

/// Referrals and cases that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TiedRecords {
    pub referrals: BTreeSet<ReferralId>,
    pub cases: BTreeSet<CaseId>,
}

/// What becomes of the referrals and cases of two records that are parted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parting {
    pub back: TiedRecords,
    /// The referrals that joined a case that is the other record's: they wait again.
    pub apart: BTreeSet<ReferralId>,
}

/// Which referrals and cases go back: those that moved, what came in under the record since, and
/// what has grown out of them. A case goes with the referral that opened it, and a referral with
/// the one that it follows. Of which record a referral is decides for it; where that is not known
/// it goes with the case that it joined, and stays with a case that stays.
pub fn going_back(moved: TiedRecords, referrals: &[TiedReferral], cases: &[TiedCase]) -> Parting {
    let side = |referral: &TiedReferral| side_of(referral, referrals);
    let mut back = moved;
    back.referrals.retain(|id| {
        let known = referrals.iter().find(|referral| referral.id == *id).and_then(side);
        known != Some(PartedRecord::Staying)
    });
    let own = referrals.iter().filter(|referral| side(referral) == Some(PartedRecord::Going));
    back.referrals.extend(own.map(|referral| referral.id));
    loop {
        let before = (back.referrals.len(), back.cases.len());
        for case in cases.iter().filter(|case| back.referrals.contains(&case.referral_id)) {
            back.cases.insert(case.id);
        }
        for referral in referrals.iter().filter(|referral| side(referral).is_none()) {
            let follows = referral.predecessor_id.is_some_and(|id| back.referrals.contains(&id));
            if follows || referral.case_id.is_some_and(|id| back.cases.contains(&id)) {
                back.referrals.insert(referral.id);
            }
        }
        if before == (back.referrals.len(), back.cases.len()) {
            break;
        }
    }
    let mut apart = BTreeSet::new();
    for referral in referrals {
        let Some(case) = referral.case_id else { continue };
        if back.referrals.contains(&referral.id) == back.cases.contains(&case) {
            continue;
        }
        if side(referral).is_some() {
            apart.insert(referral.id);
        } else {
            back.referrals.remove(&referral.id);
        }
    }
    Parting { back, apart }
}

/// Of which record a referral is: that of the first in the row of those that were redirected.
fn side_of(referral: &TiedReferral, all: &[TiedReferral]) -> Option<PartedRecord> {
    let mut first = referral;
    for _ in all {
        let before = first.predecessor_id.and_then(|id| all.iter().find(|one| one.id == id));
        match before {
            Some(before) => first = before,
            None => break,
        }
    }
    first.came_under
}

#[cfg(test)]
mod tests;
