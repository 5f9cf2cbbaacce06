//! How a referral counts, as an expression of a query: the same rule as [`Judgement::classify`]
//! for many rows at once. A test holds the two against each other.

use ascms_domain::calendar::{OutOfRange, Region};
use ascms_domain::measures::{
    Departure, Exclusion, Measure, MeasureResult, Number, ReferralExclusion, Standing,
    first_pending,
};
use ascms_domain::outcomes::EnrolmentCutOffs;
use ascms_domain::referrals::ReferralKind;
use ascms_domain::rules::{Improvement, LateDecision, NoRecord, WhanauContactMeans};
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{CaseStatement, SimpleExpr};
use sea_orm::{Condition, ExprTrait};

use crate::features::measures::judgement::Judgement;
use crate::reach::rows::referral_clock::Column;

/// What a class is written as: -1 of who is no member, else met, missed, pending, met with the
/// deadline still ahead, and one for each reason not to count.
pub(super) const NOT_A_MEMBER: i32 = -1;
const MET: i32 = 0;
const MISSED: i32 = 1;
const PENDING: i32 = 2;
const MET_EARLY: i32 = 3;
const FIRST_EXCLUSION: i32 = 4;

fn excluded(why: Exclusion) -> i32 {
    let place = Exclusion::ALL.iter().position(|word| *word == why);
    FIRST_EXCLUSION.saturating_add(place.and_then(|at| i32::try_from(at).ok()).unwrap_or(0))
}

/// What a class says; `None` of who is no member.
pub(super) fn read(class: i32) -> Option<MeasureResult> {
    match class {
        MET | MET_EARLY => Some(MeasureResult::Met),
        MISSED => Some(MeasureResult::Missed),
        PENDING => Some(MeasureResult::Pending),
        _ => {
            let place = usize::try_from(class.checked_sub(FIRST_EXCLUSION)?).ok()?;
            Exclusion::ALL.get(place).copied().map(MeasureResult::Excluded)
        }
    }
}

/// Whether a class is of who met it, with the deadline still ahead.
pub(super) const fn is_early(class: i32) -> bool {
    class == MET_EARLY
}

/// The classes of a standing, or of any member.
pub(super) fn of_standing(class: SimpleExpr, standing: Option<Standing>) -> SimpleExpr {
    match standing {
        None => class.gt(NOT_A_MEMBER),
        Some(Standing::Met) => class.is_in([MET, MET_EARLY]),
        Some(Standing::Missed) => class.eq(MISSED),
        Some(Standing::Pending) => class.eq(PENDING),
        Some(Standing::Excluded) => class.gte(FIRST_EXCLUSION),
    }
}

/// The class of each referral for a number.
pub(super) fn class(number: Number, judgement: &Judgement) -> Result<SimpleExpr, OutOfRange> {
    let within = i32::from(number.within_days.unwrap_or_default());
    match number.measure {
        Measure::SchoolContact => {
            let made = Reached {
                in_time: Condition::all().add(Column::SchoolDays.lte(within)),
                not_yet: Condition::all().add(Column::SchoolDays.is_null()),
            };
            contact(number, made, judgement)
        }
        Measure::WhanauContact => {
            let either = judgement.contact.whanau_contact_means == WhanauContactMeans::Either;
            let (any, all) = (Condition::any(), Condition::all());
            let (in_time, not_yet) = if either { (any, all) } else { (all, any) };
            let made = Reached {
                in_time: in_time
                    .add(Column::StudentDays.lte(within))
                    .add(Column::WhanauDays.lte(within)),
                not_yet: not_yet
                    .add(Column::StudentDays.is_null())
                    .add(Column::WhanauDays.is_null()),
            };
            contact(number, made, judgement)
        }
        Measure::ImprovedAttendance => Ok(improved(judgement)),
        Measure::Enrolled => enrolled(judgement),
    }
}

/// Whether a party was reached.
struct Reached {
    in_time: Condition,
    not_yet: Condition,
}

