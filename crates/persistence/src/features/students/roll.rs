//! The students whom a push names, found with a few statements however many they are.

use std::collections::{BTreeSet, HashMap};

use ascms_domain::access::Grant;
use ascms_domain::attendance::{EnrolledStudent, EnrolmentPeriod};
use ascms_domain::enrolments::NamedStudent;
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::matching::ComparedNsn;
use ascms_domain::students::Births;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use crate::features::students::enrolment;
use crate::identity;
use crate::reach::rows::student;
use crate::reach::unscoped;
use crate::rows;
use crate::store::bulk;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;

/// Students by every name that a push may call them. Of whom the school never said anything is
/// not among them: a school does not learn from a number who is known elsewhere.
#[derive(Debug, Default)]
pub(crate) struct Roll {
    everybody: Everybody,
    periods: HashMap<StudentId, Vec<EnrolmentPeriod>>,
}

/// Whom each number means, then who only carries it.
type Numbers = HashMap<ComparedNsn, Vec<StudentId>>;

fn holders<'n>(numbers: &'n Numbers, number: &str) -> impl Iterator<Item = StudentId> + use<'n> {
    let holders = ComparedNsn::read(number).and_then(|number| numbers.get(&number));
    holders.into_iter().flatten().copied()
}

impl Roll {
    pub(crate) fn by_nsn(&self, number: &str) -> Option<EnrolledStudent> {
        let mut holders = holders(&self.everybody.numbers, number);
        holders.find_map(|id| self.by_id(id))
    }

    /// Also by the id of a record that was joined to another.
    pub(crate) fn by_id(&self, id: StudentId) -> Option<EnrolledStudent> {
        self.here(self.everybody.by_id(id)?)
    }

    fn here(&self, named: NamedStudent) -> Option<EnrolledStudent> {
        let NamedStudent { id, record, births } = named;
        let periods = self.periods.get(&id)?.clone();
        Some(EnrolledStudent { id, record, births, periods })
    }
}

/// Students by every name that a push may call them, wherever they are enrolled.
#[derive(Debug, Default)]
pub(crate) struct Everybody {
    numbers: Numbers,
    joined: HashMap<StudentId, StudentId>,
    /// Birth date and version of each record.
    records: HashMap<StudentId, (NaiveDate, i32)>,
}

impl Everybody {
    /// The students whom a number may mean: those who have it before those who only carry it.
    pub(crate) fn by_nsn(&self, number: &str) -> impl Iterator<Item = NamedStudent> {
        holders(&self.numbers, number).filter_map(|id| self.by_id(id))
    }

    /// Also by the id of a record that was joined to another.
    pub(crate) fn by_id(&self, record: StudentId) -> Option<NamedStudent> {
        let id = self.survivor(record);
        let (of_record, _) = *self.records.get(&record)?;
        let (of_file, _) = *self.records.get(&id)?;
        Some(NamedStudent { id, record, births: Births { of_record, of_file } })
    }

    /// The version of the file's record.
    pub(crate) fn version(&self, record: StudentId) -> Option<i32> {
        self.records.get(&self.survivor(record)).map(|(_, version)| *version)
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

/// All students with these numbers or ids. The caller decides who may know of them.
pub(crate) async fn of_anywhere(
    txn: &DatabaseTransaction,
    numbers: &[&str],
    ids: &[StudentId],
) -> Result<Everybody, DbErr> {
    let asked: BTreeSet<ComparedNsn> =
        numbers.iter().filter_map(|number| ComparedNsn::read(number)).collect();
    let asked: Vec<ComparedNsn> = asked.into_iter().collect();
    let mut numbers = Numbers::new();
    for (number, id) in identity::nsn::holders_of_each(txn, &asked).await? {
        numbers.entry(number).or_default().push(id);
    }
    let asked: BTreeSet<StudentId> = numbers.values().flatten().chain(ids).copied().collect();
    let joined = identity::merges::survivors_of(txn, &bulk::padded(asked.iter().copied())).await?;
    let records: BTreeSet<StudentId> = asked.into_iter().chain(joined.values().copied()).collect();
    let rows: Vec<(StudentId, NaiveDate, i32)> = unscoped::student_records(bulk::padded(records))
        .select_only()
        .columns([student::Column::Id, student::Column::BirthDate, student::Column::Version])
        .into_tuple()
        .all(txn)
        .await?;
    let records = rows.into_iter().map(|(id, birth_date, version)| (id, (birth_date, version)));
    let everybody = Everybody { numbers, joined, records: records.collect() };
    // Also those of whom the caller learns nothing: the trail names them.
    txn.look_up(everybody.ids().into_iter().map(|id| id.0));
    Ok(everybody)
}

/// A student who is enrolled at a school now, as the file shows them, and every record that means
/// them, their own first.
#[derive(Clone, Debug)]
pub(crate) struct OnRoll {
    pub student: student::Model,
    pub records: Vec<StudentId>,
}

/// Students within reach who are enrolled at a school now, in the order of their ids: so many
/// after one of them.
pub(crate) async fn some_of(
    db: &impl ConnectionTrait,
    grant: &Grant,
    school: SchoolId,
    after: Option<StudentId>,
    limit: u32,
) -> Result<Vec<OnRoll>, DbErr> {
    let here = crate::features::students::enrolled_at(rows::enrolment::Column::SchoolId.eq(school));
    let mut query = crate::reach::students::within(grant)
        .filter(student::Column::Id.in_subquery(here))
        .order_by_asc(student::Column::Id)
        .limit(u64::from(limit));
    if let Some(after) = after {
        query = query.filter(student::Column::Id.gt(after));
    }
    let rows = query.all(db).await?;
    let ids = bulk::padded(rows.iter().map(|row| row.id));
    let mut joined = identity::merges::joined_to_each(db, &ids).await?;
    let each = rows.into_iter().map(|own| {
        let joined = joined.remove(&own.id).unwrap_or_default();
        let others = joined.iter().map(|(_, record)| record.id);
        let records = [own.id].into_iter().chain(others).collect();
        OnRoll { student: identity::merges::folded(own, &joined), records }
    });
    Ok(each.collect())
}

/// The students of a school with these numbers or ids: who is or was enrolled there, and of whom
/// the school ever said so, whatever became of its word.
pub(crate) async fn of_school(
    txn: &DatabaseTransaction,
    school: SchoolId,
    numbers: &[&str],
    ids: &[StudentId],
) -> Result<Roll, StoreError> {
    let everybody = of_anywhere(txn, numbers, ids).await?;
    let students = everybody.ids();
    let enrolments = rows::enrolment::Entity::find()
        .filter(rows::enrolment::Column::SchoolId.eq(school))
        .filter(rows::enrolment::Column::StudentId.is_in(bulk::padded(students.iter().copied())))
        .all(txn)
        .await?;
    let mut periods: HashMap<StudentId, Vec<EnrolmentPeriod>> = HashMap::new();
    for row in enrolments {
        periods.entry(row.student_id).or_default().push(row.period());
    }
    let unseen = students.into_iter().filter(|id| !periods.contains_key(id)).collect::<Vec<_>>();
    for student in enrolment::report::told_by(txn, school, &unseen).await? {
        periods.entry(student).or_default();
    }
    Ok(Roll { everybody, periods })
}
