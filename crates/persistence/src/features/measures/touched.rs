//! The clocks that a change of the calendar or of a term can touch.

use ascms_domain::calendar::nz_midnight;
use ascms_domain::ids::ReferralId;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, ExprTrait, QueryOrder, QuerySelect};

use crate::reach::rows::referral_clock::{Column, Selected};
use crate::reach::unscoped;
use crate::store::transaction::DatabaseTransaction;

/// Which clocks, by what they are counted from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TouchedClocks {
    /// The referrals of these days, both included.
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// Only those that were counted until this day or a later one.
    pub counted_until: Option<NaiveDate>,
}

/// A clock's place in the order in which they are counted.
pub(crate) type ClockKey = (NaiveDate, ReferralId);

/// Of all students: what is counted anew is counted for nobody in particular.
fn clocks(touched: &TouchedClocks) -> Selected {
    let TouchedClocks { first, last, counted_until } = *touched;
    let all = unscoped::clocks_of_days(first, last);
    let Some(day) = counted_until else { return all };
    let ends = [
        Column::SchoolReachedOn,
        Column::StudentReachedOn,
        Column::WhanauReachedOn,
        Column::EnrolledOn,
        Column::ConfirmedAfterOn,
        Column::ReachedAfterOn,
        Column::ExcludedOn,
        Column::DepartedOn,
        Column::OutcomeEndsOn,
        Column::FirstAfterEndsOn,
        Column::SecondAfterEndsOn,
    ];
    let counted = ends.into_iter().map(|end| end.gte(day));
    let accepted = Column::AcceptedAt.gte(nz_midnight(day));
    all.filter(counted.fold(Condition::any().add(accepted), Condition::add))
}

/// How many there are.
pub(crate) async fn count_touched(
    txn: &DatabaseTransaction,
    touched: &TouchedClocks,
) -> Result<u64, DbErr> {
    clocks(touched).count(txn).await
}

/// The next few of them, after one.
pub(crate) async fn next_touched(
    txn: &DatabaseTransaction,
    touched: &TouchedClocks,
    after: Option<ClockKey>,
    at_most: u64,
) -> Result<Vec<ClockKey>, DbErr> {
    let mut query = clocks(touched);
    if let Some((date, id)) = after {
        let same_day = Column::ReferralDate.eq(date).and(Column::ReferralId.gt(id));
        query = query
            // Says no more than the next line, and an index knows what to do with it.
            .filter(Column::ReferralDate.gte(date))
            .filter(Column::ReferralDate.gt(date).or(same_day));
    }
    query
        .select_only()
        .columns([Column::ReferralDate, Column::ReferralId])
        .order_by_asc(Column::ReferralDate)
        .order_by_asc(Column::ReferralId)
        .limit(at_most)
        .into_tuple()
        .all(txn)
        .await
}
