//! Parting again: what moved goes back, with what has grown out of it; what came since stays.

use std::collections::BTreeMap;

use ascms_domain::ids::{CaseId, ReferralId, StudentId, UserId};
use ascms_domain::measures::ClockCause;
use ascms_domain::merges::{Particulars, TiedCase, TiedReferral, Ties, going_back};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::{ActiveModel, Column, Entity, MergeRefusal, Model, active, joined_to, ties};
use crate::measures::{self, Which};
use crate::students::enrolment::{self, Told};
use crate::students::{name, nsn, record, whanau_contact};
use crate::{Almanac, Call, CallError, DatabaseTransaction, StoreError};

/// Ends a merge. The caller holds both records.
pub(super) async fn part(
    txn: &DatabaseTransaction,
    call: &Call<'_>,
    merge: Model,
    reason: &str,
    almanac: &Almanac,
) -> Result<Model, CallError<MergeRefusal>> {
    let (from, survivor) = (merge.from_student_id, merge.survivor_id);
    let (referrals, cases) = ties_going_back(txn, &merge).await?;
    ties::hand_over(txn, referrals.clone(), cases, from).await?;
    whanau_contact::hand_back(txn, &merge.moved.whanau_contacts, survivor, from).await?;
    let (moved, ended) = (&merge.moved.enrolments, merge.moved.ended.as_ref());
    enrolment::hand_back(txn, (moved, ended), survivor, from).await?;
    own_particulars_again(txn, &merge, call.now).await?;
    let undone = Model {
        survivor_id: merge.into_student_id,
        undone_at: Some(call.now),
        undone_by: Some(UserId(call.grant.caller().id())),
        undo_reason: Some(reason.to_owned()),
        ..merge
    };
    Entity::update(ActiveModel::from(undone.clone()).reset_all())
        .exec_without_returning(txn)
        .await?;
    lead_anew(txn, survivor).await?;
    for student in [from, survivor] {
        Told::anew(txn, student, call.now).await?;
    }
    let by = (almanac, call.now);
    let which = Which::Either(&referrals, &[from, survivor]);
    measures::tell(txn, which, ClockCause::Student, by).await?;
    // The answer names the record that it was parted from.
    Ok(Model { survivor_id: survivor, ..undone })
}

/// The referrals and cases of the survivor that are the other record's.
async fn ties_going_back(
    txn: &DatabaseTransaction,
    merge: &Model,
) -> Result<(Vec<ReferralId>, Vec<CaseId>), DbErr> {
    let referrals = ties::referrals_of(txn, &[merge.survivor_id]).await?;
    let cases = ties::cases_of(txn, &[merge.survivor_id]).await?;
    let tied: Vec<TiedReferral> = referrals
        .iter()
        .map(|row| TiedReferral {
            id: row.id,
            case_id: row.case_id,
            predecessor_id: row.predecessor_id,
        })
        .collect();
    let opened: Vec<TiedCase> =
        cases.iter().map(|row| TiedCase { id: row.id, referral_id: row.referral_id }).collect();
    // What an earlier end of another merge took away is no longer here, and is left alone.
    let moved = Ties {
        referrals: merge.moved.referrals.iter().copied().collect(),
        cases: merge.moved.cases.iter().copied().collect(),
    };
    let mut back = going_back(moved, &tied, &opened);
    back.referrals.retain(|id| tied.iter().any(|referral| referral.id == *id));
    back.cases.retain(|id| opened.iter().any(|case| case.id == *id));
    Ok((back.referrals.into_iter().collect(), back.cases.into_iter().collect()))
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
        if nsn::means(txn, number).await? == Some(merge.from_student_id) {
            left.nsn = without.nsn;
        }
    }
    if left == row.particulars() {
        return Ok(());
    }
    row.take_particulars(left);
    row.version += 1;
    row.updated_at = now;
    name::keep(txn, row.id, &row.names(), row.birth_date).await?;
    record::Entity::update(record::ActiveModel::from(row).reset_all()).exec(txn).await?;
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
