//! A term's totals from a school that sends no days. Append-only; the later sent one stands.

use ascms_domain::attendance::{HalfDayCounts, ReportedAt, TermSummary};
use ascms_domain::terms::TermKey;

use crate::rows::attendance_summary::Model;

impl Model {
    /// `None` where the term is none; a schema check keeps the counts from being negative.
    pub(crate) fn to_domain(&self) -> Option<TermSummary> {
        let term: TermKey = self.term.parse().ok()?;
        let half_days = HalfDayCounts {
            present: u32::try_from(self.present).ok()?,
            justified: u32::try_from(self.justified).ok()?,
            unjustified: u32::try_from(self.unjustified).ok()?,
            unclassified: u32::try_from(self.unclassified).ok()?,
        };
        let reported = ReportedAt::new(self.sent_at, self.received_at);
        Some(TermSummary { school: self.school_id, term, half_days, reported })
    }
}
