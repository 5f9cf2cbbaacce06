//! What the lists of the measures are asked by.

use ascms_domain::measures::{Breakdown, Level, Measure, Standing};
use ascms_domain::terms::PartOfYear;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use utoipa::IntoParams;

use super::period::PeriodNames;
use crate::as_known::AsOf;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct GetMeasures {
    /// What the numbers are counted for.
    pub(super) level: Level,
    /// Only the group of this key: a region's name, a code, a school's number, a student's id.
    #[param(max_length = 100)]
    pub(super) key: Option<String>,
    /// Referrals of this school term, or of the holidays of a year, such as `2026-holidays`; or give
    /// `quarter`, `year`, or `from` and `to`.
    #[param(inline)]
    pub(super) term: Option<PartOfYear>,
    /// Referrals of this quarter of a year, such as `2026-Q1`.
    #[param(pattern = "^[0-9]{4}-Q[1-4]$")]
    pub(super) quarter: Option<String>,
    /// Referrals of this calendar year.
    #[param(minimum = 2000, maximum = 2100)]
    pub(super) year: Option<i32>,
    /// Referrals received on this day or later.
    pub(super) from: Option<NaiveDate>,
    /// Referrals received on this day or earlier.
    pub(super) to: Option<NaiveDate>,
    /// Each group's numbers in parts; the parts of a group add up to it.
    pub(super) by: Option<Breakdown>,
    /// Whether groups and parts come too for which no referral counts: all of the nation for a caller
    /// who reaches it, otherwise the caller's own provider or school. Of students there are none.
    pub(super) include_empty: Option<bool>,
    /// What was known at this instant, or at the end of this New Zealand day, judged by its day; now,
    /// when it is left out and while the day lasts.
    #[param(inline)]
    pub(super) as_of: Option<AsOf>,
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<u32>,
    #[param(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    pub(super) cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct GetVolumes {
    /// What the volumes are counted for.
    pub(super) level: Level,
    /// Only the group of this key: a region's name, a code, a school's number, a student's id.
    #[param(max_length = 100)]
    pub(super) key: Option<String>,
    /// Referrals of this school term, or of the holidays of a year, such as `2026-holidays`; or give
    /// `quarter`, `year`, or `from` and `to`.
    #[param(inline)]
    pub(super) term: Option<PartOfYear>,
    /// Referrals of this quarter of a year, such as `2026-Q1`.
    #[param(pattern = "^[0-9]{4}-Q[1-4]$")]
    pub(super) quarter: Option<String>,
    /// Referrals of this calendar year.
    #[param(minimum = 2000, maximum = 2100)]
    pub(super) year: Option<i32>,
    /// Referrals received on this day or later.
    pub(super) from: Option<NaiveDate>,
    /// Referrals received on this day or earlier.
    pub(super) to: Option<NaiveDate>,
    /// Each group's volumes in parts; the parts of a group add up to it.
    pub(super) by: Option<Breakdown>,
    /// What was known at this instant, or at the end of this New Zealand day, judged by its day; now,
    /// when it is left out and while the day lasts.
    #[param(inline)]
    pub(super) as_of: Option<AsOf>,
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<u32>,
    #[param(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    pub(super) cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListMeasureRows {
    /// What the numbers are counted for.
    pub(super) level: Level,
    /// Only the group of this key: a region's name, a code, a school's number, a student's id.
    #[param(max_length = 100)]
    pub(super) key: Option<String>,
    /// Up to twelve periods, one after another, with commas between them: terms such as `2026-T1`,
    /// holidays such as `2026-holidays`, quarters such as `2026-Q1`, and years.
    #[param(inline)]
    pub(super) periods: Option<PeriodNames>,
    /// Referrals of this school term, or of the holidays of a year, such as `2026-holidays`; or give
    /// `periods`, `quarter`, `year`, or `from` and `to`.
    #[param(inline)]
    pub(super) term: Option<PartOfYear>,
    /// Referrals of this quarter of a year, such as `2026-Q1`.
    #[param(pattern = "^[0-9]{4}-Q[1-4]$")]
    pub(super) quarter: Option<String>,
    /// Referrals of this calendar year.
    #[param(minimum = 2000, maximum = 2100)]
    pub(super) year: Option<i32>,
    /// Referrals received on this day or later.
    pub(super) from: Option<NaiveDate>,
    /// Referrals received on this day or earlier.
    pub(super) to: Option<NaiveDate>,
    /// Each group's numbers in parts; the parts of a group add up to it.
    pub(super) by: Option<Breakdown>,
    /// Whether groups and parts come too for which no referral counts: all of the nation for a caller
    /// who reaches it, otherwise the caller's own provider or school. Of students there are none.
    pub(super) include_empty: Option<bool>,
    /// What was known at this instant, or at the end of this New Zealand day, judged by its day; now,
    /// when it is left out and while the day lasts.
    #[param(inline)]
    pub(super) as_of: Option<AsOf>,
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<u32>,
    #[param(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    pub(super) cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DownloadMeasureRows {
    /// What the numbers are counted for; students come in pages only.
    pub(super) level: Level,
    /// Only the group of this key: a region's name, a code, a school's number.
    #[param(max_length = 100)]
    pub(super) key: Option<String>,
    /// Up to twelve periods, one after another, with commas between them: terms such as `2026-T1`,
    /// holidays such as `2026-holidays`, quarters such as `2026-Q1`, and years.
    #[param(inline)]
    pub(super) periods: Option<PeriodNames>,
    /// Referrals of this school term, or of the holidays of a year, such as `2026-holidays`; or give
    /// `periods`, `quarter`, `year`, or `from` and `to`.
    #[param(inline)]
    pub(super) term: Option<PartOfYear>,
    /// Referrals of this quarter of a year, such as `2026-Q1`.
    #[param(pattern = "^[0-9]{4}-Q[1-4]$")]
    pub(super) quarter: Option<String>,
    /// Referrals of this calendar year.
    #[param(minimum = 2000, maximum = 2100)]
    pub(super) year: Option<i32>,
    /// Referrals received on this day or later.
    pub(super) from: Option<NaiveDate>,
    /// Referrals received on this day or earlier.
    pub(super) to: Option<NaiveDate>,
    /// Each group's numbers in parts; the parts of a group add up to it.
    pub(super) by: Option<Breakdown>,
    /// Whether groups and parts come too for which no referral counts: all of the nation for a caller
    /// who reaches it, otherwise the caller's own provider or school.
    pub(super) include_empty: Option<bool>,
    /// What was known at this instant, or at the end of this New Zealand day, judged by its day; now,
    /// when it is left out and while the day lasts.
    #[param(inline)]
    pub(super) as_of: Option<AsOf>,
    /// A byte-order mark at the beginning, by which Excel knows UTF-8.
    pub(super) bom: Option<bool>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListMeasureMembers {
    /// Whose number it is.
    pub(super) measure: Measure,
    /// The number's limit in business days; improved attendance has none.
    #[param(minimum = 1, maximum = 366)]
    pub(super) within_days: Option<u16>,
    /// Only the referrals that count this way.
    pub(super) standing: Option<Standing>,
    /// Only those whose baseline is contradicted by the other one of the sender's claim and what was
    /// on record (`true`), or only the others.
    pub(super) contradicted: Option<bool>,
    pub(super) level: Level,
    /// Only the group of this key: a region's name, a code, a school's number, a student's id.
    #[param(max_length = 100)]
    pub(super) key: Option<String>,
    /// Referrals of this school term, or of the holidays of a year, such as `2026-holidays`; or give
    /// `quarter`, `year`, or `from` and `to`.
    #[param(inline)]
    pub(super) term: Option<PartOfYear>,
    /// Referrals of this quarter of a year, such as `2026-Q1`.
    #[param(pattern = "^[0-9]{4}-Q[1-4]$")]
    pub(super) quarter: Option<String>,
    /// Referrals of this calendar year.
    #[param(minimum = 2000, maximum = 2100)]
    pub(super) year: Option<i32>,
    /// Referrals received on this day or later.
    pub(super) from: Option<NaiveDate>,
    /// Referrals received on this day or earlier.
    pub(super) to: Option<NaiveDate>,
    /// What was known at this instant, or at the end of this New Zealand day, judged by its day; now,
    /// when it is left out and while the day lasts.
    #[param(inline)]
    pub(super) as_of: Option<AsOf>,
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<u32>,
    #[param(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    pub(super) cursor: Option<String>,
    pub(super) include_total: Option<bool>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListMeasureChanges {
    /// Whose number it is.
    pub(super) measure: Measure,
    /// The number's limit in business days; improved attendance has none.
    #[param(minimum = 1, maximum = 366)]
    pub(super) within_days: Option<u16>,
    pub(super) level: Level,
    /// Only the group of this key: a region's name, a code, a school's number, a student's id.
    #[param(max_length = 100)]
    pub(super) key: Option<String>,
    /// Referrals of this school term, or of the holidays of a year, such as `2026-holidays`; or give
    /// `quarter`, `year`, or `from` and `to`.
    #[param(inline)]
    pub(super) term: Option<PartOfYear>,
    /// Referrals of this quarter of a year, such as `2026-Q1`.
    #[param(pattern = "^[0-9]{4}-Q[1-4]$")]
    pub(super) quarter: Option<String>,
    /// Referrals of this calendar year.
    #[param(minimum = 2000, maximum = 2100)]
    pub(super) year: Option<i32>,
    /// Referrals received on this day or later.
    pub(super) from: Option<NaiveDate>,
    /// Referrals received on this day or earlier.
    pub(super) to: Option<NaiveDate>,
    /// Those too that changed the part of their group: as which part each counts stands beside it.
    pub(super) by: Option<Breakdown>,
    /// The earlier of the two instants.
    pub(super) since: DateTime<Utc>,
    /// The later one, or the end of a New Zealand day; now, when it is left out and while the day
    /// lasts.
    #[param(inline)]
    pub(super) as_of: Option<AsOf>,
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<u32>,
    #[param(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    pub(super) cursor: Option<String>,
}
