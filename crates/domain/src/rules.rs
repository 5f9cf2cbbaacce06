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

/// The version in force on a day: the latest that is valid by then. Days before the first version
/// are judged by the first: there was no other rule.
pub fn in_force<T>(versions: &[Versioned<T>], day: NaiveDate) -> Option<&Versioned<T>> {
    let valid = versions.iter().filter(|version| version.valid_from <= day);
    let first = || versions.iter().min_by_key(|version| version.valid_from);
    valid.max_by_key(|version| version.valid_from).or_else(first)
}
