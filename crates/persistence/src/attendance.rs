//! Attendance at rest: every report as it came, and the months as they stand, which are made of
//! them (decision 0012).

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use ascms_domain::access::Grant;
use ascms_domain::attendance::{
    AttendanceBand, AttendanceTrend, CodeBook, CountedDays, DayReport, EnrolmentPeriod, OpenDays,
    StarCrossing, TermSummary, TermTotals,
};
use ascms_domain::calendar::nz_date;
use ascms_domain::enrolments::{Stay, stays};
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::terms::{Term, TermKey};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

use crate::audit::{self, Subject};
use crate::students::{self, enrolment, merge};
use crate::{Almanac, Store, StoreError, schools};

mod code;
mod month;
mod push;
mod receive;
mod report;
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

/// Everything that schools said of a student in some months.
struct Reported {
    days: Vec<DayReport>,
    summaries: Vec<TermSummary>,
    enrolments: Vec<EnrolmentPeriod>,
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
        let records = merge::records_of(&self.read, student.id).await?;
        let Reported { days, summaries, enrolments } =
            reported(&self.read, &records, window(&almanac, term), as_of).await?;
        let named: BTreeSet<SchoolId> = days
            .iter()
            .map(|day| day.school)
            .chain(summaries.iter().map(|one| one.school))
            .collect();
        let rows = schools::Entity::find().filter(schools::Column::Id.is_in(named)).all(&self.read);
        let rows: HashMap<SchoolId, schools::Model> =
            rows.await?.into_iter().map(|row| (row.id, row)).collect();
        let open_days = |school| OpenDays {
            terms: almanac.terms_of(school),
            calendar: &almanac.contract,
            region: rows.get(&school).and_then(|row| row.holiday_region),
        };
        // What came after the term says nothing about where the term was going.
        let days: Vec<DayReport> =
            days.into_iter().filter(|day| !is_after(&almanac, day, key)).collect();
        let counted = CountedDays::new(&days, &enrolments, open_days);
        let totals = counted.term_totals(key, &summaries);
        let file = TermFile {
            student_id: student.id,
            term: key,
            band: AttendanceBand::of(&totals.attendance()),
            crossings: counted.star_crossings(key),
            trend: counted.trend(),
            days: counted,
            totals,
            schools: rows.into_iter().map(|(id, row)| (id, row.number)).collect(),
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

/// The months that a term, and the one before, can lie in. A school's own dates are a few days off
/// the nation's: a month on each side is more than enough.
fn window(almanac: &Almanac, term: &Term) -> (NaiveDate, NaiveDate) {
    let before = almanac.terms.latest_before(term.starts_on);
    let first = before.map_or(term.starts_on, |before| before.starts_on);
    let month = chrono::Months::new(1);
    let from = first.checked_sub_months(month).unwrap_or(first);
    let to = term.ends_on.checked_add_months(month).unwrap_or(term.ends_on);
    (from.with_day(1).unwrap_or(from), to)
}

/// What was said of a student's records in the months of a window, by an instant.
async fn reported(
    db: &impl ConnectionTrait,
    records: &[StudentId],
    (from, to): (NaiveDate, NaiveDate),
    as_of: Option<DateTime<Utc>>,
) -> Result<Reported, StoreError> {
    let mut days = Vec::new();
    match as_of {
        None => {
            let rows = month::Entity::find()
                .filter(month::Column::StudentId.is_in(records.iter().copied()))
                .filter(month::Column::Month.between(from, to))
                .all(db)
                .await?;
            for row in rows {
                days.extend(month::read(&row.days, row.student_id)?.into_reports(row.school_id));
            }
        }
        Some(instant) => {
            let rows = report::Entity::find()
                .filter(report::Column::StudentId.is_in(records.iter().copied()))
                .filter(report::Column::Month.between(from, to))
                .filter(report::Column::ReceivedAt.lte(instant))
                .order_by_asc(report::Column::Id)
                .all(db)
                .await?;
            for row in rows {
                days.extend(month::read(&row.days, row.student_id)?.into_reports(row.school_id));
            }
        }
    }
    let mut said =
        summary::Entity::find().filter(summary::Column::StudentId.is_in(records.iter().copied()));
    let enrolments = match as_of {
        None => {
            let own = enrolment::Column::StudentId.is_in(records.iter().copied());
            let rows = enrolment::Entity::find().filter(own).all(db).await?;
            rows.iter().map(enrolment::Model::period).collect()
        }
        Some(instant) => {
            said = said.filter(summary::Column::ReceivedAt.lte(instant));
            let words = enrolment::report::known_by(db, records, instant).await?;
            stays(&words, nz_date(instant)).iter().map(Stay::period).collect()
        }
    };
    let summaries = said.all(db).await?.iter().filter_map(summary::Model::to_domain).collect();
    Ok(Reported { days, summaries, enrolments })
}
