//! Who had the case of a referral on its outcome's last day: what a rule asks that gives the outcome
//! to them.

use std::collections::HashMap;

use ascms_domain::calendar::nz_date;
use ascms_domain::ids::{ProviderId, ReferralId};
use ascms_domain::measures::due_on;
use ascms_domain::referrals::ReferralKind;
use ascms_domain::transfers::TransferStatus;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use crate::reach::rows::referral_clock::Model;
use crate::reach::rows::{attendance_case, case_transfer};
use crate::reach::unscoped;
use crate::reference::calendars::Calendars;
use crate::reference::rules::{self, RuleBook};
use crate::rows::lifecycle;
use crate::store::bulk;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;

/// A transfer that was accepted: of whose case, to whom, and when.
type Taken = (ReferralId, ProviderId, Option<DateTime<Utc>>);

/// Finds the providers of outcomes anew. Nearly no case is transferred: then one read says so.
pub(super) async fn owners(
    txn: &DatabaseTransaction,
    clocks: &mut [Model],
    calendars: &Calendars,
) -> Result<(), StoreError> {
    let mut taken: HashMap<ReferralId, Vec<(NaiveDate, ProviderId)>> = HashMap::new();
    for (referral, to, at) in accepted(txn, clocks).await? {
        taken.entry(referral).or_default().extend(at.map(|at| (nz_date(at), to)));
    }
    let book = if taken.is_empty() { None } else { Some(rules::book(txn).await?) };
    for clock in clocks {
        let to = match (taken.get(&clock.referral_id), &book) {
            (Some(taken), Some(book)) => {
                let last = last_day(clock, book, calendars)?;
                let by_then =
                    taken.iter().rev().find(|(on, _)| last.is_none_or(|last| *on <= last));
                by_then.map(|(_, to)| *to)
            }
            _ => None,
        };
        clock.outcome_provider_id = to.filter(|to| Some(*to) != clock.provider_id);
    }
    Ok(())
}

/// The accepted transfers of these referrals' cases, in the order of time.
async fn accepted(txn: &DatabaseTransaction, clocks: &[Model]) -> Result<Vec<Taken>, DbErr> {
    use attendance_case::Column as Case;
    use case_transfer::Column as Transfer;
    let ids = bulk::padded(clocks.iter().map(|clock| clock.referral_id));
    unscoped::transfers_of_referrals(ids)
        .select_only()
        .column(Case::ReferralId)
        .columns([Transfer::ToProviderId, Transfer::DecidedAt])
        .filter(lifecycle::is(Transfer::Status.as_column_ref(), TransferStatus::is_accepted))
        .order_by_asc(Transfer::DecidedAt)
        .order_by_asc(Transfer::Id)
        .into_tuple()
        .all(txn)
        .await
}

/// The day on which the outcome was decided: the enrolment's first, or the last that was in time by
/// the rule of the referral's day; the outcome term's last, where it is known.
fn last_day(
    clock: &Model,
    book: &RuleBook,
    calendars: &Calendars,
) -> Result<Option<NaiveDate>, StoreError> {
    if clock.kind == ReferralKind::ChronicAbsence {
        return Ok(clock.outcome_ends_on);
    }
    let within = book.outcomes(clock.referral_date)?.parameters.enrolled.within_days;
    let (calendar, region) = (&calendars.contract, clock.holiday_region);
    let due = due_on(clock.referral_date, within, calendar, region)?;
    Ok(Some(clock.enrolled_on.map_or(due, |on| Ord::min(on, due))))
}
