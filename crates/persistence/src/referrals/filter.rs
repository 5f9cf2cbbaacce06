//! Which referrals a list shows.

use ascms_domain::referrals::{ReferralKind, ReferralStatus};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::{QuerySelect, QueryTrait};

use super::{Column, once};
use crate::position::Position;
use crate::{cases, schools};

/// Which referrals a list shows.
#[derive(Clone, Debug, Default)]
pub struct ReferralFilter<'a> {
    pub status: Option<ReferralStatus>,
    pub kind: Option<ReferralKind>,
    pub school_number: Option<i32>,
    /// The first and the last day of receipt, both included.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    /// What the sending system calls itself, without case, and its own name for the record.
    pub source: Option<&'a str>,
    pub source_reference: Option<&'a str>,
    /// Those alone that changed at this instant or later, by themselves or with their case.
    pub updated_since: Option<DateTime<Utc>>,
    /// Those alone that were made or changed after a position.
    pub changed_after: Option<&'a Position>,
}

/// What a referral has to be; `changed_after` is asked of the events.
pub(super) fn fits(filter: &ReferralFilter<'_>) -> sea_orm::Condition {
    let ReferralFilter { status, kind, school_number, from, to, .. } = filter;
    let ReferralFilter { source, source_reference, updated_since, changed_after: _, .. } = filter;
    sea_orm::Condition::all()
        .add_option(status.map(|status| Column::Status.eq(status)))
        .add_option(kind.map(|kind| Column::Kind.eq(kind)))
        .add_option(from.map(|from| Column::ReferralDate.gte(from)))
        .add_option(to.map(|to| Column::ReferralDate.lte(to)))
        .add_option(source.map(once::of_source))
        .add_option(source_reference.map(|name| Column::SourceReference.eq(name)))
        .add_option(updated_since.map(|since| {
            let case = cases::ids_of(cases::Column::UpdatedAt.gte(since));
            Column::UpdatedAt.gte(since).or(Column::CaseId.in_subquery(case))
        }))
        .add_option(school_number.map(|number| {
            let school = schools::Entity::find()
                .select_only()
                .column(schools::Column::Id)
                .filter(schools::Column::Number.eq(number));
            Column::SchoolId.in_subquery(school.into_query())
        }))
}
