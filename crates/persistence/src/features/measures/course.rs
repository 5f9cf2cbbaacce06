//! What became of a referral: that it opened a case, why it was declined, that its case was closed,
//! and how the student attended after that.

use std::collections::HashMap;

use ascms_domain::calendar::nz_date;
use ascms_domain::cases::ClosureStatus;
use ascms_domain::eligibility::TermAttendance;
use ascms_domain::ids::{CaseId, ReferralId};
use ascms_domain::measures::{DayCount, ReferralExclusion};
use ascms_domain::outcomes::{KnownTerm, OutcomeTerm, terms_after};
use ascms_domain::referrals::DecisionOutcome;
use ascms_domain::terms::TermKey;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{FromQueryResult, QueryOrder, QuerySelect};

use crate::features::measures::versions::ids;
use crate::reach::rows::attendance_case;
use crate::reach::rows::referral_clock::Model;
use crate::reach::unscoped;
use crate::reference::calendars::Calendars;
use crate::rows::{case_closure, lifecycle, referral_decision};
use crate::store::bulk;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;

/// A case that a referral opened, as far as volumes count it.
#[derive(FromQueryResult)]
pub(super) struct OpenedCase {
    referral_id: ReferralId,
    id: CaseId,
    opened_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
    closure_reason: Option<String>,
}

/// The cases that these referrals opened.
pub(super) async fn opened(
    txn: &DatabaseTransaction,
    clocks: &[Model],
) -> Result<HashMap<ReferralId, OpenedCase>, DbErr> {
    use attendance_case::Column as Case;
    let rows = unscoped::cases_opened_by(ids(clocks))
        .select_only()
        .columns([Case::ReferralId, Case::Id, Case::OpenedAt, Case::ClosedAt, Case::ClosureReason])
        .into_model::<OpenedCase>()
        .all(txn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.referral_id, row)).collect())
}

/// Sets when each was accepted, and whether its case is closed.
pub(super) fn place(
    clocks: &mut [Model],
    opened: &HashMap<ReferralId, OpenedCase>,
    calendars: &Calendars,
) -> Result<(), StoreError> {
    for clock in clocks {
        let case = opened.get(&clock.referral_id);
        let accepted_at = case.map(|case| case.opened_at);
        let (calendar, region) = (&calendars.contract, clock.holiday_region);
        let days = accepted_at
            .map(|at| DayCount::business(clock.referral_date, nz_date(at), calendar, region));
        clock.accepted_days = days.transpose()?.map(|day| i32::from(day.days));
        clock.accepted_at = accepted_at;
        let closed_at = case.and_then(|case| case.closed_at);
        if clock.closed_at != closed_at {
            // What is on record belongs to the terms after another closure.
            (clock.first_after_present, clock.first_after_possible) = (0, 0);
            (clock.second_after_present, clock.second_after_possible) = (0, 0);
        }
        clock.closed_at = closed_at;
        clock.closure_reason =
            case.and_then(|case| case.closure_reason.clone()).filter(|_| closed_at.is_some());
        place_after(clock, calendars);
    }
    Ok(())
}

/// The same of clocks that another change set, with how often each case was opened again.
pub(super) async fn closures(
    txn: &DatabaseTransaction,
    clocks: &mut [Model],
    calendars: &Calendars,
) -> Result<(), StoreError> {
    let opened = opened(txn, clocks).await?;
    place(clocks, &opened, calendars)?;
    if opened.is_empty() {
        return Ok(());
    }
    let cases = bulk::padded(opened.values().map(|case| case.id));
    let approved: Vec<CaseId> = case_closure::Entity::find()
        .select_only()
        .column(case_closure::Column::CaseId)
        .filter(case_closure::Column::CaseId.is_in(cases))
        .filter(lifecycle::is(
            (case_closure::Entity, case_closure::Column::Status),
            ClosureStatus::is_approved,
        ))
        .into_tuple()
        .all(txn)
        .await?;
    let mut times: HashMap<CaseId, i32> = HashMap::new();
    for case in approved {
        let closed = times.entry(case).or_default();
        *closed = closed.saturating_add(1);
    }
    for clock in clocks {
        let closed = opened.get(&clock.referral_id).and_then(|case| times.get(&case.id));
        let now = i32::from(clock.closed_at.is_some());
        // A case that the sandbox closed has no proposal behind it.
        clock.reopenings = closed.map_or(0, |closed| closed.saturating_sub(now).max(0));
    }
    Ok(())
}

/// Sets why those that were declined were.
pub(super) async fn declined(
    txn: &DatabaseTransaction,
    clocks: &mut [Model],
) -> Result<(), StoreError> {
    use referral_decision::Column as Decision;
    let is_declined = |clock: &Model| clock.exclusion == Some(ReferralExclusion::Declined);
    let asked: Vec<ReferralId> =
        clocks.iter().filter(|clock| is_declined(clock)).map(|clock| clock.referral_id).collect();
    let mut reasons: HashMap<ReferralId, Option<String>> = HashMap::new();
    if !asked.is_empty() {
        let rows: Vec<(ReferralId, Option<String>)> = referral_decision::Entity::find()
            .select_only()
            .columns([Decision::ReferralId, Decision::ReasonCode])
            .filter(Decision::ReferralId.is_in(bulk::padded(asked)))
            .filter(Decision::Outcome.eq(DecisionOutcome::Declined))
            .order_by_asc(Decision::DecidedAt)
            .into_tuple()
            .all(txn)
            .await?;
        reasons.extend(rows);
    }
    for clock in clocks {
        let reason = reasons.get(&clock.referral_id).cloned().flatten();
        clock.decline_reason = reason.filter(|_| is_declined(clock));
    }
    Ok(())
}

/// The two terms in which attendance is looked at after the closure, by the nation's dates.
pub(super) fn terms_of(clock: &Model, calendars: &Calendars) -> [Option<TermKey>; 2] {
    let closed_on = clock.closed_at.map(nz_date);
    closed_on.map_or([None, None], |closed_on| terms_after(closed_on, &calendars.terms))
}

fn place_after(clock: &mut Model, calendars: &Calendars) {
    let known = terms_of(clock, calendars).map(|term| {
        let term = term?;
        let nothing = TermAttendance { term, possible_half_days: 0, present_half_days: 0 };
        let (calendar, region) = (&calendars.contract, clock.holiday_region);
        OutcomeTerm::of(nothing, &calendars.terms, calendar, region).known
    });
    let column = |term: KnownTerm| i32::try_from(term.half_days).unwrap_or(i32::MAX);
    let [first, second] = known;
    clock.first_after_ends_on = first.map(|term| term.ends_on);
    clock.first_after_half_days = first.map(column);
    clock.second_after_ends_on = second.map(|term| term.ends_on);
    clock.second_after_half_days = second.map(column);
}
