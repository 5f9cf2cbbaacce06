//! A term's totals from a school that sends no days. Append-only; the later sent one stands.

use ascms_domain::attendance::{HalfDayCounts, ReportedAt, TermSummary};
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::terms::TermKey;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance_summary")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub student_id: StudentId,
    pub school_id: SchoolId,
    /// `2026-1`.
    pub term: String,
    pub present: i32,
    pub justified: i32,
    pub unjustified: i32,
    pub unclassified: i32,
    pub sent_at: DateTime<Utc>,
    pub received_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// `None` where the term is none; a schema check keeps the counts from being negative.
    pub(super) fn to_domain(&self) -> Option<TermSummary> {
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
