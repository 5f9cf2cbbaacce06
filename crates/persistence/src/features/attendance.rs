//! Attendance at rest: every report as it came, and the months as they stand, which are made of
//! them (decision 0012).

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use ascms_domain::access::Grant;
use ascms_domain::attendance::{CodeBook, CountedDays, Sent, TermStanding};
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::terms::TermKey;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::features::attendance::reported::{Reported, Window};
use crate::reference::calendars::Calendars;
use crate::reference::past_terms::TermsOf;
use crate::rows::{attendance_code, school};
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::{Store, identity};

mod month;
mod receive;
pub(crate) mod reported;
mod summary;

pub use receive::AttendanceRefusal;
pub(crate) use receive::about;

/// How long another server's change of the codes may go unnoticed.
const FRESH_FOR: Duration = Duration::from_secs(10);

/// A student's attendance in a term, and what it is made of.
#[derive(Clone, Debug)]
pub struct TermFile {
    pub student_id: StudentId,
    pub term: TermKey,
    pub days: CountedDays,
    pub standing: TermStanding,
    /// The numbers of the schools that are named.
    pub schools: HashMap<SchoolId, i32>,
    pub calendar_version: String,
    pub as_of: DateTime<Utc>,
}

/// Whose days are counted how: the schools that are named, each with its region.
#[derive(Default)]
pub(crate) struct Schools(HashMap<SchoolId, school::Model>);

impl Schools {
    /// Learns the schools that somebody's attendance names.
    pub(crate) async fn learn<'r>(
        &mut self,
        db: &impl ConnectionTrait,
        reported: impl Iterator<Item = &'r Reported>,
    ) -> Result<(), DbErr> {
        let named: BTreeSet<SchoolId> = reported.flat_map(Reported::schools).collect();
        let unknown: Vec<SchoolId> =
            named.into_iter().filter(|school| !self.0.contains_key(school)).collect();
        if !unknown.is_empty() {
            let rows = school::Entity::find().filter(school::Column::Id.is_in(unknown)).all(db);
            self.0.extend(rows.await?.into_iter().map(|row| (row.id, row)));
        }
        Ok(())
    }

    /// The days of a student that count.
    pub(crate) fn counted(&self, calendars: &Calendars, reported: &Reported) -> CountedDays {
        let open_days = |school| {
            let region = self.0.get(&school).and_then(|row| row.holiday_region);
            calendars.open_days(school, region)
        };
        let sent = Sent {
            days: &reported.days,
            summaries: &reported.summaries,
            enrolments: &reported.enrolments,
        };
        CountedDays::new(sent, open_days)
    }

    pub(crate) fn numbers(self) -> HashMap<SchoolId, i32> {
        self.0.into_iter().map(|(id, row)| (id, row.number)).collect()
    }
}

impl Store {
    /// What the attendance codes mean, by day.
    pub async fn code_book(&self) -> Result<std::sync::Arc<CodeBook>, StoreError> {
        let load = async {
            let rows = attendance_code::Entity::find().all(&self.read).await?;
            let codes = rows.iter().filter_map(attendance_code::Model::to_domain).collect();
            CodeBook::new(codes).map_err(StoreError::CodesUnreadable)
        };
        self.caches.code_book.get(FRESH_FOR, load).await
    }

    /// A student's attendance in a term, as it is known now or was known at an instant; `None`
    /// when no such term is known. The term before is looked at too, for the trend.
    pub async fn term_attendance(
        &self,
        grant: &Grant,
        id: StudentId,
        key: TermKey,
        as_of: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Option<TermFile>, StoreError> {
        let calendars = match as_of {
            None => self.calendars().await?,
            Some(instant) => self.calendars_at(instant, TermsOf::Schools).await?,
        };
        let (student, records) =
            identity::students::visible_records(&self.read, grant, id, as_of).await?;
        let Some(window) = Window::of(&calendars, key) else { return Ok(None) };
        let subject = Subject::one("student", student.id.0);
        let meant = records.first().copied().unwrap_or(student.id);
        let read = async {
            let one = [(meant, records)];
            let mut reported = reported::of_students(&self.read, &one, window, as_of).await?;
            let reported = reported.remove(&meant).unwrap_or_default();
            let mut schools = Schools::default();
            schools.learn(&self.read, [&reported].into_iter()).await?;
            Ok((reported, schools))
        };
        let entry = audit::allowed(grant, subject, now);
        let (reported, schools) = self.read_log.record_beside(entry, read).await?;
        let days = schools.counted(&calendars, &reported);
        Ok(Some(TermFile {
            student_id: meant,
            term: key,
            standing: days.standing(key),
            days,
            schools: schools.numbers(),
            calendar_version: calendars.contract.version().to_owned(),
            as_of: as_of.unwrap_or(now),
        }))
    }
}
