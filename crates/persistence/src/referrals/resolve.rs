//! A student of whom a referral says that they are enrolled nowhere turns out to be enrolled.

use ascms_domain::access::Grant;
use ascms_domain::ids::StudentId;
use ascms_domain::referrals::{ReferralKind, ReferralStatus};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect};

use super::{Column, Entity, decide, take_state, to_domain};
use crate::{StoreError, bulk};

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
