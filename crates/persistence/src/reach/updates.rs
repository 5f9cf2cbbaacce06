//! Updates of scoped tables that set a column of the rows they name. The caller was let to make the
//! change, and holds the locks; a whole row is written by `store::whole_row`.

use ascms_domain::ids::{CaseId, EntryId, ProviderId, ReferralId, StudentId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;

use crate::reach::tables::{attendance_case, newest_entry, referral};
use crate::store::transaction::DatabaseTransaction;

/// Referrals become another student's.
pub(crate) async fn student_of_referrals(
    txn: &DatabaseTransaction,
    ids: Vec<ReferralId>,
    to: StudentId,
) -> Result<(), DbErr> {
    referral::Entity::update_many()
        .col_expr(referral::Column::StudentId, Expr::value(to))
        .filter(referral::Column::Id.is_in(ids))
        .exec(txn)
        .await?;
    Ok(())
}

/// Cases become another student's.
pub(crate) async fn student_of_cases(
    txn: &DatabaseTransaction,
    ids: Vec<CaseId>,
    to: StudentId,
) -> Result<(), DbErr> {
    attendance_case::Entity::update_many()
        .col_expr(attendance_case::Column::StudentId, Expr::value(to))
        .filter(attendance_case::Column::Id.is_in(ids))
        .exec(txn)
        .await?;
    Ok(())
}

/// The referrals of a case go to another provider, each as its next version.
pub(crate) async fn provider_of_referrals(
    txn: &DatabaseTransaction,
    case_id: CaseId,
    to: ProviderId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use referral::{Column, Entity};
    Entity::update_many()
        .col_expr(Column::ProviderId, Expr::value(to))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::CaseId.eq(case_id))
        .exec(txn)
        .await?;
    Ok(())
}

/// A case has one entry more, which is its newest. Answers with its number.
pub(crate) async fn newest_entry_of_case(
    txn: &DatabaseTransaction,
    case_id: CaseId,
    entry: EntryId,
    by: UserId,
) -> Result<i32, DbErr> {
    use newest_entry::{Column, Entity};
    let moved = Entity::update_many()
        .col_expr(Column::LastEntryId, Expr::value(entry))
        .col_expr(Column::LastEntryBy, Expr::value(by))
        .col_expr(Column::LastEntryNumber, Expr::col(Column::LastEntryNumber).add(1))
        .filter(Column::Id.eq(case_id))
        .exec_with_returning(txn)
        .await?;
    Ok(moved.first().map_or(0, |row| row.last_entry_number))
}
