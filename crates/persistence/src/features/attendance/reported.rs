//! What schools said of students, read with three statements however many students they are.

use std::collections::HashMap;

use ascms_domain::attendance::{DayReport, EnrolmentPeriod, MonthDays, TermSummary};
use ascms_domain::calendar::nz_date;
use ascms_domain::enrolments::stays;
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::terms::{Term, TermKey};
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QuerySelect};

use crate::features::attendance::month;
use crate::features::students::enrolment;
use crate::reference::calendars::Calendars;
use crate::rows::{self, attendance_month, attendance_report, attendance_summary};
use crate::store::bulk;
use crate::store::error::StoreError;

/// Everything that schools said of a student in some months.
#[derive(Debug, Default)]
pub(crate) struct Reported {
    pub days: Vec<DayReport>,
    pub summaries: Vec<TermSummary>,
    pub enrolments: Vec<EnrolmentPeriod>,
}

/// One thing of it.
enum ReportedItem {
    Month(SchoolId, MonthDays),
    Summary(TermSummary),
    Stay(EnrolmentPeriod),
}

impl Reported {
    fn add(&mut self, said: ReportedItem) {
        match said {
            ReportedItem::Month(school, month) => self.days.extend(month.into_reports(school)),
            ReportedItem::Summary(summary) => self.summaries.push(summary),
            ReportedItem::Stay(period) => self.enrolments.push(period),
        }
    }

    /// The schools that sent something.
    pub fn schools(&self) -> impl Iterator<Item = SchoolId> {
        let of_days = self.days.iter().map(|day| day.school);
        of_days.chain(self.summaries.iter().map(|one| one.school))
    }
}

/// Months, named by their first days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    first: NaiveDate,
    last: NaiveDate,
}

impl Window {
    /// The months that a term, and the one before, can lie in: the term before for the trend. A
    /// school's own dates are a few days off the nation's: a month on each side is more than
    /// enough. `None` when no such term is known.
    pub fn of(calendars: &Calendars, key: TermKey) -> Option<Self> {
        let term = calendars.terms.get(key)?;
        let before = calendars.terms.latest_before(term.starts_on);
        Some(Self::from(before.map_or(term.starts_on, |before| before.starts_on), term))
    }

    /// The months that a term alone can lie in.
    pub fn of_term(term: &Term) -> Self {
        Self::from(term.starts_on, term)
    }

    /// No school's term goes beyond the calendar year: the months of another year, which lie in
    /// another part of the table, are left alone.
    fn from(begins: NaiveDate, term: &Term) -> Self {
        let month = Months::new(1);
        let ends = term.ends_on;
        let first = begins.checked_sub_months(month).filter(|first| first.year() == begins.year());
        let last = ends.checked_add_months(month).filter(|last| last.year() == ends.year());
        let last = last.or(NaiveDate::from_ymd_opt(ends.year(), 12, 31));
        let first = first.unwrap_or(begins);
        Self { first: first.with_day(1).unwrap_or(first), last: last.unwrap_or(ends) }
    }
}

/// What was said of some students in the months of a window, by an instant. Each comes with every
/// record that means them.
pub(crate) async fn of_students(
    db: &impl ConnectionTrait,
    students: &[(StudentId, Vec<StudentId>)],
    window: Window,
    as_of: Option<DateTime<Utc>>,
) -> Result<HashMap<StudentId, Reported>, StoreError> {
    let each =
        students.iter().flat_map(|(student, records)| records.iter().map(|of| (*of, *student)));
    let student_of: HashMap<StudentId, StudentId> = each.collect();
    let ids = bulk::padded(student_of.keys().copied());
    let mut reported: HashMap<StudentId, Reported> =
        students.iter().map(|(student, _)| (*student, Reported::default())).collect();
    let mut add = |record: StudentId, said: ReportedItem| {
        let student = student_of.get(&record).unwrap_or(&record);
        if let Some(reported) = reported.get_mut(student) {
            reported.add(said);
        }
    };
    let stays = async || match as_of {
        None => enrolled(db, &ids).await,
        Some(instant) => enrolled_by(db, &student_of, instant).await,
    };
    // Where there are connections for it, at the same time.
    let (days, summaries, stays) =
        tokio::try_join!(days(db, &ids, window, as_of), summaries(db, &ids, as_of), stays())?;
    for (record, school, text) in days {
        add(record, ReportedItem::Month(school, month::read(&text, record)?));
    }
    for row in summaries {
        if let Some(summary) = row.to_domain() {
            add(row.student_id, ReportedItem::Summary(summary));
        }
    }
    for (student, period) in stays {
        add(student, ReportedItem::Stay(period));
    }
    Ok(reported)
}

async fn summaries(
    db: &impl ConnectionTrait,
    ids: &[StudentId],
    as_of: Option<DateTime<Utc>>,
) -> Result<Vec<attendance_summary::Model>, StoreError> {
    let by = as_of.map(|instant| attendance_summary::Column::ReceivedAt.lte(instant));
    let said = attendance_summary::Entity::find()
        .filter(attendance_summary::Column::StudentId.is_in(ids.iter().copied()))
        .filter(Condition::all().add_option(by));
    Ok(said.all(db).await?)
}

/// The times at schools as they stand.
async fn enrolled(
    db: &impl ConnectionTrait,
    ids: &[StudentId],
) -> Result<Vec<(StudentId, EnrolmentPeriod)>, StoreError> {
    let own = rows::enrolment::Column::StudentId.is_in(ids.iter().copied());
    let rows = rows::enrolment::Entity::find().filter(own).all(db).await?;
    Ok(rows.iter().map(|row| (row.student_id, row.period())).collect())
}

/// The times at schools as they were known at an instant.
async fn enrolled_by(
    db: &impl ConnectionTrait,
    student_of: &HashMap<StudentId, StudentId>,
    instant: DateTime<Utc>,
) -> Result<Vec<(StudentId, EnrolmentPeriod)>, StoreError> {
    let known = enrolment::report::known_by(db, student_of, instant).await?;
    let periods = known.into_iter().flat_map(|(student, words)| {
        let known = stays(&words, nz_date(instant));
        known.into_iter().map(move |stay| (student, stay.period()))
    });
    Ok(periods.collect())
}

/// The months as they stand, or every report that was there at an instant; the order decides
/// nothing.
async fn days(
    db: &impl ConnectionTrait,
    ids: &[StudentId],
    Window { first, last }: Window,
    as_of: Option<DateTime<Utc>>,
) -> Result<Vec<(StudentId, SchoolId, String)>, StoreError> {
    let ids = || ids.iter().copied();
    let rows = match as_of {
        None => {
            use attendance_month::Column;
            attendance_month::Entity::find()
                .select_only()
                .columns([Column::StudentId, Column::SchoolId, Column::Days])
                .filter(Column::StudentId.is_in(ids()))
                .filter(Column::Month.between(first, last))
                .into_tuple()
                .all(db)
                .await
        }
        Some(instant) => {
            use attendance_report::Column;
            attendance_report::Entity::find()
                .select_only()
                .columns([Column::StudentId, Column::SchoolId, Column::Days])
                .filter(Column::StudentId.is_in(ids()))
                .filter(Column::Month.between(first, last))
                .filter(Column::ReceivedAt.lte(instant))
                .into_tuple()
                .all(db)
                .await
        }
    };
    Ok(rows?)
}
