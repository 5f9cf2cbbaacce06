//! What clocks are set by: everything that happens to a referral, its case and its student. One
//! way leads here, [`tell`], and it reads what it sets from where that stands, so that the order in
//! which things become known decides nothing, and counting all of it anew changes nothing.

use std::collections::{BTreeSet, HashMap};

use ascms_domain::calendar::{OutOfRange, Region, nz_date};
use ascms_domain::cases::CaseStatus;
use ascms_domain::contacts::{ContactOutcome, ContactParty};
use ascms_domain::ids::{ReferralId, StudentId};
use ascms_domain::measures::{ClockCause, DayCount, Departure, EthnicGroup, ReferralExclusion};
use ascms_domain::outcomes::{ContactDetails, enrolled};
use ascms_domain::referrals::ReferralStatus;
use ascms_domain::terms::TermKey;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{Condition, ExprTrait, FromQueryResult, QueryOrder, QuerySelect, QueryTrait};

use super::clocks::{place_outcome, set};
use super::{Column, Entity, Model, attended};
use crate::students::{enrolment, merge, whanau_contact};
use crate::{Almanac, DatabaseTransaction, StoreError, bulk, cases, contacts, referrals};

/// Whose clocks.
#[derive(Clone, Copy)]
pub(crate) enum Which<'a> {
    Referrals(&'a [ReferralId]),
    /// All of these students, named by the records that stand.
    Students(&'a [StudentId]),
    /// Both of them, since a clock is set once in a transaction.
    Either(&'a [ReferralId], &'a [StudentId]),
}

/// Sets clocks by what has become known, within the transaction in which it did. No transaction
/// tells the same clock twice: each time makes a version, and the first of two was never known.
pub(crate) async fn tell(
    txn: &DatabaseTransaction,
    which: Which<'_>,
    cause: ClockCause,
    (almanac, now): (&Almanac, DateTime<Utc>),
) -> Result<(), StoreError> {
    let before = locked(txn, which).await?;
    if before.is_empty() {
        return Ok(());
    }
    let mut clocks = before.clone();
    read_facts(txn, &mut clocks, cause, (almanac, now)).await?;
    let changed: Vec<(Model, Model)> =
        before.into_iter().zip(clocks).filter(|(before, after)| before != after).collect();
    let changed = changed.into_iter().map(|(before, mut after)| {
        after.calendar_version = almanac.contract.version().to_owned();
        (before, after)
    });
    set(txn, changed.collect(), cause, now).await
}

/// Reads what a cause can have changed.
pub(super) async fn read_facts(
    txn: &DatabaseTransaction,
    clocks: &mut [Model],
    cause: ClockCause,
    (almanac, now): (&Almanac, DateTime<Utc>),
) -> Result<(), StoreError> {
    match cause {
        ClockCause::Referral => {
            people(txn, clocks).await?;
            enrolments(txn, clocks, almanac).await?;
            confirmations(txn, clocks, almanac).await?;
            departures(txn, clocks, almanac).await?;
        }
        ClockCause::Decision => exclusions(txn, clocks).await?,
        ClockCause::Contact => first_contacts(txn, clocks, almanac).await?,
        ClockCause::Attendance => attendance(txn, clocks, (almanac, now)).await?,
        // Whose word on a day stands is decided by the enrolments.
        ClockCause::Enrolment => {
            exclusions(txn, clocks).await?;
            enrolments(txn, clocks, almanac).await?;
            attendance(txn, clocks, (almanac, now)).await?;
        }
        ClockCause::WhanauContact => confirmations(txn, clocks, almanac).await?,
        ClockCause::Closure => departures(txn, clocks, almanac).await?,
        ClockCause::Student => {
            students_now(txn, clocks).await?;
            // A referral of another school settles that the student was enrolled nowhere.
            exclusions(txn, clocks).await?;
            people(txn, clocks).await?;
            enrolments(txn, clocks, almanac).await?;
            confirmations(txn, clocks, almanac).await?;
            departures(txn, clocks, almanac).await?;
            attendance(txn, clocks, (almanac, now)).await?;
        }
        ClockCause::Calendar => {
            clocks.iter_mut().for_each(|clock| place_outcome(clock, almanac));
            people(txn, clocks).await?;
            exclusions(txn, clocks).await?;
            first_contacts(txn, clocks, almanac).await?;
            enrolments(txn, clocks, almanac).await?;
            confirmations(txn, clocks, almanac).await?;
            departures(txn, clocks, almanac).await?;
            attendance(txn, clocks, (almanac, now)).await?;
        }
    }
    Ok(())
}

/// The clocks, locked in one order, so that two callers cannot block each other.
async fn locked(txn: &DatabaseTransaction, which: Which<'_>) -> Result<Vec<Model>, StoreError> {
    let referrals =
        |ids: &[ReferralId]| Column::ReferralId.is_in(bulk::padded(ids.iter().copied()));
    let students = |ids: &[StudentId]| Column::StudentId.is_in(bulk::padded(ids.iter().copied()));
    let fits = match which {
        Which::Referrals(ids) => referrals(ids),
        Which::Students(ids) => students(ids),
        Which::Either(ids, of_students) => referrals(ids).or(students(of_students)),
    };
    let rows = Entity::find().filter(fits).order_by_asc(Column::ReferralId);
    Ok(rows.lock(LockType::NoKeyUpdate).all(txn).await?)
}

fn ids(clocks: &[Model]) -> Vec<ReferralId> {
    bulk::padded(clocks.iter().map(|clock| clock.referral_id))
}

fn students(clocks: &[Model]) -> Vec<StudentId> {
    bulk::padded(clocks.iter().map(|clock| clock.student_id).collect::<BTreeSet<_>>())
}

/// Whose the referrals are: records are joined and parted.
async fn students_now(txn: &DatabaseTransaction, clocks: &mut [Model]) -> Result<(), StoreError> {
    let rows: Vec<(ReferralId, StudentId)> = referrals::Entity::find()
        .select_only()
        .columns([referrals::Column::Id, referrals::Column::StudentId])
        .filter(referrals::Column::Id.is_in(ids(clocks)))
        .into_tuple()
        .all(txn)
        .await?;
    let rows: HashMap<ReferralId, StudentId> = rows.into_iter().collect();
    for clock in clocks {
        clock.student_id = rows.get(&clock.referral_id).copied().unwrap_or(clock.student_id);
    }
    Ok(())
}

/// Who the student is, as far as numbers are broken down by it.
async fn people(txn: &DatabaseTransaction, clocks: &mut [Model]) -> Result<(), StoreError> {
    let rows = merge::shown(txn, &students(clocks)).await?;
    for clock in clocks {
        if let Some(student) = rows.get(&clock.student_id) {
            clock.year_level = student.year_level;
            let named = student.ethnicities.0.iter().map(String::as_str);
            clock.ethnic_group = EthnicGroup::first_of(named);
        }
    }
    Ok(())
}

/// Whether the referral counts at all: by its state, and by the case that it opened or joined.
async fn exclusions(txn: &DatabaseTransaction, clocks: &mut [Model]) -> Result<(), StoreError> {
    let rows = referrals::Entity::find().filter(referrals::Column::Id.is_in(ids(clocks))).all(txn);
    let rows: HashMap<ReferralId, referrals::Model> =
        rows.await?.into_iter().map(|row| (row.id, row)).collect();
    let opened: Vec<ReferralId> = cases::Entity::find()
        .select_only()
        .column(cases::Column::ReferralId)
        .filter(cases::Column::ReferralId.is_in(ids(clocks)))
        .into_tuple()
        .all(txn)
        .await?;
    for clock in clocks {
        let Some(referral) = rows.get(&clock.referral_id) else { continue };
        clock.exclusion = match referral.status {
            ReferralStatus::Accepted => (!opened.contains(&clock.referral_id))
                .then_some(ReferralExclusion::JoinedToOpenCase),
            ReferralStatus::Declined => Some(ReferralExclusion::Declined),
            ReferralStatus::Withdrawn => Some(ReferralExclusion::Withdrawn),
            ReferralStatus::Redirected => Some(ReferralExclusion::Redirected),
            ReferralStatus::Resolved => Some(ReferralExclusion::Resolved),
            ReferralStatus::Submitted | ReferralStatus::Returned => {
                referral.provider_id.is_none().then_some(ReferralExclusion::NoProvider)
            }
        };
    }
    Ok(())
}

/// When a party of a referral's case was first reached.
#[derive(Debug, FromQueryResult)]
struct FirstReached {
    referral_id: ReferralId,
    party: ContactParty,
    at: DateTime<Utc>,
}

/// The first day on which each party was reached, by the contacts that stand, in whatever order
/// they were written down.
async fn first_contacts(
    txn: &DatabaseTransaction,
    clocks: &mut [Model],
    almanac: &Almanac,
) -> Result<(), StoreError> {
    use cases::{Column as Case, Entity as Cases};
    use contacts::{Column as Contact, Entity as Contacts};
    let mut query = Contacts::find();
    QueryTrait::query(&mut query)
        .inner_join(Cases, Expr::col((Contacts, Contact::CaseId)).equals((Cases, Case::Id)));
    let rows: Vec<FirstReached> = query
        .select_only()
        .column(Case::ReferralId)
        .column(Contact::Party)
        .expr_as(Expr::col((Contacts, Contact::OccurredAt)).min(), "at")
        .filter(Case::ReferralId.is_in(ids(clocks)))
        .filter(Contact::Outcome.eq(ContactOutcome::Reached))
        .filter(Contact::CorrectedAt.is_null())
        .group_by(Case::ReferralId)
        .group_by(Contact::Party)
        .into_model()
        .all(txn)
        .await?;
    let rows: HashMap<(ReferralId, ContactParty), NaiveDate> =
        rows.into_iter().map(|row| ((row.referral_id, row.party), nz_date(row.at))).collect();
    for clock in clocks {
        let first = |party| rows.get(&(clock.referral_id, party)).copied();
        let count = |on: Option<NaiveDate>| on.map(|on| days(clock, on, almanac)).transpose();
        let [school, student, whanau] =
            [ContactParty::School, ContactParty::Student, ContactParty::Whanau].map(first);
        let counts = (count(school)?, count(student)?, count(whanau)?);
        (clock.school_days, clock.student_days, clock.whanau_days) = counts;
        clock.school_reached_on = school;
        clock.student_reached_on = student;
        clock.whanau_reached_on = whanau;
    }
    Ok(())
}

/// Business days from the referral.
fn days(clock: &Model, on: NaiveDate, almanac: &Almanac) -> Result<i32, OutOfRange> {
    let day = DayCount::business(clock.referral_date, on, &almanac.contract, clock.holiday_region);
    day.map(|day| i32::from(day.days))
}

fn columns(day: Option<DayCount>) -> (Option<NaiveDate>, Option<i32>) {
    (day.map(|day| day.on), day.map(|day| i32::from(day.days)))
}

/// The first enrolment that began after the referral, or will: a day that is told ahead counts when
/// it has come, whether anything more is said on it or not.
async fn enrolments(
    txn: &DatabaseTransaction,
    clocks: &mut [Model],
    almanac: &Almanac,
) -> Result<(), StoreError> {
    let rows = enrolment::Entity::find()
        .filter(enrolment::Column::StudentId.is_in(students(clocks)))
        .filter(enrolment::Column::EnrolledOn.is_not_null())
        .all(txn)
        .await?;
    let mut first_days: HashMap<StudentId, Vec<NaiveDate>> = HashMap::new();
    for row in rows {
        first_days.entry(row.student_id).or_default().extend(row.enrolled_on);
    }
    first_days.extend(enrolment::report::first_days_ahead(txn, &students(clocks)).await?);
    for clock in clocks {
        let days = first_days.get(&clock.student_id).map_or(&[][..], Vec::as_slice);
        let region: Option<Region> = clock.holiday_region;
        let first = enrolled(clock.referral_date, days, &almanac.contract, region)?;
        (clock.enrolled_on, clock.enrolled_days) = columns(first);
    }
    Ok(())
}

/// When somebody made sure how the whānau is reached.
async fn confirmations(
    txn: &DatabaseTransaction,
    clocks: &mut [Model],
    almanac: &Almanac,
) -> Result<(), StoreError> {
    let rows = whanau_contact::confirmations_of(txn, &students(clocks)).await?;
    let mut confirmed: HashMap<StudentId, Vec<NaiveDate>> = HashMap::new();
    for (student, day) in rows {
        confirmed.entry(student).or_default().push(day);
    }
    for clock in clocks {
        let days = confirmed.get(&clock.student_id).map_or(&[][..], Vec::as_slice);
        let (calendar, region) = (&almanac.contract, clock.holiday_region);
        let details = ContactDetails::confirmed(clock.referral_date, days, calendar, region)?;
        (clock.confirmed_before_on, clock.confirmed_before_days) = columns(details.before);
        (clock.confirmed_after_on, clock.confirmed_after_days) = columns(details.after);
    }
    Ok(())
}

/// Whether the student is gone: by the first of their cases that was closed for it since the
/// referral. It need not be the referral's own: who died is gone from all of them.
async fn departures(
    txn: &DatabaseTransaction,
    clocks: &mut [Model],
    almanac: &Almanac,
) -> Result<(), StoreError> {
    let gone = Departure::ALL.iter().map(|why| why.as_str());
    let closed = Condition::all()
        .add(cases::Column::StudentId.is_in(students(clocks)))
        .add(cases::Column::Status.eq(CaseStatus::Closed))
        .add(cases::Column::ClosureReason.is_in(gone));
    let rows = cases::Entity::find().filter(closed).order_by_asc(cases::Column::ClosedAt);
    let mut found: HashMap<StudentId, Vec<(Departure, NaiveDate)>> = HashMap::new();
    for case in rows.all(txn).await? {
        let why = case.closure_reason.as_deref().and_then(|why| why.parse().ok());
        let departed = why.zip(case.closed_at.map(nz_date));
        found.entry(case.student_id).or_default().extend(departed);
    }
    for clock in clocks {
        let of_student = found.get(&clock.student_id).into_iter().flatten();
        let first = of_student.copied().find(|(_, on)| *on >= clock.referral_date);
        clock.departed_days = first.map(|(_, on)| days(clock, on, almanac)).transpose()?;
        (clock.departure, clock.departed_on) = first.unzip();
    }
    Ok(())
}

/// What is on record of the outcome terms that have begun.
async fn attendance(
    txn: &DatabaseTransaction,
    clocks: &mut [Model],
    (almanac, now): (&Almanac, DateTime<Utc>),
) -> Result<(), StoreError> {
    let today = nz_date(now);
    let begun = |clock: &Model| {
        let term: TermKey = clock.outcome_term.as_deref()?.parse().ok()?;
        almanac.terms.get(term).filter(|term| term.starts_on <= today)?;
        Some((clock.student_id, term))
    };
    let wanted: BTreeSet<(StudentId, TermKey)> = clocks.iter().filter_map(begun).collect();
    let found = attended::attended(txn, &wanted, almanac).await?;
    for clock in clocks {
        let of = begun(clock).and_then(|key| found.get(&key));
        let column = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
        clock.outcome_present = of.map_or(0, |of| column(of.present_half_days));
        clock.outcome_possible = of.map_or(0, |of| column(of.possible_half_days));
    }
    Ok(())
}
