//! The clocks as they were known at an instant.

use ascms_domain::access::Grant;
use ascms_domain::ids::ReferralId;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Func, Query, SelectStatement, UnionType};
use sea_orm::{ExprTrait, Iterable, QueryOrder, QueryTrait};

use crate::features::measures::versions::PAST;
use crate::reach::rows::referral_clock::{Column, Selected};

/// Whose a referral is for a number, when its case was transferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The provider that it was with.
    First,
    /// The provider that had the case on the outcome's last day.
    AtOutcome,
}

/// The clocks within reach of a period's referrals, as they stand.
pub(super) fn of_period(
    grant: &Grant,
    (from, to): (NaiveDate, NaiveDate),
    owner: Owner,
) -> Selected {
    let mut clocks =
        crate::reach::clocks::within(grant).filter(Column::ReferralDate.between(from, to));
    if owner == Owner::AtOutcome {
        let owned = at_outcome(TABLE, None);
        QueryTrait::query(&mut clocks).from_clear().from_subquery(owned, TABLE);
    }
    clocks
}

const TABLE: &str = "referral_clock";

/// The clocks of a table, each with the provider of its outcome in place of the first one: whatever
/// is asked of the provider is asked of that.
fn at_outcome(table: &'static str, further: Option<&'static str>) -> SelectStatement {
    let mut clocks = Query::select();
    for column in Column::iter() {
        if matches!(column, Column::ProviderId) {
            let outcome = Expr::col((table, Column::OutcomeProviderId));
            let owner = Func::coalesce([outcome, Expr::col((table, Column::ProviderId))]);
            clocks.expr_as(owner, Column::ProviderId);
        } else {
            clocks.column((table, column));
        }
    }
    if let Some(further) = further {
        clocks.column((table, further));
    }
    clocks.from(table).to_owned()
}

/// The same, as they stand or as they were known.
pub(super) fn clocks(
    grant: &Grant,
    period: (NaiveDate, NaiveDate),
    as_of: Option<DateTime<Utc>>,
    owner: Owner,
) -> Selected {
    let mut clocks = of_period(grant, period, owner);
    if as_of.is_some() {
        let known = at(clocks.clone(), as_of, owner);
        QueryTrait::query(&mut clocks).from_clear().from_subquery(known, TABLE);
    }
    clocks
}

/// What a query makes of each clock, once, in the version that stands or was known at an instant.
/// Each table is gone through by itself, under the name of the first, so that every expression fits
/// both: SQLite writes out every column of a union before it looks at one of them, which takes half
/// as long again.
pub(super) fn at(query: Selected, as_of: Option<DateTime<Utc>>, owner: Owner) -> SelectStatement {
    let Some(instant) = as_of else { return query.into_query() };
    let present = query.filter(Column::KnownFrom.lte(instant));
    let mut past = present.clone().filter(Expr::col((TABLE, "known_until")).gt(instant));
    let from = QueryTrait::query(&mut past).from_clear();
    match owner {
        Owner::First => from.from_as(PAST, TABLE),
        Owner::AtOutcome => from.from_subquery(at_outcome(PAST, Some("known_until")), TABLE),
    };
    let mut known = present.into_query();
    known.union(UnionType::All, past.into_query());
    known
}

/// Every version within reach of some referrals that was known after one instant and not later
/// than another, the oldest first.
pub(super) fn versions(
    grant: &Grant,
    ids: &[ReferralId],
    (after, until): (DateTime<Utc>, DateTime<Utc>),
    owner: Owner,
) -> Selected {
    let of = |table: &'static str| {
        let mut clocks = match owner {
            Owner::First => Query::select()
                .columns(Column::iter().map(|column| (table, column)))
                .from(table)
                .to_owned(),
            Owner::AtOutcome => at_outcome(table, None),
        };
        clocks
            .and_where(Expr::col((table, "referral_id")).is_in(ids.iter().copied()))
            .and_where(Expr::col((table, "known_from")).lte(until))
            .to_owned()
    };
    let past = of(PAST).and_where(Expr::col((PAST, "known_until")).gt(after)).to_owned();
    let known = of(TABLE).union(UnionType::All, past).to_owned();
    let mut clocks = crate::reach::clocks::within(grant).order_by_asc(Column::KnownFrom);
    QueryTrait::query(&mut clocks).from_clear().from_subquery(known, TABLE);
    clocks
}
