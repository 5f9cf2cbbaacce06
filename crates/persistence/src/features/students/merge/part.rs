//! Parting again: what moved goes back, with what has grown out of it and what came in under the
//! record since.

use std::collections::{BTreeMap, BTreeSet};

use ascms_domain::ids::{ReferralId, StudentId, WhanauContactId};
use ascms_domain::measures::ClockCause;
use ascms_domain::merges::{
    PartedRecord, Particulars, Parting, TiedCase, TiedRecords, TiedReferral, going_back,
};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::features::measures::{self, ClockScope};
use crate::features::referrals;
use crate::features::students::enrolment::{self, EnrolmentLedger, report};
use crate::features::students::merge::arrival;
use crate::features::students::merge::refusal::MergeChangeRefusal;
use crate::features::students::whanau_contact;
use crate::gate::write::Write;
use crate::identity::merges::joined_to;
use crate::identity::{self, ties};
use crate::reach::joined::active;
use crate::reach::rows::{referral, student};
use crate::rows::student_merge::{ActiveModel, Column, Entity, Model};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;

/// Ends a merge. The caller holds both records.
pub(super) async fn part(
    write: &Write<'_>,
    merge: Model,
    reason: &str,
) -> Result<Model, CallError<MergeChangeRefusal>> {
    let &Write { txn, call, calendars, .. } = write;
    let (from, survivor) = (merge.from_student_id, merge.survivor_id);
    let going = arrival::going_with(txn, from, survivor).await?;
    let Parting { back, apart } = ties_going_back(txn, &merge, &going).await?;
    let referrals: Vec<ReferralId> = back.referrals.iter().copied().collect();
    ties::hand_over(txn, referrals.clone(), back.cases.into_iter().collect(), from).await?;
    let contacts = contacts_going_back(txn, &merge, &going).await?;
    whanau_contact::hand_back(txn, &contacts, survivor, from).await?;
    let (moved, ended) = (&merge.moved.enrolments, merge.moved.ended.as_ref());
    enrolment::hand_back(txn, moved, ended, survivor, from).await?;
    own_particulars_again(txn, &merge, call.now).await?;
    let undone = Model {
        survivor_id: merge.into_student_id,
        undone_at: Some(call.now),
        undone_by: Some(write.caller()),
        undo_reason: Some(reason.to_owned()),
        ..merge
    };
    whole_row::update(txn, ActiveModel::from(undone.clone())).await?;
    lead_anew(txn, survivor).await?;
    for student in [from, survivor] {
        EnrolmentLedger::rebuild(txn, student, call.now).await?;
    }
    let said = report::of_students(txn, &[from, survivor]).await?;
    referrals::unresolve(txn, call.grant, &[from, survivor], &said, call.now).await?;
    referrals::part_from_cases(txn, call.grant, &apart, call.now).await?;
    let which = ClockScope::Either(&referrals, &[from, survivor]);
    measures::recompute_clocks(txn, which, ClockCause::Student, calendars, call.now).await?;
    // The answer names the record that it was parted from.
    Ok(Model { survivor_id: survivor, ..undone })
}

