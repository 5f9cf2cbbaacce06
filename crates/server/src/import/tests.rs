//! Files of invented names in the layouts of the real ones.

use chrono::{DateTime, NaiveDate, Utc};

use super::Summary;
use crate::progress::Progress;

mod catchments;
mod code_sets;
mod headings;
mod schools;
mod terms;

struct Quiet;

impl Progress for Quiet {
    fn begin(&self, _: &str, _: u64) {}
    fn advance(&self, _: u64) {}
    fn finish(&self) {}
}

fn now() -> DateTime<Utc> {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// What was refused, as a person reads it.
fn refused(summary: Summary) -> Vec<String> {
    summary.sorted().refused.iter().map(ToString::to_string).collect()
}
