//! Who may join and part records meanwhile: nobody else.

use ascms_domain::ids::StudentId;
use ascms_domain::matching::ComparedNsn;
use ascms_domain::students::SentStudent;
use ascms_domain::text::Nsn;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use crate::identity::merges::{current, into};
use crate::identity::{locks, ties};
use crate::rows::{student_name, student_nsn};
use crate::store::dialect;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;

/// How often a record that is followed to the one it was joined to may have been joined again.
const STEPS: usize = 4;

/// Where a student's id leads, held there until the end of the transaction: nobody joins the
/// record to another, or parts it, before that.
pub(crate) async fn hold_one(
    txn: &DatabaseTransaction,
    id: StudentId,
) -> Result<StudentId, StoreError> {
    let mut survivor = current(txn, id).await?;
    for _ in 0..STEPS {
        ties::lock_records(txn, &[survivor]).await?;
        // After the wait, the record may lead to another one.
        let now = current(txn, id).await?;
        if now == survivor {
            return Ok(survivor);
        }
        survivor = now;
    }
    Err(StoreError::Locked)
}

/// The same for two students who are to be joined, with everything that hangs on them.
pub(crate) async fn hold_both(
    txn: &DatabaseTransaction,
    ids: (StudentId, StudentId),
) -> Result<(StudentId, StudentId), StoreError> {
    nobody_else(txn).await?;
    let (one, other) = (current(txn, ids.0).await?, current(txn, ids.1).await?);
    lock(txn, &[one, other]).await?;
    Ok((one, other))
}

/// The name of the lock under which records are joined and parted.
const JOINING: &str = "students joined";

/// Lets nobody join or part records until the end of the transaction: for those who find many
/// students by their records, and write to what they found.
pub(crate) async fn keep_apart(txn: &DatabaseTransaction) -> Result<(), DbErr> {
    dialect::share_name(txn, JOINING).await
}

/// Has everybody else wait who joins or parts records: from here on, every id leads where it leads.
/// First of all, so that nobody waits for this merge while it waits for a push.
pub(crate) async fn nobody_else(txn: &DatabaseTransaction) -> Result<(), DbErr> {
    dialect::lock_names(txn, &[JOINING.to_owned()]).await
}

/// Locks the records, and everything by which an intake could recognise one of them: a referral
/// that comes in meanwhile waits, and then finds the students as they are.
pub(crate) async fn lock(txn: &DatabaseTransaction, ids: &[StudentId]) -> Result<(), DbErr> {
    let mut all = ids.to_vec();
    for id in ids {
        all.extend(into(txn, *id).await?.iter().map(|merge| merge.from_student_id));
    }
    let names =
        student_name::Entity::find().filter(student_name::Column::StudentId.is_in(all.clone()));
    let numbers = student_nsn::Entity::find().filter(student_nsn::Column::StudentId.is_in(all));
    let mut locks: Vec<String> = Vec::new();
    for row in names.all(txn).await? {
        locks.push(locks::birth_lock(row.birth_date));
    }
    for row in numbers.all(txn).await? {
        locks.extend(ComparedNsn::read(&row.nsn).as_ref().map(locks::number_lock));
    }
    dialect::lock_names(txn, &locks).await?;
    ties::lock_records(txn, ids).await
}

/// The locks that keep two callers from making the same student at the same time. Names that are
/// nearly the same are no text to lock by, so students born on one day wait for each other.
pub(crate) fn lock_names(sent: &SentStudent) -> Vec<String> {
    let number = sent.nsn.as_ref().map(Nsn::as_str).and_then(ComparedNsn::read);
    [birth_lock(sent.birth_date)].into_iter().chain(number.as_ref().map(number_lock)).collect()
}

pub(crate) fn birth_lock(birth_date: NaiveDate) -> String {
    format!("born {birth_date}")
}

pub(crate) fn number_lock(nsn: &ComparedNsn) -> String {
    format!("nsn {}", nsn.as_str())
}
