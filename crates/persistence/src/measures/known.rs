//! The clocks as they were known at an instant.

use ascms_domain::access::Grant;
use ascms_domain::ids::ReferralId;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement, UnionType};
use sea_orm::{Condition, ExprTrait, Iterable, QueryOrder, QueryTrait};

use super::clocks::PAST;
use super::{Column, Entity};

/// The clocks within reach of a period's referrals, as they stand or as they were known.
pub(super) fn clocks(
    grant: &Grant,
    (from, to): (NaiveDate, NaiveDate),
    as_of: Option<DateTime<Utc>>,
) -> Select<Entity> {
    let mut clocks = super::within(grant).filter(Column::ReferralDate.between(from, to));
    if let Some(instant) = as_of {
        let known = known_at((from, to), instant);
        // Under the name of the table, so that every condition fits both.
        QueryTrait::query(&mut clocks).from_clear().from_subquery(known, Entity);
    }
    clocks
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

/// Each clock of the period once, in the version that was known then. The period is asked of both
/// tables, so that neither is read beyond it.
fn known_at((from, to): (NaiveDate, NaiveDate), instant: DateTime<Utc>) -> SelectStatement {
    let col = |table: &'static str, column: &'static str| Expr::col((table, column));
    let fits = |table: &'static str| {
        Condition::all()
            .add(col(table, "referral_date").between(from, to))
            .add(col(table, "known_from").lte(instant))
    };
    let of = |table: &'static str| {
        Query::select()
            .columns(Column::iter().map(|column| (table, column)))
            .from(table)
            .cond_where(fits(table))
            .to_owned()
    };
    let past = of(PAST).and_where(col(PAST, "known_until").gt(instant)).to_owned();
    of("referral_clock").union(UnionType::All, past).to_owned()
}
