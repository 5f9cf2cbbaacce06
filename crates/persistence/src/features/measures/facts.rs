//! What clocks are set by: everything that happens to a referral, its case and its student. One
//! way leads here, [`recompute_clocks`], and it reads what it sets from where that stands, so that the order in
//! which things become known decides nothing, and counting all of it anew changes nothing.

use std::collections::{BTreeSet, HashMap};

use ascms_domain::calendar::{OutOfRange, Region, nz_date};
use ascms_domain::cases::CaseStatus;
use ascms_domain::contacts::ContactParty;
use ascms_domain::ids::{ReferralId, StudentId};
use ascms_domain::measures::{ClockCause, DayCount, Departure, ReferralExclusion};
use ascms_domain::outcomes::{Begun, EnrolledBy, enrolled};
use ascms_domain::referrals::ReferralKind;
use ascms_domain::terms::TermKey;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{ExprTrait, QueryOrder};

use crate::features::contacts;
use crate::features::measures::owners::owners;
use crate::features::measures::versions::{
    columns, ids, place_outcome, set, set_confirmations, students,
};
use crate::features::measures::whose::{people, students_now};
use crate::features::measures::{attended, course};
use crate::features::students::{enrolment, whanau_contact};
use crate::reach::rows::referral_clock::{Column, Model};
use crate::reach::rows::{attendance_case, referral};
use crate::reach::unscoped;
use crate::reference::calendars::Calendars;
use crate::rows::{self, lifecycle};
use crate::store::bulk;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;
use crate::trace;

