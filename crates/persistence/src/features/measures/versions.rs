//! The versions of a clock: setting it anew keeps what was known before.

use ascms_domain::calendar::{OutOfRange, nz_date};
use ascms_domain::eligibility::TermAttendance;
use ascms_domain::ids::{ReferralId, StudentId};
use ascms_domain::instants::following;
use ascms_domain::measures::{ClockCause, DayCount};
use ascms_domain::outcomes::{ContactDetails, OutcomeTerm, outcome_term};
use ascms_domain::referrals::ReferralKind;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{InsertStatement, IntoIden, Query};
use std::collections::{BTreeMap, BTreeSet};

use crate::features::measures::ahead;
use crate::reach::rows::referral_clock::{ActiveModel, Column, Model};
use crate::reach::unscoped;
use crate::reference::calendars::Calendars;
use crate::store::bulk;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;
use sea_orm::Iterable;

/// The table of what was known before; [`Column::iter`] are its columns, and one more.
pub(crate) const PAST: &str = "referral_clock_past";

/// The term in which the outcome is measured, by the nation's dates: a provider is paid by them,
/// whichever school the student goes to by then.
pub(crate) fn place_outcome(clock: &mut Model, calendars: &Calendars) {
    let chronic = clock.kind == ReferralKind::ChronicAbsence;
    let key = outcome_term(clock.referral_date, &calendars.terms).filter(|_| chronic);
    let known = key.and_then(|term| {
        let nothing = TermAttendance { term, possible_half_days: 0, present_half_days: 0 };
        OutcomeTerm::of(nothing, &calendars.terms, &calendars.contract, clock.holiday_region).known
    });
    clock.outcome_term = key.map(|key| key.to_string());
    clock.outcome_ends_on = known.map(|term| term.ends_on);
    clock.outcome_half_days = known.map(|term| i32::try_from(term.half_days).unwrap_or(i32::MAX));
}

/// Sets clocks anew, each once in a transaction. What was known of them until now is kept, unless
/// nobody can have been told: attendance of a term that is not over decides nothing. The new version
/// is later than the one that it follows, whatever the clock says.
pub(crate) async fn set(
    txn: &DatabaseTransaction,
    changed: Vec<(Model, Model)>,
    cause: ClockCause,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut kept: BTreeMap<DateTime<Utc>, Vec<ReferralId>> = BTreeMap::new();
    let mut rows = Vec::new();
    for (before, mut after) in changed {
        // A clock that was set back does not make a term run again.
        if !only_foreseen(&before, &after, now.max(before.known_from)) {
            let known_from = following(before.known_from, now);
            kept.entry(known_from).or_default().push(before.referral_id);
            (after.known_from, after.cause) = (known_from, cause);
        }
        rows.push(ActiveModel::from(after));
    }
    for (known_from, ids) in &kept {
        for some in ids.chunks(1_000) {
            txn.execute(&set_aside(some, *known_from)?).await?;
        }
    }
    if let Some((latest, _)) = kept.last_key_value().filter(|(latest, _)| **latest > now) {
        ahead::note(txn, *latest).await?;
    }
    Ok(bulk::upsert(txn, rows).await?)
}

/// Whether only that differs which makes no version: attendance of a term that runs on, and what
/// carries the instant since when it is known, the acceptance and the closure.
pub(crate) fn only_foreseen(before: &Model, after: &Model, now: DateTime<Utc>) -> bool {
    let today = nz_date(now);
    let ahead = |ends_on: Option<NaiveDate>| ends_on.is_none_or(|last| last >= today);
    let mut as_before = after.clone();
    as_before.calendar_version.clone_from(&before.calendar_version);
    if ahead(before.outcome_ends_on) {
        as_before.outcome_present = before.outcome_present;
        as_before.outcome_possible = before.outcome_possible;
    }
    if ahead(before.first_after_ends_on) {
        as_before.first_after_present = before.first_after_present;
        as_before.first_after_possible = before.first_after_possible;
    }
    if ahead(before.second_after_ends_on) {
        as_before.second_after_present = before.second_after_present;
        as_before.second_after_possible = before.second_after_possible;
    }
    if before.accepted_at.is_none() {
        (as_before.accepted_at, as_before.accepted_days) = (None, None);
        // Of a case from before it was kept; a new one was never opened again.
        as_before.reopenings = before.reopenings;
    }
    if before.decline_reason.is_none() {
        // Kept since a later release than the decision: that it was declined makes the version.
        as_before.decline_reason = None;
    }
    if before.closed_at.is_none() {
        (as_before.closed_at, as_before.closure_reason) = (None, None);
        (as_before.first_after_ends_on, as_before.first_after_half_days) = (None, None);
        (as_before.second_after_ends_on, as_before.second_after_half_days) = (None, None);
    }
    as_before == *before
}

/// Copies the clocks as they stand to those of the past.
pub(crate) fn set_aside(
    ids: &[ReferralId],
    until: DateTime<Utc>,
) -> Result<InsertStatement, DbErr> {
    let ids = bulk::padded(ids.iter().copied());
    let standing = unscoped::clocks_as_they_stand(ids, Expr::value(until));
    let mut insert = Query::insert();
    insert.into_table(PAST);
    let columns = Column::iter().map(IntoIden::into_iden);
    insert.columns(columns.chain(["known_until".into_iden()]));
    insert.select_from(standing).map_err(|err| DbErr::Custom(err.to_string()))?;
    Ok(insert)
}

pub(crate) fn ids(clocks: &[Model]) -> Vec<ReferralId> {
    bulk::padded(clocks.iter().map(|clock| clock.referral_id))
}

pub(crate) fn students(clocks: &[Model]) -> Vec<StudentId> {
    bulk::padded(clocks.iter().map(|clock| clock.student_id).collect::<BTreeSet<_>>())
}

/// A day and its count, as the columns of a clock.
pub(super) fn columns(day: Option<DayCount>) -> (Option<NaiveDate>, Option<i32>) {
    (day.map(|day| day.on), day.map(|day| i32::from(day.days)))
}

/// Sets when somebody confirmed how the whānau is reached, or reached them, around the referral.
pub(super) fn set_confirmations(
    clock: &mut Model,
    confirmed: &[NaiveDate],
    reached: &[NaiveDate],
    calendars: &Calendars,
) -> Result<(), OutOfRange> {
    let (calendar, region) = (&calendars.contract, clock.holiday_region);
    let details =
        ContactDetails::confirmed(clock.referral_date, confirmed, reached, calendar, region)?;
    (clock.confirmed_before_on, clock.confirmed_before_days) = columns(details.before);
    (clock.confirmed_after_on, clock.confirmed_after_days) = columns(details.after);
    (clock.reached_before_on, clock.reached_before_days) = columns(details.reached_before);
    (clock.reached_after_on, clock.reached_after_days) = columns(details.reached_after);
    Ok(())
}
