//! What a report shows, and where it is.

use ascms_domain::measures::{Level, Measure, Tally};
use ascms_domain::terms::TermKey;
use ascms_persistence::measures::MadeBy;
use chrono::{DateTime, Utc};

/// Where the page is.
pub(crate) const PATH: &str = "/reports/service-levels";

/// Everything that the page shows.
pub(super) struct Report {
    pub(super) at: DateTime<Utc>,
    pub(super) of_nation: bool,
    pub(super) groups: Vec<ReportGroup>,
    /// What the numbers were made by, each version once.
    pub(super) rules: Vec<String>,
    pub(super) calendars: Vec<String>,
}

/// The numbers of one group, newest term first.
pub(super) struct ReportGroup {
    pub(super) level: Level,
    pub(super) key: String,
    pub(super) name: Option<String>,
    pub(super) series: Vec<Series>,
}

/// One number of the contract, term by term.
pub(super) struct Series {
    pub(super) measure: Measure,
    pub(super) within_days: Option<u16>,
    pub(super) terms: Vec<InTerm>,
}

/// A number in one term.
pub(super) struct InTerm {
    pub(super) term: TermKey,
    pub(super) target_percent: u32,
    pub(super) tally: Tally,
}

impl Report {
    pub(super) fn made_by(&mut self, by: &MadeBy) {
        let once = |all: &mut Vec<String>, version: &String| {
            if !all.contains(version) {
                all.push(version.clone());
            }
        };
        once(&mut self.rules, &by.service_levels);
        once(&mut self.rules, &by.outcomes);
        once(&mut self.calendars, &by.calendar_version);
    }
}