/// The referrals and cases of the survivor that are the other record's.
async fn ties_going_back(
    txn: &DatabaseTransaction,
    merge: &Model,
    going: &BTreeSet<StudentId>,
) -> Result<Parting, DbErr> {
    let referrals = ties::referrals_of(txn, &[merge.survivor_id]).await?;
    let cases = ties::cases_of(txn, &[merge.survivor_id]).await?;
    let under = arrival::of(txn, referrals.iter().map(|row| row.id.0)).await?;
    let side = |row: &referral::Model| {
        if merge.moved.referrals.contains(&row.id) {
            return Some(PartedRecord::Going);
        }
        match under.get(&row.id.0) {
            Some(record) if going.contains(record) => Some(PartedRecord::Going),
            Some(_) => Some(PartedRecord::Staying),
            None => (row.submitted_at <= merge.merged_at).then_some(PartedRecord::Staying),
        }
    };
    let tied: Vec<TiedReferral> = referrals
        .iter()
        .map(|row| TiedReferral {
            id: row.id,
            case_id: row.case_id,
            predecessor_id: row.predecessor_id,
            came_under: side(row),
        })
        .collect();
    let opened: Vec<TiedCase> =
        cases.iter().map(|row| TiedCase { id: row.id, referral_id: row.referral_id }).collect();
    // What an earlier end of another merge took away is no longer here, and is left alone.
    let moved = TiedRecords {
        referrals: merge.moved.referrals.iter().copied().collect(),
        cases: merge.moved.cases.iter().copied().collect(),
    };
    let mut parting = going_back(moved, &tied, &opened);
    let back = &mut parting.back;
    back.referrals.retain(|id| tied.iter().any(|referral| referral.id == *id));
    back.cases.retain(|id| opened.iter().any(|case| case.id == *id));
    Ok(parting)
}

/// The contacts of the survivor that are the other record's.
async fn contacts_going_back(
    txn: &DatabaseTransaction,
    merge: &Model,
    going: &BTreeSet<StudentId>,
) -> Result<Vec<WhanauContactId>, DbErr> {
    let all = whanau_contact::of_student(txn, merge.survivor_id).await?;
    let under = arrival::of(txn, all.iter().map(|row| row.id.0)).await?;
    let goes = |id: &WhanauContactId| match under.get(&id.0) {
        Some(record) => going.contains(record),
        None => merge.moved.whanau_contacts.contains(id),
    };
    Ok(all.into_iter().map(|row| row.id).filter(goes).collect())
}

/// When the survivor's row was written since, takes out of it what only the other record brought.
async fn own_particulars_again(
    txn: &DatabaseTransaction,
    merge: &Model,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(own) = &merge.own_before else { return Ok(()) };
    let survivor = ties::records(txn, [merge.survivor_id].into_iter()).await?;
    let mut row = survivor.into_iter().next().ok_or(StoreError::Corrupt(merge.survivor_id.0))?;
    let joined = joined_to(txn, merge.survivor_id).await?;
    let written = joined.iter().filter(|(merge, _)| merge.own_before.is_some());
    let (others, all): (Vec<_>, Vec<_>) = written
        .map(|(other, row)| ((other.id != merge.id).then(|| row.particulars()), row.particulars()))
        .unzip();
    let others: Vec<Particulars> = others.into_iter().flatten().collect();
    let without = own.0.clone().with(&others);
    let mut left = row.particulars().parted(own.0.clone().with(&all), without.clone());
    if let Some(number) = &left.nsn {
        // A number means whom it meant: it is not the survivor's when it is the other's.
        if identity::nsn::means(txn, number).await? == Some(merge.from_student_id) {
            left.nsn = without.nsn;
        }
    }
    if left == row.particulars() {
        return Ok(());
    }
    row.take_particulars(left);
    row.version += 1;
    row.updated_at = now;
    identity::names::save_names(txn, row.id, &row.names(), row.birth_date).await?;
    student::ActiveModel::from(row).reset_all().update(txn).await?;
    Ok(())
}

/// Where the ids that led to a survivor lead, now that one merge is gone.
async fn lead_anew(txn: &DatabaseTransaction, survivor: StudentId) -> Result<(), DbErr> {
    let there = active().filter(Column::SurvivorId.eq(survivor)).all(txn).await?;
    let next: BTreeMap<StudentId, StudentId> =
        there.iter().map(|merge| (merge.from_student_id, merge.into_student_id)).collect();
    for merge in &there {
        let mut end = merge.into_student_id;
        while let Some(further) = next.get(&end) {
            end = *further;
        }
        if end != merge.survivor_id {
            Entity::update_many()
                .col_expr(Column::SurvivorId, Expr::value(end))
                .filter(Column::Id.eq(merge.id))
                .exec(txn)
                .await?;
        }
    }
    Ok(())
}
