//! Which referrals a list shows.

use ascms_domain::referrals::{ReferralKind, ReferralStatus};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Func;
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{Condition, QuerySelect, QueryTrait};

use crate::features::referrals::filter;
use crate::reach;
use crate::reach::rows::attendance_case;
use crate::reach::rows::referral::Column;
use crate::rows::school;
use crate::store::position::point::Position;

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

/// What a referral has to be; `changed_after` is asked of the events. Those that are told to wait are
/// as their receipt says: they wait, and nothing has changed since they came.
pub(super) fn fits(filter: &ReferralFilter<'_>, told_to_wait: &SimpleExpr) -> Condition {
    let ReferralFilter { status, kind, school_number, from, to, .. } = filter;
    let ReferralFilter { source, source_reference, updated_since, changed_after: _, .. } = filter;
    let known = || told_to_wait.clone().not();
    Condition::all()
        .add_option(status.map(|status| {
            let is_it = Column::Status.eq(status);
            if status.awaits_decision() {
                is_it.or(told_to_wait.clone())
            } else {
                is_it.and(known())
            }
        }))
        .add_option(kind.map(|kind| Column::Kind.eq(kind)))
        .add_option(from.map(|from| Column::ReferralDate.gte(from)))
        .add_option(to.map(|to| Column::ReferralDate.lte(to)))
        .add_option(source.map(filter::of_source))
        .add_option(source_reference.map(|name| Column::SourceReference.eq(name)))
        .add_option(updated_since.map(|since| {
            let case = reach::cases::ids_of(attendance_case::Column::UpdatedAt.gte(since));
            let changed = Column::UpdatedAt.gte(since).or(Column::CaseId.in_subquery(case));
            Column::SubmittedAt.gte(since).or(changed.and(known()))
        }))
        .add_option(school_number.map(|number| {
            let school = school::Entity::find()
                .select_only()
                .column(school::Column::Id)
                .filter(school::Column::Number.eq(number));
            Column::SchoolId.in_subquery(school.into_query())
        }))
}

/// The referrals of a source, however its name is written.
pub(crate) fn of_source(source: &str) -> SimpleExpr {
    SimpleExpr::from(Func::lower(Expr::col(Column::Source.as_column_ref()))).eq(compared(source))
}

/// A source as it is compared: without case. It is visible ASCII.
pub(crate) fn compared(source: &str) -> String {
    source.to_ascii_lowercase()
}
