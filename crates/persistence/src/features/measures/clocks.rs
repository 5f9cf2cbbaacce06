//! A referral's clock from its start on, and what was known of it before it was set anew.

use ascms_domain::calendar::{OutOfRange, Region};
use ascms_domain::ids::ReferralId;
use ascms_domain::measures::{ClockCause, EthnicGroup, ReferralExclusion};
use ascms_domain::students::SentStudent;
use ascms_domain::text::Code;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::features::measures::facts::read_facts;
use crate::features::measures::versions::{place_outcome, set_confirmations};
use crate::reach::rows::referral;
use crate::reach::rows::referral_clock::{ActiveModel, Model};
use crate::reach::unscoped;
use crate::reference::calendars::Calendars;
use crate::store::bulk;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;

/// Where a referral is counted, as it was when it came in: the regions of its school, and the year
/// of its student.
#[derive(Clone, Debug)]
pub(crate) struct ClockPlace {
    pub education_region: Option<String>,
    pub holiday_region: Option<Region>,
    pub year_level: Option<i32>,
}

/// What is known of the student of a referral that has just come in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum KnownStudent<'a> {
    /// On record, and read from there.
    OnRecord,
    /// Nobody knew the student before: what was sent is all that there is.
    New(&'a SentStudent),
}

/// What the clock of a referral starts with.
#[derive(Clone, Debug)]
pub(crate) struct NewClock<'a> {
    pub place: ClockPlace,
    /// Why it does not count from the first day on.
    pub exclusion: Option<ReferralExclusion>,
    pub known: KnownStudent<'a>,
}

/// Starts the clock of a referral that has just come in, with what is known of its student.
pub(crate) async fn start(
    txn: &DatabaseTransaction,
    referral: &referral::Model,
    NewClock { place, exclusion, known }: NewClock<'_>,
    calendars: &Calendars,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut clock = [clock(referral, place, exclusion, calendars, now)];
    clock.iter_mut().for_each(|clock| place_outcome(clock, calendars));
    match known {
        KnownStudent::OnRecord => {
            read_facts(txn, &mut clock, ClockCause::Referral, calendars, now).await?;
        }
        KnownStudent::New(sent) => {
            clock.iter_mut().try_for_each(|clock| of_new(clock, sent, calendars))?
        }
    }
    Ok(bulk::insert(txn, clock.map(ActiveModel::from)).await?)
}

/// What [`read_facts`] would find of a student who was made a moment ago: no enrolment with a first
/// day, no case, no contact; but perhaps whānau whose details were confirmed.
fn of_new(clock: &mut Model, sent: &SentStudent, calendars: &Calendars) -> Result<(), OutOfRange> {
    let named = sent.ethnicities.iter().map(Code::as_str);
    clock.ethnic_group = EthnicGroup::first_of(named);
    let reachable = sent.whanau_contacts.iter().filter(|one| one.is_reachable());
    let confirmed: Vec<NaiveDate> = reachable.filter_map(|one| one.confirmed_on).collect();
    set_confirmations(clock, &confirmed, &[], calendars)
}

fn clock(
    referral: &referral::Model,
    place: ClockPlace,
    exclusion: Option<ReferralExclusion>,
    calendars: &Calendars,
    now: DateTime<Utc>,
) -> Model {
    let baseline = referral.assessment.0.baseline;
    let contradicting = referral.assessment.0.contradicting();
    let has_provider = referral.provider_id.is_some();
    let excluded_on =
        exclusion.and_then(|why| why.excluded_on(None, referral.referral_date, has_provider));
    Model {
        referral_id: referral.id,
        referral_date: referral.referral_date,
        student_id: referral.student_id,
        school_id: referral.school_id,
        catchment_id: referral.catchment_id,
        provider_id: referral.provider_id,
        education_region: place.education_region,
        exclusion,
        holiday_region: place.holiday_region,
        calendar_version: calendars.contract.version().to_owned(),
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
        excluded_on,
        // The day of the referral is day 0.
        excluded_days: excluded_on.map(|_| 0),
        enrolled_by: None,
        enrolled_pathway: None,
        outcome_provider_id: None,
        reached_before_on: None,
        reached_before_days: None,
        reached_after_on: None,
        reached_after_days: None,
        accepted_at: None,
        accepted_days: None,
        decline_reason: None,
        closed_at: None,
        closure_reason: None,
        reopenings: 0,
        first_after_ends_on: None,
        first_after_half_days: None,
        first_after_present: 0,
        first_after_possible: 0,
        second_after_ends_on: None,
        second_after_half_days: None,
        second_after_present: 0,
        second_after_possible: 0,
    }
}

fn column(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Where a referral is counted.
pub(crate) async fn place(
    db: &impl ConnectionTrait,
    id: ReferralId,
) -> Result<ClockPlace, StoreError> {
    let clock =
        unscoped::clock_of_predecessor(id).one(db).await?.ok_or(StoreError::Corrupt(id.0))?;
    let Model { education_region, holiday_region, year_level, .. } = clock;
    Ok(ClockPlace { education_region, holiday_region, year_level })
}
