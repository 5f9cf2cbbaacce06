//! Whom a National Student Number means.

use ascms_domain::ids::StudentId;
use ascms_domain::matching::ComparedNsn;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{SelectStatement, UnionType};
use sea_orm::{QuerySelect, QueryTrait};

use crate::reach::numbers::is_one_of;
use crate::reach::rows::student;
use crate::reach::unscoped::students_carrying;
use crate::rows::student_nsn::{ActiveModel, Column, Entity, Model};
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;

/// Whom numbers mean, as they were written.
pub(crate) fn meaning(numbers: &[ComparedNsn]) -> Select<Entity> {
    Entity::find().filter(is_one_of("student_nsn", numbers))
}

/// The students whom a number means or who carry it, as a subquery.
pub(crate) fn holders(number: &ComparedNsn) -> SelectStatement {
    let number = std::slice::from_ref(number);
    let carrying = students_carrying(number).select_only().column(student::Column::Id).into_query();
    let mut meant = meaning(number).select_only().column(Column::StudentId).into_query();
    // A union, and not a condition with OR: for that PostgreSQL would read every student.
    meant.union(UnionType::Distinct, carrying).take()
}

/// The students whom each of some numbers means; after them those who only carry it, the oldest first.
pub(crate) async fn holders_of_each(
    db: &impl ConnectionTrait,
    numbers: &[ComparedNsn],
) -> Result<Vec<(ComparedNsn, StudentId)>, DbErr> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let meant = meaning(numbers).all(db).await?;
    let mut carried: Vec<(StudentId, Option<String>)> = students_carrying(numbers)
        .select_only()
        .columns([student::Column::Id, student::Column::Nsn])
        .into_tuple()
        .all(db)
        .await?;
    carried.sort_unstable();
    let meant = meant.into_iter().map(|row| (row.nsn, row.student_id));
    let carried = carried.into_iter().filter_map(|(id, number)| Some((number?, id)));
    let read = |(text, id): (String, StudentId)| Some((ComparedNsn::read(&text)?, id));
    Ok(meant.chain(carried).filter_map(read).collect())
}

/// Whose a number is, as it was written down: the record's, also when that was joined to another.
pub(crate) async fn means(
    db: &impl ConnectionTrait,
    text: &str,
) -> Result<Option<StudentId>, DbErr> {
    let Some(number) = ComparedNsn::read(text) else { return Ok(None) };
    Ok(meaning(&[number]).one(db).await?.map(|row| row.student_id))
}

/// Writes down that a number means a student, unless it means somebody already.
pub(crate) async fn register(
    txn: &DatabaseTransaction,
    text: &str,
    student_id: StudentId,
) -> Result<(), DbErr> {
    match means(txn, text).await? {
        None => register_free(txn, text, student_id).await,
        Some(_) => Ok(()),
    }
}

/// The same for a number of which it is known, under its lock, that it means nobody.
pub(crate) async fn register_free(
    txn: &DatabaseTransaction,
    text: &str,
    student_id: StudentId,
) -> Result<(), DbErr> {
    let row = Model { nsn: text.replace(' ', ""), student_id };
    whole_row::insert(txn, ActiveModel::from(row)).await?;
    Ok(())
}

/// Whether two texts are one number.
pub(crate) fn same(one: Option<&str>, other: Option<&str>) -> bool {
    let read = |text: Option<&str>| text.and_then(ComparedNsn::read);
    read(one) == read(other)
}
