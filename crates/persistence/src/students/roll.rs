//! The students whom a push names, found with a few statements however many they are.

use std::collections::{BTreeSet, HashMap};

use ascms_domain::access::Grant;
use ascms_domain::attendance::EnrolmentPeriod;
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::matching::ComparedNsn;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use super::{enrolment, merge, nsn, record};
use crate::{DatabaseTransaction, bulk};

/// A student who is or was at the school.
#[derive(Clone, Debug)]
pub(crate) struct Enrolled {
    pub id: StudentId,
    pub birth_date: NaiveDate,
    /// The student's times at this school.
    pub periods: Vec<EnrolmentPeriod>,
}

/// Students by every name that a push may call them. Who never was at the school is not among
/// them: a school does not learn from a number who is known elsewhere.
#[derive(Debug, Default)]
pub(crate) struct Roll {
    numbers: Numbers,
    joined: HashMap<StudentId, StudentId>,
    students: HashMap<StudentId, Enrolled>,
}

/// Whom each number means, then who only carries it.
type Numbers = HashMap<ComparedNsn, Vec<StudentId>>;

fn holders<'n>(numbers: &'n Numbers, number: &str) -> impl Iterator<Item = StudentId> + use<'n> {
    let holders = ComparedNsn::read(number).and_then(|number| numbers.get(&number));
    holders.into_iter().flatten().copied()
}

impl Roll {
    pub(crate) fn by_nsn(&self, number: &str) -> Option<&Enrolled> {
        holders(&self.numbers, number).find_map(|id| self.by_id(id))
    }

    /// Also by the id of a record that was joined to another.
    pub(crate) fn by_id(&self, id: StudentId) -> Option<&Enrolled> {
        self.students.get(self.joined.get(&id).unwrap_or(&id))
    }
}

/// A student by a number or an id, with the version of the record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub id: StudentId,
    pub birth_date: NaiveDate,
    pub version: i32,
}

/// Students by every name that a push may call them, wherever they are enrolled.
#[derive(Debug, Default)]
pub(crate) struct Everybody {
    numbers: Numbers,
    joined: HashMap<StudentId, StudentId>,
    students: HashMap<StudentId, Known>,
}

impl Everybody {
    /// Whom a number means; of several who carry it the one whom the caller prefers.
    pub(crate) fn by_nsn(&self, number: &str, preferred: impl Fn(&Known) -> bool) -> Option<Known> {
        let all: Vec<Known> =
            holders(&self.numbers, number).filter_map(|id| self.by_id(id)).collect();
        all.iter().find(|one| preferred(one)).or(all.first()).copied()
    }

    /// Also by the id of a record that was joined to another.
    pub(crate) fn by_id(&self, id: StudentId) -> Option<Known> {
        self.students.get(self.joined.get(&id).unwrap_or(&id)).copied()
    }

    pub(crate) fn ids(&self) -> Vec<StudentId> {
        let mut ids: Vec<StudentId> = self.students.keys().copied().collect();
        ids.sort_unstable();
        ids
    }
}

/// All students with these numbers or ids. Who may know of them is the caller's to decide.
pub(crate) async fn of_anywhere(
    txn: &DatabaseTransaction,
    numbers: &[&str],
    ids: &[StudentId],
) -> Result<Everybody, DbErr> {
    let (numbers, joined, survivors) = meant(txn, numbers, ids).await?;
    let rows: Vec<(StudentId, NaiveDate, i32)> = record::Entity::find()
        .select_only()
        .columns([record::Column::Id, record::Column::BirthDate, record::Column::Version])
        .filter(record::Column::Id.is_in(bulk::padded(survivors)))
        .into_tuple()
        .all(txn)
        .await?;
    txn.look_up(rows.iter().map(|(id, ..)| id.0));
    let students =
        rows.into_iter().map(|(id, birth_date, version)| (id, Known { id, birth_date, version }));
    Ok(Everybody { numbers, joined, students: students.collect() })
}

/// Whom numbers and ids mean.
type Meant = (Numbers, HashMap<StudentId, StudentId>, BTreeSet<StudentId>);

async fn meant(
    txn: &DatabaseTransaction,
    numbers: &[&str],
    ids: &[StudentId],
) -> Result<Meant, DbErr> {
    let asked: BTreeSet<ComparedNsn> =
        numbers.iter().filter_map(|number| ComparedNsn::read(number)).collect();
    let asked: Vec<ComparedNsn> = asked.into_iter().collect();
    let mut numbers = Numbers::new();
    for (number, id) in nsn::holders_of_each(txn, &asked).await? {
        numbers.entry(number).or_default().push(id);
    }
    let asked: BTreeSet<StudentId> = numbers.values().flatten().chain(ids).copied().collect();
    let joined = merge::survivors_of(txn, &bulk::padded(asked.iter().copied())).await?;
    let survivors: BTreeSet<StudentId> =
        asked.iter().map(|id| joined.get(id).copied().unwrap_or(*id)).collect();
    Ok((numbers, joined, survivors))
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

/// The students of a school with these numbers or ids.
pub(crate) async fn of_school(
    txn: &DatabaseTransaction,
    school: SchoolId,
    numbers: &[&str],
    ids: &[StudentId],
) -> Result<Roll, DbErr> {
    let (numbers, joined, survivors) = meant(txn, numbers, ids).await?;
    // Also those whom the school learns nothing of: the trail names them.
    txn.look_up(numbers.values().flatten().map(|id| id.0));
    let enrolments = enrolment::Entity::find()
        .filter(enrolment::Column::SchoolId.eq(school))
        .filter(enrolment::Column::StudentId.is_in(bulk::padded(survivors)))
        .all(txn)
        .await?;
    let mut periods: HashMap<StudentId, Vec<EnrolmentPeriod>> = HashMap::new();
    for row in enrolments {
        periods.entry(row.student_id).or_default().push(row.period());
    }
    let here: BTreeSet<StudentId> = periods.keys().copied().collect();
    let born: Vec<(StudentId, NaiveDate)> = record::Entity::find()
        .select_only()
        .columns([record::Column::Id, record::Column::BirthDate])
        .filter(record::Column::Id.is_in(bulk::padded(here)))
        .into_tuple()
        .all(txn)
        .await?;
    let students = born.into_iter().map(|(id, birth_date)| {
        let periods = periods.remove(&id).unwrap_or_default();
        (id, Enrolled { id, birth_date, periods })
    });
    Ok(Roll { numbers, joined, students: students.collect() })
}
