//! Everything that schools said of some students in some months, as it stands or stood.

use std::collections::{BTreeSet, HashMap};

use ascms_domain::attendance::{CountedDays, DayReport, EnrolmentPeriod, OpenDays, TermSummary};
use ascms_domain::calendar::{Region, nz_date};
use ascms_domain::enrolments::{Stay, stays};
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::terms::Term;
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::{month, report, summary};
use crate::students::enrolment;
use crate::{Almanac, StoreError, bulk};

/// What was said of one student.
#[derive(Default)]
pub(crate) struct Reported {
    pub days: Vec<DayReport>,
    pub summaries: Vec<TermSummary>,
    pub enrolments: Vec<EnrolmentPeriod>,
}

impl Reported {
    /// The schools that said something.
    pub(crate) fn schools(&self) -> BTreeSet<SchoolId> {
        let of_days = self.days.iter().map(|day| day.school);
        of_days.chain(self.summaries.iter().map(|one| one.school)).collect()
    }

    /// The days that count, by the schools' terms and the holidays of their regions.
    pub(crate) fn counted(
        &self,
        almanac: &Almanac,
        regions: &HashMap<SchoolId, Region>,
    ) -> CountedDays {
        let open_days = |school| OpenDays {
            terms: almanac.terms_of(school),
            calendar: &almanac.contract,
            region: regions.get(&school).copied(),
        };
        CountedDays::new(&self.days, &self.enrolments, open_days)
    }
}

/// The months in which the days of some terms can lie. A school's own dates are a few days off the
/// nation's: a month on each side is more than enough.
pub(crate) fn months_of(first: &Term, last: &Term) -> (NaiveDate, NaiveDate) {
    let month = Months::new(1);
    let from = first.starts_on.checked_sub_months(month).unwrap_or(first.starts_on);
    let to = last.ends_on.checked_add_months(month).unwrap_or(last.ends_on);
    (from.with_day(1).unwrap_or(from), to)
}

/// What was said of students by an instant, of each under the id by which it is known now. The
/// records are theirs and those that were joined to them, each with that id.
pub(crate) async fn reported(
    db: &impl ConnectionTrait,
    records: &HashMap<StudentId, StudentId>,
    (from, to): (NaiveDate, NaiveDate),
    as_of: Option<DateTime<Utc>>,
) -> Result<HashMap<StudentId, Reported>, StoreError> {
    let ids: Vec<StudentId> = bulk::padded(records.keys().copied());
    let mut found: HashMap<StudentId, Reported> = HashMap::new();
    for month::Model { student_id, school_id, days, .. } in
        months(db, &ids, (from, to), as_of).await?
    {
        let days = month::read(&days, student_id)?.into_reports(school_id);
        of(&mut found, records, student_id).days.extend(days);
    }
    let mut said = summary::Entity::find().filter(summary::Column::StudentId.is_in(ids.clone()));
    if let Some(instant) = as_of {
        said = said.filter(summary::Column::ReceivedAt.lte(instant));
    }
    for row in said.all(db).await? {
        of(&mut found, records, row.student_id).summaries.extend(row.to_domain());
    }
    match as_of {
        None => {
            let own = enrolment::Column::StudentId.is_in(ids);
            for row in enrolment::Entity::find().filter(own).all(db).await? {
                of(&mut found, records, row.student_id).enrolments.push(row.period());
            }
        }
        Some(instant) => {
            for (student, words) in enrolment::report::known_by(db, records, instant).await? {
                let periods = stays(&words, nz_date(instant));
                let periods = periods.iter().map(Stay::period);
                of(&mut found, records, student).enrolments.extend(periods);
            }
        }
    }
    Ok(found)
}

/// The student whom a record is of.
fn of<'f>(
    found: &'f mut HashMap<StudentId, Reported>,
    records: &HashMap<StudentId, StudentId>,
    record: StudentId,
) -> &'f mut Reported {
    found.entry(records.get(&record).copied().unwrap_or(record)).or_default()
}

/// The months as they stand, or the reports that had come by an instant: the present state has
/// forgotten what it replaced.
async fn months(
    db: &impl ConnectionTrait,
    ids: &[StudentId],
    (from, to): (NaiveDate, NaiveDate),
    as_of: Option<DateTime<Utc>>,
) -> Result<Vec<month::Model>, DbErr> {
    let ids = ids.iter().copied();
    let Some(instant) = as_of else {
        return month::Entity::find()
            .filter(month::Column::StudentId.is_in(ids))
            .filter(month::Column::Month.between(from, to))
            .all(db)
            .await;
    };
    let rows = report::Entity::find()
        .filter(report::Column::StudentId.is_in(ids))
        .filter(report::Column::Month.between(from, to))
        .filter(report::Column::ReceivedAt.lte(instant))
        .all(db)
        .await?;
    let month = |row: report::Model| {
        let report::Model { student_id, school_id, month, days, .. } = row;
        month::Model { student_id, month, school_id, days }
    };
    Ok(rows.into_iter().map(month).collect())
}
