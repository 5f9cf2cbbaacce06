//! The clocks as they were known at an instant.

use ascms_domain::access::Grant;
use ascms_domain::ids::ReferralId;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement, UnionType};
use sea_orm::{ExprTrait, Iterable, QueryOrder, QueryTrait};

use super::clocks::PAST;
use super::{Column, Entity};

/// The clocks within reach of a period's referrals, as they stand.
pub(super) fn of_period(grant: &Grant, (from, to): (NaiveDate, NaiveDate)) -> Select<Entity> {
    super::within(grant).filter(Column::ReferralDate.between(from, to))
}

/// The same, as they stand or as they were known.
pub(super) fn clocks(
    grant: &Grant,
    period: (NaiveDate, NaiveDate),
    as_of: Option<DateTime<Utc>>,
) -> Select<Entity> {
    let mut clocks = of_period(grant, period);
    if as_of.is_some() {
        let known = at(clocks.clone(), as_of);
        QueryTrait::query(&mut clocks).from_clear().from_subquery(known, Entity);
    }
    clocks
}

/// What a query makes of each clock, once, in the version that stands or was known at an instant.
/// Each table is gone through by itself, under the name of the first, so that every expression fits
/// both: SQLite writes out every column of a union before it looks at one of them, which takes half
/// as long again.
pub(super) fn at(query: Select<Entity>, as_of: Option<DateTime<Utc>>) -> SelectStatement {
    let Some(instant) = as_of else { return query.into_query() };
    let present = query.filter(Column::KnownFrom.lte(instant));
    let mut past = present.clone().filter(Expr::col((Entity, "known_until")).gt(instant));
    QueryTrait::query(&mut past).from_clear().from_as(PAST, Entity);
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
) -> Select<Entity> {
    let of = |table: &'static str| {
        Query::select()
            .columns(Column::iter().map(|column| (table, column)))
            .from(table)
            .and_where(Expr::col((table, "referral_id")).is_in(ids.iter().copied()))
            .and_where(Expr::col((table, "known_from")).lte(until))
            .to_owned()
    };
    let past = of(PAST).and_where(Expr::col((PAST, "known_until")).gt(after)).to_owned();
    let known = of("referral_clock").union(UnionType::All, past).to_owned();
    let mut clocks = super::within(grant).order_by_asc(Column::KnownFrom);
    QueryTrait::query(&mut clocks).from_clear().from_subquery(known, Entity);
    clocks
}
