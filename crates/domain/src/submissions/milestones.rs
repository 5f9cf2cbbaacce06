//! Milestones of a service delivery plan, and how they go.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::faults::{ContentFault, ContentPlace};
use crate::ids::DocumentId;
use crate::measures::Measure;
use crate::templates::SubmissionKind;
use crate::text::{Code, Line, LongText};

crate::closed_list! {
    /// How a milestone goes.
    MilestoneStanding: "Standing of a milestone" / "Te tūnga o te pou herenga" {
        OnTrack = "on_track": "On track" / "Kei te pai te haere",
        AtRisk = "at_risk": "At risk" / "Kei te mōrearea",
        Met = "met": "Met" / "Kua tutuki",
        NotMet = "not_met": "Not met" / "Kāore i tutuki",
    }
}

/// A milestone of a service delivery plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Milestone {
    /// Key by which progress names the milestone; unique in the plan.
    pub key: Code,
    /// Quarter of the contract year.
    #[schema(minimum = 1, maximum = 4)]
    pub quarter: u8,
    /// Title of the milestone.
    pub title: Line,
    /// The aim of the milestone.
    pub target: LongText,
    /// The contract's number that shows it; null without one.
    pub measure: Option<MilestoneMeasure>,
    /// A count that shows it; null without one.
    pub number: Option<MilestoneNumber>,
    /// The role that is responsible for the milestone, not a person's name.
    pub owner: Line,
    /// The day by which the milestone is to be met: within the contract year.
    pub due_on: NaiveDate,
}

/// A number of the contract that a milestone aims at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MilestoneMeasure {
    /// The measure.
    pub measure: Measure,
    /// Its limit in business days; null for improved attendance.
    #[schema(minimum = 1, maximum = 366)]
    pub within_days: Option<u16>,
    /// The share that is aimed at, in percent.
    #[schema(minimum = 1, maximum = 100)]
    pub at_least_percent: u8,
}

/// A count that a milestone aims at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MilestoneNumber {
    /// The things that are counted.
    pub unit: Line,
    /// How many there are to be.
    #[schema(minimum = 0, maximum = 100_000)]
    pub aim: u32,
}

/// Progress on a milestone of an accepted plan. Nothing that was recorded changes: the newest counts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordProgress {
    /// Key of the milestone in the accepted plan.
    pub milestone: Code,
    /// The day of the assessment: not in the future.
    pub assessed_on: NaiveDate,
    /// How the milestone goes.
    pub standing: MilestoneStanding,
    /// Comment on the progress, without names of students.
    pub comment: LongText,
    /// Documents of the submission that show it, without names of students.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub document_ids: Vec<DocumentId>,
}

/// What does not fit a submission of this kind.
pub(super) fn faults(
    milestones: &[Milestone],
    kind: SubmissionKind,
) -> Vec<(ContentPlace, ContentFault)> {
    if !kind.is_plan() && !milestones.is_empty() {
        return vec![(ContentPlace::Milestones, ContentFault::OfOtherKind)];
    }
    let mut keys = BTreeSet::new();
    let repeated = milestones.iter().enumerate().filter(|(_, one)| !keys.insert(one.key.as_str()));
    repeated.map(|(at, _)| (ContentPlace::MilestoneKey(at), ContentFault::Repeated)).collect()
}

/// The places of the milestones that are due outside a year.
pub(super) fn outside(milestones: &[Milestone], year: i32) -> Vec<usize> {
    let each = milestones.iter().enumerate();
    each.filter(|(_, one)| one.due_on.year() != year).map(|(at, _)| at).collect()
}

/// The quarters of the year that have no milestone.
pub(super) fn quarters_without(milestones: &[Milestone]) -> Vec<u8> {
    let has = |quarter: &u8| milestones.iter().any(|one| one.quarter == *quarter);
    (1..=4).filter(|quarter| !has(quarter)).collect()
}
