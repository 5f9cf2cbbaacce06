//! A student of whom a referral says that they are enrolled nowhere turns out to be enrolled, or
//! after all not.

use std::collections::HashMap;

use ascms_domain::access::Grant;
use ascms_domain::ids::StudentId;
use ascms_domain::referrals::{ReferralKind, ReferralStatus};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use super::{Column, Entity, decide, take_state, to_domain};
use crate::{DatabaseTransaction, StoreError, bulk};

/// Settles the undecided non-enrolment referrals of students who are enrolled now. One whose case
/// is open goes on: its provider hears of the school from the case. The caller tells their clocks.
pub(crate) async fn resolve(
    txn: &DatabaseTransaction,
    grant: &Grant,
    students: &[StudentId],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if students.is_empty() {
        return Ok(());
    }
    let undecided = Entity::find()
        .filter(Column::StudentId.is_in(bulk::padded(students.iter().copied())))
        .filter(Column::Kind.eq(ReferralKind::NonEnrolment))
        .filter(Column::Status.is_in([ReferralStatus::Submitted, ReferralStatus::Returned]))
        // In one order, so that two calls never wait for each other.
        .order_by_asc(Column::Id)
        .lock_exclusive();
    for before in undecided.all(txn).await? {
        let mut referral = to_domain(&before)?;
        // Locked, so that nobody has decided on it meanwhile.
        if referral.resolve().is_err() {
            continue;
        }
        let mut row = before.clone();
        take_state(&mut row, &referral);
        decide::keep(txn, grant, &before, &mut row, "referral.resolved", now).await?;
    }
    Ok(())
}

/// Lets resolved referrals wait again of students who were never enrolled where somebody said they
/// were. Each comes with the last day of whatever time at a school still stands: a referral of that
/// day or before was resolved by that. The caller tells their clocks.
pub(crate) async fn unresolve(
    txn: &DatabaseTransaction,
    grant: &Grant,
    students: &HashMap<StudentId, Option<NaiveDate>>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if students.is_empty() {
        return Ok(());
    }
    let resolved = Entity::find()
        .filter(Column::StudentId.is_in(bulk::padded(students.keys().copied())))
        .filter(Column::Status.eq(ReferralStatus::Resolved))
        .order_by_asc(Column::Id)
        .lock_exclusive();
    for before in resolved.all(txn).await? {
        let last_day = students.get(&before.student_id).copied().flatten();
        let mut referral = to_domain(&before)?;
        if last_day.is_some_and(|day| day >= before.referral_date) || referral.unresolve().is_err()
        {
            continue;
        }
        let mut row = before.clone();
        take_state(&mut row, &referral);
        decide::keep(txn, grant, &before, &mut row, "referral.submitted", now).await?;
    }
    Ok(())
}
