//! What a line of the catchments file tells of.

use chrono::NaiveDate;

/// A line: each part is there when the line tells of it.
pub struct CatchmentRow {
    pub(super) line: u64,
    /// With its education region.
    pub(super) catchment: Option<Named>,
    /// With its name in te reo Māori.
    pub(super) provider: Option<Named>,
    pub(super) contract: Option<Dates>,
    pub(super) school: Option<i32>,
    pub(super) membership: Option<Dates>,
    pub(super) team: Option<Named>,
    pub(super) provision: Option<Dates>,
}

/// Something that has a code. Blank cells say nothing: what is on record, or on another line of
/// the file, holds.
pub struct Named {
    pub(super) code: String,
    pub(super) name: Option<String>,
    pub(super) more: Option<String>,
}

/// First and last day; no last day while it goes on.
#[derive(Clone, Copy)]
pub struct Dates {
    pub(super) from: NaiveDate,
    pub(super) to: Option<NaiveDate>,
}