fn contact(number: Number, made: Reached, judgement: &Judgement) -> Result<SimpleExpr, OutOfRange> {
    let within = number.within_days.unwrap_or_default();
    let calendar = judgement.calendar();
    let first = |region| first_pending(judgement.today, within, calendar, region);
    let ahead = referred_from(first)?;
    let class = CaseStatement::new()
        .case(excluded_within(within, judgement.contact.late_decision), not_counted())
        .case(Condition::all().add(made.in_time.clone()).add(ahead.clone()), MET_EARLY)
        .case(made.in_time, MET)
        .case(gone(within, judgement.today), departed())
        .case(Condition::all().add(made.not_yet).add(ahead), PENDING);
    Ok(class.finally(MISSED).into())
}

fn improved(judgement: &Judgement) -> SimpleExpr {
    let (rule, today) = (&judgement.outcomes.improved_attendance, judgement.today);
    let late = judgement.outcomes.late_decision;
    let (present, possible) = (col(Column::OutcomePresent), col(Column::OutcomePossible));
    let (before, all_before) = (col(Column::BaselinePresent), col(Column::BaselinePossible));
    let percent = |share: u32| i32::try_from(share).unwrap_or(i32::MAX);
    let in_term = Condition::any()
        .add(Column::OutcomeEndsOn.is_null())
        .add(col(Column::DepartedOn).lte(col(Column::OutcomeEndsOn)));
    let gone = Condition::all()
        .add(Column::Departure.is_not_null())
        .add(Column::DepartedOn.lte(today))
        .add(in_term);
    let over = col(Column::OutcomeEndsOn).lt(today);
    let decided_in_term = Condition::any()
        .add(Column::OutcomeEndsOn.is_null())
        .add(col(Column::ExcludedOn).lte(col(Column::OutcomeEndsOn)));
    let nothing = match rule.no_record {
        NoRecord::Excluded => excluded(Exclusion::TooLittleAttendance),
        NoRecord::Missed => MISSED,
    };
    let relative = present.clone().mul(all_before.clone()).mul(100);
    let was = before.clone().mul(possible.clone());
    let better = match rule.improvement {
        Improvement::Relative => Condition::any()
            .add(before.clone().eq(0).and(present.clone().gt(0)))
            .add(before.gt(0).and(relative.gte(was.mul(100 + percent(rule.improved_by))))),
        Improvement::Points => Condition::all().add(
            relative.gte(
                was.mul(100)
                    .add(possible.clone().mul(all_before.clone()).mul(percent(rule.improved_by))),
            ),
        ),
    };
    let enough = possible
        .clone()
        .mul(100)
        .gte(col(Column::OutcomeHalfDays).mul(percent(rule.minimum_record_percent)));
    let too_little = Condition::any().add(possible.clone().lte(0)).add(enough.not());
    let no_baseline = Condition::any().add(all_before.clone().is_null()).add(all_before.lte(0));
    CaseStatement::new()
        .case(Column::Kind.ne(ReferralKind::ChronicAbsence), NOT_A_MEMBER)
        .case(unless_late(late, decided_in_term), not_counted())
        .case(gone, departed())
        .case(Condition::any().add(Column::OutcomeEndsOn.is_null()).add(over.not()), PENDING)
        .case(no_baseline, excluded(Exclusion::NoBaseline))
        .case(possible.clone().lte(0), nothing)
        .case(too_little, excluded(Exclusion::TooLittleAttendance))
        .case(present.mul(100).gt(possible.mul(percent(rule.over_percent))), MET)
        .case(better, MET)
        .finally(MISSED)
        .into()
}

