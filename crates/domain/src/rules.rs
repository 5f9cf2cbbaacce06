//! The thresholds that the rules use: data with a version and a date, not constants.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One version of a rule's parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned<T> {
    pub version: String,
    pub valid_from: NaiveDate,
    pub parameters: T,
}

/// Who may be referred. Ages and years are the contract's; the share of the term that must be on
/// record and what counts as urgent are ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EligibilityRules {
    /// Years of age, inclusive.
    pub minimum_age: u32,
    pub maximum_age: u32,
    pub minimum_year_level: i32,
    pub maximum_year_level: i32,
    /// Chronic absence: this share of the term or less was attended, in percent.
    pub chronic_percent: u32,
    /// The share of the term's half-days that must be on record for a baseline, in percent.
    pub minimum_record_percent: u32,
    /// Support is highly recommended when this share or less was attended, in percent.
    pub urgent_percent: u32,
}

/// A level of a contact measure: so many percent within so many business days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceLevel {
    pub within_days: u16,
    pub target_percent: u32,
}

/// Whom "student and whānau contact" asks to have been reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhanauContactMeans {
    /// The student or the whānau, whoever comes first. The default, ours.
    Either,
    /// Both; the later of the two counts.
    Both,
}

/// The contract's minimum service levels for contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceLevelRules {
    /// 80 % within 5, 90 % within 10 business days.
    pub school_contact: [ServiceLevel; 2],
    /// 80 % within 10, 90 % within 15 business days.
    pub whanau_contact: [ServiceLevel; 2],
    pub whanau_contact_means: WhanauContactMeans,
}

/// By what "improved by at least 25 %" is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Improvement {
    /// As a share of the baseline: from 40 % to 50 %. The default, ours.
    Relative,
    /// In percentage points: from 40 % to 65 %.
    Points,
}

/// The contract's service levels for outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutcomeRules {
    pub improved_attendance: ImprovedAttendanceRule,
    pub enrolled: EnrolledRule,
}

/// Chronically absent students: attendance in the term after the term following the referral. The
/// share on record is ours, the other numbers are the contract's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImprovedAttendanceRule {
    /// Met when more than this share of the outcome term was attended, in percent.
    pub over_percent: u32,
    /// Met also when attendance rose by this much or more on the baseline, in percent or points.
    pub improved_by: u32,
    pub improvement: Improvement,
    /// The share of the outcome term's half-days that must be on record, in percent.
    pub minimum_record_percent: u32,
    pub target_percent: u32,
}

/// Students enrolled nowhere: enrolled in time, of those whose contact details were up to date.
/// What counts as up to date is ours, the other numbers are the contract's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnrolledRule {
    /// Business days from the referral.
    pub within_days: u16,
    pub target_percent: u32,
    /// Contact details confirmed so many calendar days or fewer before the referral are up to date.
    pub confirmed_within_days: u16,
    /// So are those confirmed within so many business days after it.
    pub confirmed_within_business_days: u16,
}

/// The version in force on a day: the latest that is valid by then. Days before the first version
/// are judged by the first: there was no other rule.
pub fn in_force<'v, T>(
    versions: impl IntoIterator<Item = &'v Versioned<T>, IntoIter: Clone>,
    day: NaiveDate,
) -> Option<&'v Versioned<T>> {
    let versions = versions.into_iter();
    let valid = versions.clone().filter(|version| version.valid_from <= day);
    let first = || versions.clone().min_by_key(|version| version.valid_from);
    valid.max_by_key(|version| version.valid_from).or_else(first)
}
