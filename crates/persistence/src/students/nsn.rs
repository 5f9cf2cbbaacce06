//! Every National Student Number that ever meant a student. A number is compared without spaces and
//! leading noughts, and shown as it was sent.

use ascms_domain::access::Grant;
use ascms_domain::ids::StudentId;
use ascms_domain::matching::{ComparedNsn, Identity, Placeholders};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, SelectStatement, SimpleExpr, UnionType};
use sea_orm::{QuerySelect, QueryTrait};

use super::{match_review, merge, recognise, record};
use crate::{DatabaseTransaction, StoreError, bulk};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "student_nsn")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub nsn: String,
    pub student_id: StudentId,
}

impl ActiveModelBehavior for ActiveModel {}

/// [`ComparedNsn`] of a table's numbers. Each of the tables has an index of it (m0054).
fn compared(table: &str) -> SimpleExpr {
    Expr::cust(format!("ltrim(replace(\"{table}\".\"nsn\", ' ', ''), '0')"))
}

fn is_one_of(table: &str, numbers: &[ComparedNsn]) -> SimpleExpr {
    compared(table).is_in(bulk::padded(numbers.iter().map(ComparedNsn::as_str)))
}

/// Whom numbers mean, as they were written.
fn meaning(numbers: &[ComparedNsn]) -> Select<Entity> {
    Entity::find().filter(is_one_of("student_nsn", numbers))
}

/// The records that carry numbers, as they were sent: also one that is somebody else's by what is known,
/// until a person has looked.
fn carrying(numbers: &[ComparedNsn]) -> Select<record::Entity> {
    record::Entity::find().filter(is_one_of("student", numbers))
}

/// The students whom a number means or who carry it, as a subquery.
pub(super) fn holders(number: &ComparedNsn) -> SelectStatement {
    let number = std::slice::from_ref(number);
    let carrying = carrying(number).select_only().column(record::Column::Id).into_query();
    let mut meant = meaning(number).select_only().column(Column::StudentId).into_query();
    // A union, and not a condition with OR: for that PostgreSQL would read every student.
    meant.union(UnionType::Distinct, carrying).take()
}

/// The students whom each of some numbers means; after them those who only carry it, the oldest first.
pub(super) async fn holders_of_each(
    db: &impl ConnectionTrait,
    numbers: &[ComparedNsn],
) -> Result<Vec<(ComparedNsn, StudentId)>, DbErr> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let meant = meaning(numbers).all(db).await?;
    let mut carried: Vec<(StudentId, Option<String>)> = carrying(numbers)
        .select_only()
        .columns([record::Column::Id, record::Column::Nsn])
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
pub(super) async fn means(
    db: &impl ConnectionTrait,
    text: &str,
) -> Result<Option<StudentId>, DbErr> {
    let Some(number) = ComparedNsn::read(text) else { return Ok(None) };
    Ok(meaning(&[number]).one(db).await?.map(|row| row.student_id))
}

/// Writes down that a number means a student, unless it means somebody already.
pub(super) async fn register(
    db: &impl ConnectionTrait,
    text: &str,
    student_id: StudentId,
) -> Result<(), DbErr> {
    if means(db, text).await?.is_none() {
        let row = Model { nsn: text.replace(' ', ""), student_id };
        Entity::insert(ActiveModel::from(row).reset_all()).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Whether two texts are one number.
pub(super) fn same(one: Option<&str>, other: Option<&str>) -> bool {
    let read = |text: Option<&str>| text.and_then(ComparedNsn::read);
    read(one) == read(other)
}

/// Takes a number for a student whom a person edits. One that is another student's is a conflict when
/// the caller may know of that student. When not, it is kept as it was sent, and a person of the
/// provider looks: the caller learns nothing of a stranger.
pub(super) async fn take(
    txn: &DatabaseTransaction,
    grant: &Grant,
    student: &record::Model,
    (text, placeholders): (&str, &Placeholders),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let number = ComparedNsn::read(text).filter(|number| !placeholders.is_number(number));
    let number = number.ok_or(StoreError::PlaceholderNsn)?;
    let mut others = Vec::new();
    for holder in meaning(std::slice::from_ref(&number)).all(txn).await? {
        let holder = merge::current(txn, holder.student_id).await?;
        if holder != student.id {
            others.push(holder);
        }
    }
    if others.is_empty() {
        return Ok(register(txn, text, student.id).await?);
    }
    txn.look_up(others.iter().map(|id| id.0));
    if !super::seen_of(txn, grant, &others).await?.is_empty() {
        return Err(StoreError::Duplicate("student_nsn.nsn".to_owned()));
    }
    txn.guess();
    let identity = Identity::of_record(number, student.birth_date, &student.names(), placeholders);
    let candidates = recognise::compared_with(txn, &identity, &others).await?;
    let candidates = ascms_domain::matching::scored(&candidates);
    let sent = Some(text.to_owned());
    match_review::open_once(txn, student.id, candidates, sent, now).await?;
    Ok(())
}
