//! The students whom a push names, found with a few statements however many they are.

use std::collections::{BTreeSet, HashMap};

use ascms_domain::access::Grant;
use ascms_domain::attendance::EnrolmentPeriod;
use ascms_domain::ids::{SchoolId, StudentId};
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use super::{enrolment, merge, nsn, record};
use crate::{StoreError, bulk};

/// A student who is or was at the school, or of whom the school said so, under one of the names
/// that the student goes by.
#[derive(Clone, Debug)]
pub(crate) struct Enrolled {
    pub id: StudentId,
    /// The record that the name is of. Of two that are joined it is what was named, so that what
    /// is sent under either number is still its own when they are parted.
    pub record: StudentId,
    pub births: Births,
    /// The student's times at this school, as they stand.
    pub periods: Vec<EnrolmentPeriod>,
}

/// When a student was born, as the record says that was named, and as the file says that it is
/// read in: two records that were joined may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Births {
    pub of_record: NaiveDate,
    pub of_file: NaiveDate,
}

impl Births {
    pub(crate) fn include(self, date: NaiveDate) -> bool {
        self.of_record == date || self.of_file == date
    }
}

/// Students by every name that a push may call them. Of whom the school never said anything is
/// not among them: a school does not learn from a number who is known elsewhere.
#[derive(Debug, Default)]
pub(crate) struct Roll {
    everybody: Everybody,
    periods: HashMap<StudentId, Vec<EnrolmentPeriod>>,
}

impl Roll {
    pub(crate) fn by_nsn(&self, number: &str) -> Option<Enrolled> {
        self.here(self.everybody.by_nsn(number)?)
    }

    /// Also by the id of a record that was joined to another.
    pub(crate) fn by_id(&self, id: StudentId) -> Option<Enrolled> {
        self.here(self.everybody.by_id(id)?)
    }

    fn here(&self, known: Known) -> Option<Enrolled> {
        let Known { id, record, births, version: _ } = known;
        let periods = self.periods.get(&id)?.clone();
        Some(Enrolled { id, record, births, periods })
    }
}

/// A student by a number or an id, with the version of the file's record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub id: StudentId,
    /// The record that the number or the id is of.
    pub record: StudentId,
    pub births: Births,
    pub version: i32,
}

/// Students by every name that a push may call them, wherever they are enrolled.
#[derive(Debug, Default)]
pub(crate) struct Everybody {
    numbers: HashMap<String, StudentId>,
    joined: HashMap<StudentId, StudentId>,
    /// Birth date and version of each record.
    records: HashMap<StudentId, (NaiveDate, i32)>,
}

impl Everybody {
    pub(crate) fn by_nsn(&self, number: &str) -> Option<Known> {
        self.by_id(*self.numbers.get(number)?)
    }

    /// Also by the id of a record that was joined to another.
    pub(crate) fn by_id(&self, record: StudentId) -> Option<Known> {
        let id = self.survivor(record);
        let (of_record, _) = *self.records.get(&record)?;
        let (of_file, version) = *self.records.get(&id)?;
        Some(Known { id, record, births: Births { of_record, of_file }, version })
    }

    fn survivor(&self, record: StudentId) -> StudentId {
        self.joined.get(&record).copied().unwrap_or(record)
    }

    /// The students, each once.
    pub(crate) fn ids(&self) -> Vec<StudentId> {
        let ids: BTreeSet<StudentId> = self.records.keys().map(|id| self.survivor(*id)).collect();
        ids.into_iter().collect()
    }
}

/// All students with these numbers or ids. Who may know of them is the caller's to decide.
pub(crate) async fn of_anywhere(
    db: &impl ConnectionTrait,
    numbers: &[&str],
    ids: &[StudentId],
) -> Result<Everybody, DbErr> {
    let asked: BTreeSet<&str> = numbers.iter().copied().collect();
    let rows = nsn::Entity::find().filter(nsn::Column::Nsn.is_in(bulk::padded(asked))).all(db);
    let numbers: HashMap<String, StudentId> =
        rows.await?.into_iter().map(|row| (row.nsn, row.student_id)).collect();
    let asked: BTreeSet<StudentId> = numbers.values().chain(ids).copied().collect();
    let joined = merge::survivors_of(db, &bulk::padded(asked.iter().copied())).await?;
    let records: BTreeSet<StudentId> = asked.into_iter().chain(joined.values().copied()).collect();
    let rows: Vec<(StudentId, NaiveDate, i32)> = record::Entity::find()
        .select_only()
        .columns([record::Column::Id, record::Column::BirthDate, record::Column::Version])
        .filter(record::Column::Id.is_in(bulk::padded(records)))
        .into_tuple()
        .all(db)
        .await?;
    let records = rows.into_iter().map(|(id, birth_date, version)| (id, (birth_date, version)));
    Ok(Everybody { numbers, joined, records: records.collect() })
}

/// A student who is enrolled at a school now, as the file shows them, and every record that means
/// them, their own first.
#[derive(Clone, Debug)]
pub(crate) struct OnRoll {
    pub student: record::Model,
    pub records: Vec<StudentId>,
}

/// Students within reach who are enrolled at a school now, in the order of their ids: so many
/// after one of them.
pub(crate) async fn some_of(
    db: &impl ConnectionTrait,
    grant: &Grant,
    school: SchoolId,
    (after, limit): (Option<StudentId>, u32),
) -> Result<Vec<OnRoll>, DbErr> {
    let here = super::enrolled_at(enrolment::Column::SchoolId.eq(school));
    let mut query = super::within(grant)
        .filter(record::Column::Id.in_subquery(here))
        .order_by_asc(record::Column::Id)
        .limit(u64::from(limit));
    if let Some(after) = after {
        query = query.filter(record::Column::Id.gt(after));
    }
    let rows = query.all(db).await?;
    let ids = bulk::padded(rows.iter().map(|row| row.id));
    let mut joined = merge::joined_to_each(db, &ids).await?;
    let each = rows.into_iter().map(|own| {
        let joined = joined.remove(&own.id).unwrap_or_default();
        let others = joined.iter().map(|(_, record)| record.id);
        let records = [own.id].into_iter().chain(others).collect();
        OnRoll { student: merge::folded(own, &joined), records }
    });
    Ok(each.collect())
}

/// The students of a school with these numbers or ids: who is or was enrolled there, and of whom
/// the school ever said so, whatever became of its word.
pub(crate) async fn of_school(
    db: &impl ConnectionTrait,
    school: SchoolId,
    numbers: &[&str],
    ids: &[StudentId],
) -> Result<Roll, StoreError> {
    let everybody = of_anywhere(db, numbers, ids).await?;
    let students = everybody.ids();
    let enrolments = enrolment::Entity::find()
        .filter(enrolment::Column::SchoolId.eq(school))
        .filter(enrolment::Column::StudentId.is_in(bulk::padded(students.iter().copied())))
        .all(db)
        .await?;
    let mut periods: HashMap<StudentId, Vec<EnrolmentPeriod>> = HashMap::new();
    for row in enrolments {
        periods.entry(row.student_id).or_default().push(row.period());
    }
    let unseen = students.into_iter().filter(|id| !periods.contains_key(id)).collect::<Vec<_>>();
    for student in enrolment::report::told_by(db, school, &unseen).await? {
        periods.entry(student).or_default();
    }
    Ok(Roll { everybody, periods })
}
