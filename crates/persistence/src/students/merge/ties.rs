//! What hangs on a student's record: read and handed over without a reach, since the whole of it
//! goes along, whoever may see which part.

use ascms_domain::ids::{CaseId, ReferralId, StudentId};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{QueryOrder, QuerySelect};

use crate::students::record;
use crate::{DatabaseTransaction, cases, referrals};

/// The records of some students.
pub(crate) async fn records(
    db: &impl ConnectionTrait,
    ids: impl Iterator<Item = StudentId>,
) -> Result<Vec<record::Model>, DbErr> {
    record::Entity::find().filter(record::Column::Id.is_in(ids)).all(db).await
}

/// Locks records against another merge, in one order, so that two callers cannot block each
/// other. Rows that only name a student do not wait for it.
pub(super) async fn lock_records(
    txn: &DatabaseTransaction,
    ids: &[StudentId],
) -> Result<(), DbErr> {
    record::Entity::find()
        .filter(record::Column::Id.is_in(ids.to_vec()))
        .order_by_asc(record::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(txn)
        .await?;
    Ok(())
}

/// The referrals of some students, locked: a decision that is under way comes first.
pub(super) async fn referrals_of(
    txn: &DatabaseTransaction,
    students: &[StudentId],
) -> Result<Vec<referrals::Model>, DbErr> {
    referrals::Entity::find()
        .filter(referrals::Column::StudentId.is_in(students.to_vec()))
        .order_by_asc(referrals::Column::Id)
        .lock_exclusive()
        .all(txn)
        .await
}

/// The cases of some students, locked.
pub(super) async fn cases_of(
    txn: &DatabaseTransaction,
    students: &[StudentId],
) -> Result<Vec<cases::Model>, DbErr> {
    cases::Entity::find()
        .filter(cases::Column::StudentId.is_in(students.to_vec()))
        .order_by_asc(cases::Column::Id)
        .lock_exclusive()
        .all(txn)
        .await
}

/// Hands referrals and cases over; their clocks are told when everything has moved. Their versions stay: nothing of their own
/// has changed, and the digest in an ETag tells that another student is shown.
pub(super) async fn hand_over(
    txn: &DatabaseTransaction,
    referral_ids: Vec<ReferralId>,
    case_ids: Vec<CaseId>,
    to: StudentId,
) -> Result<(), DbErr> {
    referrals::Entity::update_many()
        .col_expr(referrals::Column::StudentId, Expr::value(to))
        .filter(referrals::Column::Id.is_in(referral_ids))
        .exec(txn)
        .await?;
    cases::Entity::update_many()
        .col_expr(cases::Column::StudentId, Expr::value(to))
        .filter(cases::Column::Id.is_in(case_ids))
        .exec(txn)
        .await?;
    Ok(())
}
