//! Attendance at rest: every report as it came, and the months as they stand, which are made of
//! them (decision 0012).

use std::collections::HashMap;
use std::time::Duration;

use ascms_domain::access::Grant;
use ascms_domain::attendance::{
    AttendanceBand, AttendanceTrend, CodeBook, CountedDays, DayReport, StarCrossing, TermTotals,
};
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::terms::TermKey;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::audit::{self, Subject};
use crate::students::{self, merge};
use crate::{Almanac, Store, StoreError, schools};

mod code;
mod month;
mod push;
mod receive;
mod report;
pub(crate) mod reported;
mod summary;

pub use push::{
    AttendancePush, Place, PushError, PushFault, PushWarning, PushedDay, PushedStudent, PushedTerm,
    Received, SentCounts,
};

/// How long another server's change of the codes may go unnoticed.
const FRESH_FOR: Duration = Duration::from_secs(10);

/// A student's attendance in a term, and what it is made of.
#[derive(Clone, Debug)]
pub struct TermFile {
    pub student_id: StudentId,
    pub term: TermKey,
    pub days: CountedDays,
    pub totals: TermTotals,
    pub band: Option<AttendanceBand>,
    pub crossings: Vec<StarCrossing>,
    /// At the last day on record within the term.
    pub trend: Option<AttendanceTrend>,
    /// The numbers of the schools that are named.
    pub schools: HashMap<SchoolId, i32>,
    pub calendar_version: String,
    pub as_of: DateTime<Utc>,
}

impl Store {
    /// What the attendance codes mean, by day.
    pub(crate) async fn code_book(&self) -> Result<std::sync::Arc<CodeBook>, StoreError> {
        let load = async {
            let rows = code::Entity::find().all(&self.read).await?;
            let codes = rows.iter().filter_map(code::Model::to_domain).collect();
            CodeBook::new(codes).map_err(StoreError::CodesUnreadable)
        };
        self.caches.code_book.get(FRESH_FOR, load).await
    }

    /// A student's attendance in a term, as it is known now or was known at an instant; `None`
    /// when no such term is known. The term before is looked at too, for the trend.
    pub async fn term_attendance(
        &self,
        grant: &Grant,
        (id, key): (StudentId, TermKey),
        as_of: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Option<TermFile>, StoreError> {
        let almanac = self.almanac().await?;
        let student = students::visible(&self.read, grant, id).await?;
        let Some(term) = almanac.terms.get(key) else { return Ok(None) };
        let records = merge::records_of_all(&self.read, &[student.id]).await?;
        let before = almanac.terms.latest_before(term.starts_on).unwrap_or(term);
        let months = reported::months_of(before, term);
        let reported = reported::reported(&self.read, &records, months, as_of).await?;
        let mut said = reported.into_values().next().unwrap_or_default();
        let rows = schools::Entity::find()
            .filter(schools::Column::Id.is_in(said.schools()))
            .all(&self.read)
            .await?;
        // What came after the term says nothing about where the term was going.
        said.days.retain(|day| !is_after(&almanac, day, key));
        let regions = rows.iter().filter_map(|row| Some((row.id, row.holiday_region?))).collect();
        let counted = said.counted(&almanac, &regions);
        let totals = counted.term_totals(key, &said.summaries);
        let file = TermFile {
            student_id: student.id,
            term: key,
            band: AttendanceBand::of(&totals.attendance()),
            crossings: counted.star_crossings(key),
            trend: counted.trend(),
            days: counted,
            totals,
            schools: rows.into_iter().map(|row| (row.id, row.number)).collect(),
            calendar_version: almanac.contract.version().to_owned(),
            as_of: as_of.unwrap_or(now),
        };
        let subject = Subject::one("student", student.id.0);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(Some(file))
    }
}

/// A day of a later term of its school.
fn is_after(almanac: &Almanac, day: &DayReport, term: TermKey) -> bool {
    almanac.terms_of(day.school).on(day.date).is_some_and(|of| of.key > term)
}
