//! What schools said of students, read with three statements however many students they are.

use std::collections::HashMap;

use ascms_domain::attendance::{DayReport, EnrolmentPeriod, MonthDays, TermSummary};
use ascms_domain::calendar::nz_date;
use ascms_domain::enrolments::stays;
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::terms::{Term, TermKey};
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use super::{month, report, summary};
use crate::students::enrolment;
use crate::{Almanac, StoreError, bulk};

/// Everything that schools said of a student in some months.
#[derive(Debug, Default)]
pub(crate) struct Reported {
    pub days: Vec<DayReport>,
    pub summaries: Vec<TermSummary>,
    pub enrolments: Vec<EnrolmentPeriod>,
}

/// One thing of it.
enum Said {
    Month(SchoolId, MonthDays),
    Summary(TermSummary),
    Stay(EnrolmentPeriod),
}

impl Reported {
    fn add(&mut self, said: Said) {
        match said {
            Said::Month(school, month) => self.days.extend(month.into_reports(school)),
            Said::Summary(summary) => self.summaries.push(summary),
            Said::Stay(period) => self.enrolments.push(period),
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
    pub fn of(almanac: &Almanac, key: TermKey) -> Option<Self> {
        let term = almanac.terms.get(key)?;
        let before = almanac.terms.latest_before(term.starts_on);
        Some(Self::from(before.map_or(term.starts_on, |before| before.starts_on), term))
    }

    /// The months that a term alone can lie in.
    pub fn of_term(term: &Term) -> Self {
        Self::from(term.starts_on, term)
    }

    fn from(first: NaiveDate, term: &Term) -> Self {
        let month = Months::new(1);
        let first = first.checked_sub_months(month).unwrap_or(first);
        Self {
            first: first.with_day(1).unwrap_or(first),
            last: term.ends_on.checked_add_months(month).unwrap_or(term.ends_on),
        }
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
    let mut add = |record: StudentId, said: Said| {
        let student = student_of.get(&record).unwrap_or(&record);
        if let Some(reported) = reported.get_mut(student) {
            reported.add(said);
        }
    };
    for (record, school, text) in days(db, &ids, window, as_of).await? {
        add(record, Said::Month(school, month::read(&text, record)?));
    }
    let mut said = summary::Entity::find().filter(summary::Column::StudentId.is_in(ids.clone()));
    if let Some(instant) = as_of {
        said = said.filter(summary::Column::ReceivedAt.lte(instant));
    }
    for row in said.all(db).await? {
        if let Some(summary) = row.to_domain() {
            add(row.student_id, Said::Summary(summary));
        }
    }
    match as_of {
        None => {
            let own = enrolment::Column::StudentId.is_in(ids);
            for row in enrolment::Entity::find().filter(own).all(db).await? {
                add(row.student_id, Said::Stay(row.period()));
            }
        }
        Some(instant) => {
            for (student, words) in enrolment::report::known_by(db, &student_of, instant).await? {
                let known = stays(&words, nz_date(instant));
                known.iter().for_each(|stay| add(student, Said::Stay(stay.period())));
            }
        }
    }
    Ok(reported)
}

/// The months as they stand, or every report that was there at an instant; the order decides
/// nothing.
async fn days(
    db: &impl ConnectionTrait,
    ids: &[StudentId],
    Window { first, last }: Window,
    as_of: Option<DateTime<Utc>>,
) -> Result<Vec<(StudentId, SchoolId, String)>, DbErr> {
    let ids = || ids.iter().copied();
    match as_of {
        None => {
            use month::Column;
            month::Entity::find()
                .select_only()
                .columns([Column::StudentId, Column::SchoolId, Column::Days])
                .filter(Column::StudentId.is_in(ids()))
                .filter(Column::Month.between(first, last))
                .into_tuple()
                .all(db)
                .await
        }
        Some(instant) => {
            use report::Column;
            report::Entity::find()
                .select_only()
                .columns([Column::StudentId, Column::SchoolId, Column::Days])
                .filter(Column::StudentId.is_in(ids()))
                .filter(Column::Month.between(first, last))
                .filter(Column::ReceivedAt.lte(instant))
                .into_tuple()
                .all(db)
                .await
        }
    }
}
