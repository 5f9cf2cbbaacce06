//! Who may join and part records meanwhile: nobody else.

use ascms_domain::ids::StudentId;
use ascms_domain::matching::ComparedNsn;
use sea_orm::entity::prelude::*;

use super::{current, into, ties};
use crate::students::{intake, name, nsn};
use crate::{DatabaseTransaction, StoreError, dialect};

/// How often a record that is followed to the one it was joined to may have been joined again.
const STEPS: usize = 4;

/// Where a student's id leads, held there until the end of the transaction: nobody joins the
/// record to another, or parts it, before that.
pub(in crate::students) async fn hold(
    txn: &DatabaseTransaction,
    id: StudentId,
) -> Result<StudentId, StoreError> {
    let mut survivor = current(txn, id).await?;
    for _ in 0..STEPS {
        ties::lock_records(txn, &[survivor]).await?;
        // Who waited for the record finds where it leads by now.
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
pub(super) async fn nobody_else(txn: &DatabaseTransaction) -> Result<(), DbErr> {
    dialect::lock_names(txn, &[JOINING.to_owned()]).await
}

/// Locks the records, and everything by which an intake could recognise one of them: a referral
/// that comes in meanwhile waits, and then finds the students as they are.
pub(super) async fn lock(txn: &DatabaseTransaction, ids: &[StudentId]) -> Result<(), DbErr> {
    let mut all = ids.to_vec();
    for id in ids {
        all.extend(into(txn, *id).await?.iter().map(|merge| merge.from_student_id));
    }
    let names = name::Entity::find().filter(name::Column::StudentId.is_in(all.clone()));
    let numbers = nsn::Entity::find().filter(nsn::Column::StudentId.is_in(all));
    let mut locks: Vec<String> = Vec::new();
    for row in names.all(txn).await? {
        locks.push(intake::birth_lock(row.birth_date));
    }
    for row in numbers.all(txn).await? {
        locks.extend(ComparedNsn::read(&row.nsn).as_ref().map(intake::number_lock));
    }
    dialect::lock_names(txn, &locks).await?;
    ties::lock_records(txn, ids).await
}
