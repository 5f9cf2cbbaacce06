//! How a referral stands, as conditions of a query: the same rule as `domain::measures::standing`,
//! for many rows at once. A test holds the two against each other.

use ascms_domain::calendar::{Calendar, OutOfRange, Region};
use ascms_domain::measures::{ContactMeasure, Target, first_pending};
use ascms_domain::rules::WhanauContactMeans;
use chrono::NaiveDate;
use sea_orm::Condition;
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{CaseStatement, SimpleExpr};

use super::Column;

/// What a standing depends on besides the row.
#[derive(Clone, Copy)]
pub(super) struct Judgement<'a> {
    pub target: Target,
    pub means: WhanauContactMeans,
    pub today: NaiveDate,
    pub calendar: &'a Calendar,
}

/// Counted at all.
pub(super) fn counted() -> SimpleExpr {
    Column::Exclusion.is_null()
}

/// 1 or 0: contact was made in time.
pub(super) fn met(judgement: &Judgement<'_>) -> SimpleExpr {
    let within = i32::from(judgement.target.level.within_days);
    let in_time = match (judgement.target.measure, judgement.means) {
        (ContactMeasure::SchoolContact, _) => Condition::all().add(Column::SchoolDays.lte(within)),
        (ContactMeasure::WhanauContact, WhanauContactMeans::Either) => Condition::any()
            .add(Column::StudentDays.lte(within))
            .add(Column::WhanauDays.lte(within)),
        (ContactMeasure::WhanauContact, WhanauContactMeans::Both) => Condition::all()
            .add(Column::StudentDays.lte(within))
            .add(Column::WhanauDays.lte(within)),
    };
    one_if(Condition::all().add(counted()).add(in_time))
}

/// 1 or 0: not made yet, and the deadline is today or later.
pub(super) fn pending(judgement: &Judgement<'_>) -> Result<SimpleExpr, OutOfRange> {
    let not_yet = match (judgement.target.measure, judgement.means) {
        (ContactMeasure::SchoolContact, _) => Condition::all().add(Column::SchoolDays.is_null()),
        (ContactMeasure::WhanauContact, WhanauContactMeans::Either) => {
            Condition::all().add(Column::StudentDays.is_null()).add(Column::WhanauDays.is_null())
        }
        (ContactMeasure::WhanauContact, WhanauContactMeans::Both) => {
            Condition::any().add(Column::StudentDays.is_null()).add(Column::WhanauDays.is_null())
        }
    };
    let ahead = deadline_ahead(judgement)?;
    Ok(one_if(Condition::all().add(counted()).add(not_yet).add(ahead)))
}

/// 1 or 0: the deadline passed without contact in time.
pub(super) fn missed(judgement: &Judgement<'_>) -> Result<SimpleExpr, OutOfRange> {
    let neither =
        Condition::all().add(met(judgement).eq(0)).add(pending(judgement)?.eq(0)).add(counted());
    Ok(one_if(neither))
}

/// 1 or 0.
pub(super) fn one_if(condition: Condition) -> SimpleExpr {
    CaseStatement::new().case(condition, 1).finally(0).into()
}

/// The deadline of a referral date is today or later. Since deadlines move with the referral date,
/// that is a comparison with one day, which differs only where a region's holiday lies between.
fn deadline_ahead(judgement: &Judgement<'_>) -> Result<SimpleExpr, OutOfRange> {
    let Judgement { target, today, calendar, .. } = *judgement;
    let first = |region| first_pending(today, target.level.within_days, calendar, region);
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