fn enrolled(judgement: &Judgement) -> Result<SimpleExpr, OutOfRange> {
    let (rule, today) = (&judgement.outcomes.enrolled, judgement.today);
    let calendar = judgement.calendar();
    let cut_offs = |region| EnrolmentCutOffs::on(today, rule, calendar, region);
    let enrolment_ahead =
        referred_from(|region| cut_offs(region).map(|days| days.enrolment_ahead_from))?;
    let confirmation_ahead =
        referred_from(|region| cut_offs(region).map(|days| days.confirmation_ahead_from))?;
    let is_current = || {
        let (before, after) = (rule.confirmed_within_days, rule.confirmed_within_business_days);
        let said = Condition::any()
            .add(by(Column::ConfirmedBeforeDays, Column::ConfirmedBeforeOn, before, today))
            .add(by(Column::ConfirmedAfterDays, Column::ConfirmedAfterOn, after, today));
        if !rule.contact_confirms {
            return said;
        }
        said.add(by(Column::ReachedBeforeDays, Column::ReachedBeforeOn, before, today)).add(by(
            Column::ReachedAfterDays,
            Column::ReachedAfterOn,
            after,
            today,
        ))
    };
    let current = |and: Condition| Condition::all().add(is_current()).add(and);
    let met = by(Column::EnrolledDays, Column::EnrolledOn, rule.within_days, today);
    // An enrolment that resolved the referral is what was to be reached.
    let excluded_for_good = Condition::all()
        .add(excluded_within(rule.within_days, judgement.outcomes.late_decision))
        .add(Column::Exclusion.ne(ReferralExclusion::Resolved).or(Column::EnrolledOn.is_null()));
    let class = CaseStatement::new()
        .case(Column::Kind.ne(ReferralKind::NonEnrolment), NOT_A_MEMBER)
        .case(excluded_for_good, not_counted())
        .case(current(met.clone().add(enrolment_ahead.clone())), MET_EARLY)
        .case(current(met), MET)
        .case(current(gone(rule.within_days, today)), departed())
        .case(current(Condition::all().add(enrolment_ahead)), PENDING)
        .case(is_current(), MISSED)
        .case(gone(rule.confirmed_within_business_days, today), departed())
        .case(confirmation_ahead, PENDING);
    Ok(class.finally(excluded(Exclusion::ContactDetailsNotCurrent)).into())
}

fn col(column: Column) -> SimpleExpr {
    Expr::col(column.as_column_ref())
}

/// Excluded by a decision that came within so many days, or of no day, or by any of them where the
/// rule says so.
fn excluded_within(within: u16, late: LateDecision) -> Condition {
    unless_late(late, Condition::all().add(Column::ExcludedDays.lte(i32::from(within))))
}

fn unless_late(late: LateDecision, in_time: Condition) -> Condition {
    let excluded = Condition::all().add(Column::Exclusion.is_not_null());
    match late {
        LateDecision::Excludes => excluded,
        LateDecision::MissedStays => {
            excluded.add(Condition::any().add(Column::ExcludedOn.is_null()).add(in_time))
        }
    }
}

/// Within so many days, and not later than today.
fn by(days: Column, on: Column, within: u16, today: NaiveDate) -> Condition {
    Condition::all().add(days.lte(i32::from(within))).add(on.lte(today))
}

fn gone(within: u16, today: NaiveDate) -> Condition {
    by(Column::DepartedDays, Column::DepartedOn, within, today).add(Column::Departure.is_not_null())
}

/// The class of a referral that does not count at all. Which reason it has is asked of those alone
/// that have one: of the others, six times over for each number, it would cost more than the rest.
fn not_counted() -> SimpleExpr {
    because(Column::Exclusion, ReferralExclusion::ALL)
}

/// The class of a student who has departed.
fn departed() -> SimpleExpr {
    because(Column::Departure, Departure::ALL)
}

fn because<Why>(column: Column, all: &[Why]) -> SimpleExpr
where
    Why: Copy + Into<Exclusion> + Into<Value>,
{
    let reasons = all.iter().fold(CaseStatement::new(), |class, why| {
        class.case(column.eq(*why), excluded((*why).into()))
    });
    reasons.into()
}

/// Referred on the first day or later that a deadline still is ahead of. Since deadlines move with
/// the referral date, that is a comparison with one day, which differs only where a region's
/// holiday lies between.
fn referred_from(
    first: impl Fn(Option<Region>) -> Result<NaiveDate, OutOfRange>,
) -> Result<SimpleExpr, OutOfRange> {
    let nation = first(None)?;
    let mut by_region = CaseStatement::new();
    let mut differs = false;
    for region in Region::ALL {
        let there = first(Some(*region))?;
        if there != nation {
            differs = true;
            by_region =
                by_region.case(Column::HolidayRegion.eq(*region), Column::ReferralDate.gte(there));
        }
    }
    let elsewhere = Column::ReferralDate.gte(nation);
    Ok(if differs { by_region.finally(elsewhere).into() } else { elsewhere })
}
