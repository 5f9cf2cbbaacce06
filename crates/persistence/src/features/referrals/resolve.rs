//! A student of whom a referral says that they are enrolled nowhere turns out to be enrolled, or
//! after all not.

use std::collections::{BTreeSet, HashMap};

use ascms_domain::access::Grant;
use ascms_domain::calendar::nz_date;
use ascms_domain::enrolments::{Statement, came_to_be_enrolled};
use ascms_domain::ids::{ReferralId, StudentId};
use ascms_domain::referrals::{ReferralKind, ReferralStatus};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use crate::features::referrals::record;
use crate::gate::referral_state::{take_state, to_domain};
use crate::reach::rows::referral::{Column, Model};
use crate::reach::unscoped;
use crate::reference::schools;
use crate::rows::{lifecycle, school};
use crate::store::bulk;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;

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
    let undecided = unscoped::referrals_of_students(bulk::padded(students.iter().copied()))
        .filter(Column::Kind.eq(ReferralKind::NonEnrolment))
        .filter(crate::reach::referrals::waits())
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
        record::save_version(txn, grant, &before, &mut row, "referral.resolved", now).await?;
    }
    Ok(())
}

/// Lets resolved referrals wait again of students of whom it turned out that they did not come to
/// be enrolled since: by everything that was said of them and stands. One stays resolved where the
/// school has referred the student anew meanwhile: a child waits once (ours). The caller tells their
/// clocks.
pub(crate) async fn unresolve(
    txn: &DatabaseTransaction,
    grant: &Grant,
    students: &[StudentId],
    said: &HashMap<StudentId, Vec<Statement>>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if students.is_empty() {
        return Ok(());
    }
    let resolved = unscoped::referrals_of_students(bulk::padded(students.iter().copied()))
        .filter(lifecycle::is(Column::Status.as_column_ref(), ReferralStatus::is_resolved))
        .order_by_asc(Column::Id)
        .lock_exclusive();
    for before in resolved.all(txn).await? {
        let words = said.get(&before.student_id).map_or(&[][..], Vec::as_slice);
        let mut referral = to_domain(&before)?;
        if came_to_be_enrolled(words, before.submitted_at, nz_date(now))
            || referral.unresolve().is_err()
            || another_waits(txn, &before).await?
        {
            continue;
        }
        let mut row = before.clone();
        take_state(&mut row, &referral);
        record::save_version(txn, grant, &before, &mut row, "referral.submitted", now).await?;
    }
    Ok(())
}

/// Whether another referral of the student and kind waits at the school.
async fn another_waits(txn: &DatabaseTransaction, of: &Model) -> Result<bool, DbErr> {
    let others = unscoped::referrals_of_student(of.student_id)
        .filter(Column::SchoolId.eq(of.school_id))
        .filter(Column::Kind.eq(of.kind))
        .filter(crate::reach::referrals::waits());
    Ok(others.count(txn).await? > 0)
}

/// Lets referrals wait again that joined a case which turned out to be another student's. The
/// responsible provider is decided anew, by the school and the day of the referral: the case's provider
/// was responsible because of the case only. The caller recomputes their clocks.
pub(crate) async fn part_from_cases(
    txn: &DatabaseTransaction,
    grant: &Grant,
    referrals: &BTreeSet<ReferralId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for id in referrals {
        let found = unscoped::referral_of_change(*id).lock_exclusive().one(txn).await?;
        let before = found.ok_or(StoreError::NotFound)?;
        let mut referral = to_domain(&before)?;
        if referral.part_from_case().is_err() {
            continue;
        }
        let mut row = before.clone();
        let school = school::Entity::find_by_id(row.school_id).one(txn).await?;
        let school = school.ok_or(StoreError::NotFound)?;
        if let Some(route) = schools::routing(txn, grant, school.number, row.referral_date).await? {
            let responsible = route.providers().without_case(row.in_school);
            (row.provider_id, row.in_school) = (responsible.provider_id, responsible.in_school);
        }
        take_state(&mut row, &referral);
        row.case_id = None;
        record::save_version(txn, grant, &before, &mut row, "referral.submitted", now).await?;
    }
    Ok(())
}
