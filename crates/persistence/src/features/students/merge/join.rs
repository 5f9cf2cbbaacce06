//! Joining: what hangs on the one record is handed to the other, and the list of it is kept.

use ascms_domain::ids::{StudentId, StudentMergeId};
use ascms_domain::measures::ClockCause;
use ascms_domain::merges::may_join;
use sea_orm::entity::prelude::*;

use crate::features::measures::{self, ClockScope};
use crate::features::students::enrolment::{self, EnrolmentLedger};
use crate::features::students::merge::refusal::{MergeChangeRefusal, announce};
use crate::features::students::whanau_contact;
use crate::gate::write::Write;
use crate::identity::ties;
use crate::rows::student_merge::{ActiveModel, Column, Entity, Model, MovedRecords};
use crate::store::call::CallError;
use crate::store::whole_row;

/// Joins the first of two records, both held by [`super::hold_both`], to the second.
pub(crate) async fn join(
    write: &Write<'_>,
    from: StudentId,
    into: StudentId,
    reason: &str,
) -> Result<Model, CallError<MergeChangeRefusal>> {
    let (txn, now) = (write.txn, write.now());
    let referrals = ties::referrals_of(txn, &[from, into]).await?;
    let cases = ties::cases_of(txn, &[from, into]).await?;
    let has_open =
        |student| cases.iter().any(|case| case.student_id == student && !case.status.is_closed());
    may_join(from == into, (has_open(from), has_open(into)))
        .map_err(|err| CallError::Refused(err.into()))?;
    let of_from = referrals.iter().filter(|referral| referral.student_id == from);
    let referrals: Vec<_> = of_from.map(|referral| referral.id).collect();
    let of_from = cases.iter().filter(|case| case.student_id == from);
    let cases: Vec<_> = of_from.map(|case| case.id).collect();
    ties::hand_over(txn, referrals.clone(), cases.clone(), into).await?;
    let whanau_contacts = whanau_contact::hand_over(txn, from, into).await?;
    let (enrolments, ended) = enrolment::hand_over(txn, from, into).await?;
    let merge = Model {
        id: StudentMergeId::generate(),
        from_student_id: from,
        into_student_id: into,
        survivor_id: into,
        reason: reason.to_owned(),
        moved: MovedRecords { referrals, cases, whanau_contacts, enrolments, ended },
        own_before: None,
        merged_at: now,
        merged_by: write.caller(),
        undone_at: None,
        undone_by: None,
        undo_reason: None,
    };
    // What was joined to this record before goes along.
    Entity::update_many()
        .col_expr(Column::SurvivorId, Expr::value(into))
        .filter(Column::SurvivorId.eq(from))
        .filter(Column::UndoneAt.is_null())
        .exec(txn)
        .await?;
    whole_row::insert(txn, ActiveModel::from(merge.clone())).await?;
    EnrolmentLedger::rebuild(txn, into, now).await?;
    let which = ClockScope::Either(&merge.moved.referrals, &[into]);
    measures::recompute_clocks(txn, which, ClockCause::Student, write.calendars, now).await?;
    announce(txn, write.grant(), &merge, "student.merged", now).await?;
    Ok(merge)
}