/// Whose clocks.
#[derive(Clone, Copy)]
pub(crate) enum ClockScope<'a> {
    Referrals(&'a [ReferralId]),
    /// All of these students, named by the records that stand.
    Students(&'a [StudentId]),
    /// Both of them, since a clock is set once in a transaction.
    Either(&'a [ReferralId], &'a [StudentId]),
}

/// Sets clocks by what has become known, within the transaction in which it did. No transaction
/// tells the same clock twice: each time makes a version, and the first of two was never known.
pub(crate) async fn recompute_clocks(
    txn: &DatabaseTransaction,
    which: ClockScope<'_>,
    cause: ClockCause,
    calendars: &Calendars,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let before = locked(txn, which).await?;
    if before.is_empty() {
        return Ok(());
    }
    let mut clocks = before.clone();
    read_facts(txn, &mut clocks, cause, calendars, now).await?;
    let changed: Vec<(Model, Model)> =
        before.into_iter().zip(clocks).filter(|(before, after)| before != after).collect();
    let changed = changed.into_iter().map(|(before, mut after)| {
        after.calendar_version = calendars.contract.version().to_owned();
        (before, after)
    });
    set(txn, changed.collect(), cause, now).await
}

/// Reads what a cause can have changed.
pub(super) async fn read_facts(
    txn: &DatabaseTransaction,
    clocks: &mut [Model],
    cause: ClockCause,
    calendars: &Calendars,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    match cause {
        ClockCause::Referral => {
            people(txn, clocks).await?;
            enrolments(txn, clocks, calendars).await?;
            confirmations(txn, clocks, calendars).await?;
            departures(txn, clocks, calendars).await?;
        }
        ClockCause::Decision => {
            exclusions(txn, clocks, calendars).await?;
            owners(txn, clocks, calendars).await?;
        }
        ClockCause::Contact => {
            reached(txn, clocks, calendars).await?;
            confirmations(txn, clocks, calendars).await?;
        }
        ClockCause::Attendance => attendance(txn, clocks, calendars, now).await?,
        // Whose word on a day stands is decided by the enrolments.
        ClockCause::Enrolment => {
            exclusions(txn, clocks, calendars).await?;
            enrolments(txn, clocks, calendars).await?;
            owners(txn, clocks, calendars).await?;
            attendance(txn, clocks, calendars, now).await?;
        }
        ClockCause::WhanauContact => confirmations(txn, clocks, calendars).await?,
        ClockCause::Closure => {
            departures(txn, clocks, calendars).await?;
            course::closures(txn, clocks, calendars).await?;
            // The pathway that a closure names.
            enrolments(txn, clocks, calendars).await?;
            owners(txn, clocks, calendars).await?;
        }
        ClockCause::Student => {
            students_now(txn, clocks).await?;
            // A referral of another school settles that the student was enrolled nowhere.
            exclusions(txn, clocks, calendars).await?;
            people(txn, clocks).await?;
            enrolments(txn, clocks, calendars).await?;
            owners(txn, clocks, calendars).await?;
            confirmations(txn, clocks, calendars).await?;
            departures(txn, clocks, calendars).await?;
            attendance(txn, clocks, calendars, now).await?;
        }
        ClockCause::Calendar => {
            clocks.iter_mut().for_each(|clock| place_outcome(clock, calendars));
            people(txn, clocks).await?;
            exclusions(txn, clocks, calendars).await?;
            course::closures(txn, clocks, calendars).await?;
            reached(txn, clocks, calendars).await?;
            enrolments(txn, clocks, calendars).await?;
            owners(txn, clocks, calendars).await?;
            confirmations(txn, clocks, calendars).await?;
            departures(txn, clocks, calendars).await?;
            attendance(txn, clocks, calendars, now).await?;
        }
    }
    Ok(())
}

/// The clocks, locked in one order, so that two callers cannot block each other.
async fn locked(
    txn: &DatabaseTransaction,
    which: ClockScope<'_>,
) -> Result<Vec<Model>, StoreError> {
    let referrals =
        |ids: &[ReferralId]| Column::ReferralId.is_in(bulk::padded(ids.iter().copied()));
    let students = |ids: &[StudentId]| Column::StudentId.is_in(bulk::padded(ids.iter().copied()));
    let fits = match which {
        ClockScope::Referrals(ids) => referrals(ids),
        ClockScope::Students(ids) => students(ids),
        ClockScope::Either(ids, of_students) => referrals(ids).or(students(of_students)),
    };
    Ok(unscoped::clocks_to_recompute(fits).all(txn).await?)
}

/// Whether the referral counts at all: by its state, and by the case that it opened or joined; and
/// the day on which it was decided so.
async fn exclusions(
    txn: &DatabaseTransaction,
    clocks: &mut [Model],
    calendars: &Calendars,
) -> Result<(), StoreError> {
    let rows = unscoped::referrals_counted(ids(clocks)).all(txn);
    let rows: HashMap<ReferralId, referral::Model> =
        rows.await?.into_iter().map(|row| (row.id, row)).collect();
    let opened = course::opened(txn, clocks).await?;
    for clock in clocks.iter_mut() {
        let Some(referral) = rows.get(&clock.referral_id) else { continue };
        let opened_case = opened.contains_key(&clock.referral_id);
        let has_provider = referral.provider_id.is_some();
        clock.exclusion = ReferralExclusion::of(referral.status, opened_case, has_provider);
    }
    course::place(clocks, &opened, calendars)?;
    course::declined(txn, clocks).await?;
    let excluded = |clock: &&Model| clock.exclusion.is_some_and(ReferralExclusion::is_decision);
    let asked = clocks.iter().filter(excluded).map(|clock| clock.referral_id).collect::<Vec<_>>();
    let decided = if asked.is_empty() {
        HashMap::new()
    } else {
        trace::history::last_status_changes(txn, &bulk::padded(asked)).await?
    };
    for clock in clocks {
        let changed_on = decided.get(&clock.referral_id.0).copied().map(nz_date);
        let has_provider = clock.provider_id.is_some();
        clock.excluded_on = clock
            .exclusion
            .and_then(|why| why.excluded_on(changed_on, clock.referral_date, has_provider));
        clock.excluded_days = clock.excluded_on.map(|on| days(clock, on, calendars)).transpose()?;
    }
    Ok(())
}

/// The first day on which each party was reached, by the contacts and the meetings that stand, in
/// whatever order they were written down.
async fn reached(
    txn: &DatabaseTransaction,
    clocks: &mut [Model],
    calendars: &Calendars,
) -> Result<(), StoreError> {
    let first = contacts::first_reached(txn, &ids(clocks)).await?;
    for clock in clocks {
        let first = |party| first.get(&(clock.referral_id, party)).copied().map(nz_date);
        let count = |on: Option<NaiveDate>| on.map(|on| days(clock, on, calendars)).transpose();
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
fn days(clock: &Model, on: NaiveDate, calendars: &Calendars) -> Result<i32, OutOfRange> {
    let day =
        DayCount::business(clock.referral_date, on, &calendars.contract, clock.holiday_region);
    day.map(|day| i32::from(day.days))
}

/// The first enrolment that began after the referral, or will, at a school or on an alternative
/// education pathway: a day that is told ahead counts when it has come, whether anything more is said
/// on it or not.
async fn enrolments(
    txn: &DatabaseTransaction,
    clocks: &mut [Model],
    calendars: &Calendars,
) -> Result<(), StoreError> {
    let rows = rows::enrolment::Entity::find()
        .filter(rows::enrolment::Column::StudentId.is_in(students(clocks)))
        .filter(rows::enrolment::Column::EnrolledOn.is_not_null())
        .all(txn)
        .await?;
    let mut first_days: HashMap<StudentId, Vec<NaiveDate>> = HashMap::new();
    for row in rows {
        first_days.entry(row.student_id).or_default().extend(row.enrolled_on);
    }
    first_days.extend(enrolment::report::first_days_ahead(txn, &students(clocks)).await?);
    let mut begun = enrolment::pathway::begun(txn, &students(clocks)).await?;
    for (student, days) in first_days {
        let (by, pathway) = (EnrolledBy::Enrolment, None::<String>);
        let at_school = days.into_iter().map(|on| Begun { on, by, pathway: pathway.clone() });
        begun.entry(student).or_default().extend(at_school);
    }
    for clock in clocks {
        let begun = begun.get(&clock.student_id).map_or(&[][..], Vec::as_slice);
        let region: Option<Region> = clock.holiday_region;
        let first = enrolled(clock.referral_date, begun, &calendars.contract, region)?;
        (clock.enrolled_on, clock.enrolled_days) = columns(first.as_ref().map(|first| first.at));
        clock.enrolled_by = first.as_ref().map(|first| first.by);
        clock.enrolled_pathway = first.and_then(|first| first.pathway);
    }
    Ok(())
}

/// When somebody made sure how the whānau is reached, or reached them or the student.
async fn confirmations(
    txn: &DatabaseTransaction,
    clocks: &mut [Model],
    calendars: &Calendars,
) -> Result<(), StoreError> {
    let by_student = |rows: Vec<(StudentId, NaiveDate)>| {
        let mut days: HashMap<StudentId, Vec<NaiveDate>> = HashMap::new();
        for (student, day) in rows {
            days.entry(student).or_default().push(day);
        }
        days
    };
    let confirmed = by_student(whanau_contact::confirmations_of(txn, &students(clocks)).await?);
    // Of the others it decides nothing, and each contact on another case would make a version.
    let is_nowhere = |clock: &Model| clock.kind == ReferralKind::NonEnrolment;
    let nowhere = clocks.iter().filter(|clock| is_nowhere(clock));
    let asked: BTreeSet<StudentId> = nowhere.map(|clock| clock.student_id).collect();
    let reached = if asked.is_empty() {
        Vec::new()
    } else {
        contacts::home_reached(txn, &bulk::padded(asked)).await?
    };
    let reached = reached.into_iter().map(|(student, at)| (student, nz_date(at)));
    let reached = by_student(reached.collect());
    for clock in clocks {
        let of = |days: &HashMap<StudentId, Vec<NaiveDate>>| {
            days.get(&clock.student_id).cloned().unwrap_or_default()
        };
        let reached = if is_nowhere(clock) { of(&reached) } else { Vec::new() };
        let confirmed = of(&confirmed);
        set_confirmations(clock, &confirmed, &reached, calendars)?;
    }
    Ok(())
}

/// Whether the student is gone: by the first of their cases that was closed for it since the
/// referral. It need not be the referral's own: who died is gone from all of them.
async fn departures(
    txn: &DatabaseTransaction,
    clocks: &mut [Model],
    calendars: &Calendars,
) -> Result<(), StoreError> {
    let gone = Departure::ALL.iter().map(|why| why.as_str());
    let rows = unscoped::cases_of_students(students(clocks))
        .filter(lifecycle::is(
            attendance_case::Column::Status.as_column_ref(),
            CaseStatus::is_closed,
        ))
        .filter(attendance_case::Column::ClosureReason.is_in(gone))
        .order_by_asc(attendance_case::Column::ClosedAt);
    let mut found: HashMap<StudentId, Vec<(Departure, NaiveDate)>> = HashMap::new();
    for case in rows.all(txn).await? {
        let why = case.closure_reason.as_deref().and_then(|why| why.parse().ok());
        let departed = why.zip(case.closed_at.map(nz_date));
        found.entry(case.student_id).or_default().extend(departed);
    }
    for clock in clocks {
        let of_student = found.get(&clock.student_id).into_iter().flatten();
        let first = of_student.copied().find(|(_, on)| *on >= clock.referral_date);
        clock.departed_days = first.map(|(_, on)| days(clock, on, calendars)).transpose()?;
        (clock.departure, clock.departed_on) = first.unzip();
    }
    Ok(())
}

/// What is on record of the terms that have begun of those in which attendance is looked at: of the
/// outcome, and of the two after the closure.
async fn attendance(
    txn: &DatabaseTransaction,
    clocks: &mut [Model],
    calendars: &Calendars,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let today = nz_date(now);
    let begun = |term: Option<TermKey>| {
        term.filter(|key| calendars.terms.get(*key).is_some_and(|term| term.starts_on <= today))
    };
    let terms = |clock: &Model| {
        let outcome = clock.outcome_term.as_deref().and_then(|term| term.parse().ok());
        let [first, second] = course::terms_of(clock, calendars);
        [outcome, first, second].map(begun)
    };
    let of_clock = |clock: &Model| {
        let student = clock.student_id;
        terms(clock).into_iter().flatten().map(move |term| (student, term))
    };
    let wanted: BTreeSet<(StudentId, TermKey)> = clocks.iter().flat_map(of_clock).collect();
    let found = attended::attended(txn, &wanted, calendars).await?;
    let column = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
    for clock in clocks {
        let [outcome, first, second] = terms(clock).map(|term| {
            let of = term.and_then(|term| found.get(&(clock.student_id, term)));
            of.map_or((0, 0), |of| (column(of.present_half_days), column(of.possible_half_days)))
        });
        (clock.outcome_present, clock.outcome_possible) = outcome;
        (clock.first_after_present, clock.first_after_possible) = first;
        (clock.second_after_present, clock.second_after_possible) = second;
    }
    Ok(())
}
