//! Half-days and thresholds as answers show them.

use ascms_domain::attendance::{HalfDayCounts, ReachedThreshold};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

/// So many half-days of each kind.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HalfDaysView {
    /// Half-days attended.
    #[schema(minimum = 0)]
    present: u32,
    /// Half-days absent with a reason that the school accepts.
    #[schema(minimum = 0)]
    justified: u32,
    /// Half-days absent without a reason that the school accepts.
    #[schema(minimum = 0)]
    unjustified: u32,
    /// Half-days that are neither attended nor possible.
    #[schema(minimum = 0)]
    unclassified: u32,
    /// Present, justified and unjustified half-days together.
    #[schema(minimum = 0)]
    possible: u32,
}

impl HalfDaysView {
    pub(crate) fn of(counts: HalfDayCounts) -> Self {
        let HalfDayCounts { present, justified, unjustified, unclassified } = counts;
        Self { present, justified, unjustified, unclassified, possible: counts.possible() }
    }
}

/// A threshold that was reached.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ThresholdView {
    /// Days absent in the term: 5, 10 or 15.
    #[schema(minimum = 5, maximum = 15)]
    days_absent: u32,
    /// The day that reached it; null when a term's totals were needed, since their half-days have
    /// no day.
    on: Option<NaiveDate>,
}

impl ThresholdView {
    pub(crate) fn of(reached: &ReachedThreshold) -> Self {
        let ReachedThreshold { threshold, on } = *reached;
        Self { days_absent: threshold.days(), on }
    }
}
