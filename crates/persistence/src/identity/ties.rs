//! What hangs on a student's record: read and handed over without a reach, since the whole of it
//! goes along, whoever may see which part.

use ascms_domain::ids::{CaseId, ReferralId, StudentId};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{QueryOrder, QuerySelect};

use crate::reach::rows::{attendance_case, referral, student};
use crate::reach::{unscoped, updates};
use crate::store::transaction::DatabaseTransaction;

/// The records of some students.
pub(crate) async fn records(
    db: &impl ConnectionTrait,
    ids: impl Iterator<Item = StudentId>,
) -> Result<Vec<student::Model>, DbErr> {
    unscoped::student_records(ids).all(db).await
}

/// Locks records against another merge, in one order, so that two callers cannot block each
/// other. Rows that only name a student do not wait for it.
pub(super) async fn lock_records(
    txn: &DatabaseTransaction,
    ids: &[StudentId],
) -> Result<(), DbErr> {
    unscoped::student_records(ids.to_vec())
        .order_by_asc(student::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(txn)
        .await?;
    Ok(())
}

/// The referrals of some students, locked: a decision that is under way comes first.
pub(crate) async fn referrals_of(
    txn: &DatabaseTransaction,
    students: &[StudentId],
) -> Result<Vec<referral::Model>, DbErr> {
    unscoped::referrals_of_students(students.to_vec())
        .order_by_asc(referral::Column::Id)
        .lock_exclusive()
        .all(txn)
        .await
}

/// The cases of some students, locked.
pub(crate) async fn cases_of(
    txn: &DatabaseTransaction,
    students: &[StudentId],
) -> Result<Vec<attendance_case::Model>, DbErr> {
    unscoped::cases_of_students(students.to_vec())
        .order_by_asc(attendance_case::Column::Id)
        .lock_exclusive()
        .all(txn)
        .await
}

/// Hands referrals and cases over; their clocks are told when everything has moved. Their versions stay: nothing of their own
/// has changed, and the digest in an ETag tells that another student is shown.
pub(crate) async fn hand_over(
    txn: &DatabaseTransaction,
    referral_ids: Vec<ReferralId>,
    case_ids: Vec<CaseId>,
    to: StudentId,
) -> Result<(), DbErr> {
    updates::student_of_referrals(txn, referral_ids, to).await?;
    updates::student_of_cases(txn, case_ids, to).await
}
