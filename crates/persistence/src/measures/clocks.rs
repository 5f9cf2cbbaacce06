//! A referral's clock from its start on, and what was known of it before it was set anew.

use std::collections::BTreeMap;

use ascms_domain::calendar::{Region, nz_date};
use ascms_domain::eligibility::TermAttendance;
use ascms_domain::ids::ReferralId;
use ascms_domain::instants::following;
use ascms_domain::measures::{ClockCause, ReferralExclusion};
use ascms_domain::outcomes::{OutcomeTerm, outcome_term};
use ascms_domain::referrals::ReferralKind;
use chrono::{DateTime, Utc};
use sea_orm::Iterable;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{InsertStatement, IntoIden, Query};

use super::facts::read_facts;
use super::{ActiveModel, Column, Entity, Model, ahead};
use crate::{Almanac, DatabaseTransaction, StoreError, bulk, referrals};

/// The table of what was known before; [`Column::iter`] are its columns, and one more.
pub(super) const PAST: &str = "referral_clock_past";

/// Where a referral is counted, as it was when it came in: the regions of its school, and the year
/// of its student.
#[derive(Clone, Debug)]
pub(crate) struct ClockPlace {
    pub education_region: Option<String>,
    pub holiday_region: Option<Region>,
    pub year_level: Option<i32>,
}

/// Starts the clock of a referral that has just come in, with what is known of its student.
pub(crate) async fn start(
    txn: &DatabaseTransaction,
    referral: &referrals::Model,
    place: ClockPlace,
    exclusion: Option<ReferralExclusion>,
    (almanac, now): (&Almanac, DateTime<Utc>),
) -> Result<(), StoreError> {
    let mut clock = [clock(referral, place, exclusion, (almanac, now))];
    read_facts(txn, &mut clock, ClockCause::Referral, (almanac, now)).await?;
    let rows = clock.map(|clock| ActiveModel::from(clock).reset_all());
    Entity::insert_many(rows).exec_without_returning(txn).await?;
    Ok(())
}

fn clock(
    referral: &referrals::Model,
    place: ClockPlace,
    exclusion: Option<ReferralExclusion>,
    (almanac, now): (&Almanac, DateTime<Utc>),
) -> Model {
    let baseline = referral.assessment.0.baseline;
    let contradicting = referral.assessment.0.contradicting();
    let column = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
    // Who joins a case on intake does so on day 0.
    let joined = exclusion == Some(ReferralExclusion::JoinedToOpenCase);
    let mut clock = Model {
        referral_id: referral.id,
        referral_date: referral.referral_date,
        student_id: referral.student_id,
        school_id: referral.school_id,
        catchment_id: referral.catchment_id,
        provider_id: referral.provider_id,
        education_region: place.education_region,
        exclusion,
        holiday_region: place.holiday_region,
        calendar_version: almanac.contract.version().to_owned(),
        school_reached_on: None,
        student_reached_on: None,
        whanau_reached_on: None,
        school_days: None,
        student_days: None,
        whanau_days: None,
        known_from: now,
        cause: ClockCause::Referral,
        kind: referral.kind,
        in_school: referral.in_school,
        year_level: place.year_level,
        ethnic_group: None,
        baseline_present: baseline.map(|baseline| column(baseline.present_half_days)),
        baseline_possible: baseline.map(|baseline| column(baseline.possible_half_days)),
        contradicting_present: contradicting.map(|other| column(other.present_half_days)),
        contradicting_possible: contradicting.map(|other| column(other.possible_half_days)),
        outcome_term: None,
        outcome_ends_on: None,
        outcome_half_days: None,
        outcome_present: 0,
        outcome_possible: 0,
        enrolled_on: None,
        enrolled_days: None,
        confirmed_before_on: None,
        confirmed_before_days: None,
        confirmed_after_on: None,
        confirmed_after_days: None,
        departure: None,
        departed_on: None,
        departed_days: None,
        excluded_on: joined.then_some(referral.referral_date),
        excluded_days: joined.then_some(0),
        enrolled_by: None,
        enrolled_pathway: None,
        outcome_provider_id: None,
        reached_before_on: None,
        reached_before_days: None,
        reached_after_on: None,
        reached_after_days: None,
    };
    place_outcome(&mut clock, almanac);
    clock
}

/// The term in which the outcome is measured, by the nation's dates: a provider is paid by them,
/// whichever school the student goes to by then.
pub(super) fn place_outcome(clock: &mut Model, almanac: &Almanac) {
    let chronic = clock.kind == ReferralKind::ChronicAbsence;
    let key = outcome_term(clock.referral_date, &almanac.terms).filter(|_| chronic);
    let known = key.and_then(|term| {
        let nothing = TermAttendance { term, possible_half_days: 0, present_half_days: 0 };
        OutcomeTerm::of(nothing, &almanac.terms, &almanac.contract, clock.holiday_region).known
    });
    clock.outcome_term = key.map(|key| key.to_string());
    clock.outcome_ends_on = known.map(|term| term.ends_on);
    clock.outcome_half_days = known.map(|term| i32::try_from(term.half_days).unwrap_or(i32::MAX));
}

/// Where a referral is counted.
pub(crate) async fn place(
    db: &impl ConnectionTrait,
    id: ReferralId,
) -> Result<ClockPlace, StoreError> {
    let clock = Entity::find_by_id(id).one(db).await?.ok_or(StoreError::Corrupt(id.0))?;
    let Model { education_region, holiday_region, year_level, .. } = clock;
    Ok(ClockPlace { education_region, holiday_region, year_level })
}

/// Sets clocks anew, each once in a transaction. What was known of them until now is kept, unless
/// nobody can have been told: attendance of a term that is not over decides nothing. The new version
/// is later than the one that it follows, whatever the clock says.
pub(super) async fn set(
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

/// Whether only the attendance of an outcome term differs that runs on.
fn only_foreseen(before: &Model, after: &Model, now: DateTime<Utc>) -> bool {
    let ahead = before.outcome_ends_on.is_none_or(|last| last >= nz_date(now));
    let as_before = Model {
        outcome_present: before.outcome_present,
        outcome_possible: before.outcome_possible,
        calendar_version: before.calendar_version.clone(),
        ..after.clone()
    };
    ahead && as_before == *before
}

/// Copies the clocks as they stand to those of the past.
fn set_aside(ids: &[ReferralId], until: DateTime<Utc>) -> Result<InsertStatement, DbErr> {
    let standing = Query::select()
        .columns(Column::iter())
        .expr(Expr::value(until))
        .from(Entity)
        .and_where(Column::ReferralId.is_in(bulk::padded(ids.iter().copied())))
        .to_owned();
    let mut insert = Query::insert();
    insert.into_table(PAST);
    let columns = Column::iter().map(IntoIden::into_iden);
    insert.columns(columns.chain(["known_until".into_iden()]));
    insert.select_from(standing).map_err(|err| DbErr::Custom(err.to_string()))?;
    Ok(insert)
}
