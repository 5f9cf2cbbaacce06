//! Which referrals a grant covers.

use ascms_domain::access::{Action, Grant, Span};
use ascms_domain::ids::{ReferralId, SchoolId};
use ascms_domain::referrals::ReferralStatus;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{SelectStatement, SimpleExpr};
use sea_orm::{ExprTrait, QuerySelect, QueryTrait};

use crate::reach;
use crate::reach::cases;
use crate::reach::tables::referral::{Column, Entity};
use crate::rows::{api_client_school, lifecycle};

/// Every read of the table starts here, so that none can forget whose rows it may see.
pub(crate) fn within(grant: &Grant) -> Select<Entity> {
    let action = grant.action();
    Entity::find().filter(reach::condition(grant, |one| span(one, action)))
}

/// A referral that the caller may act on, and may read: who reads none of a colleague's referrals
/// completes none of them either.
pub(crate) fn acted_on(grant: &Grant, id: ReferralId) -> Select<Entity> {
    let readable = reach::readable(grant, |one| span(one, Action::ReadReferrals));
    within(grant).filter(Column::Id.eq(id)).filter(readable)
}

/// A provider reads what it has and what it sent, decides on what it has and looks into its
/// history, and takes back or completes only what it sent.
pub(crate) fn span(span: Span, action: Action) -> Option<SimpleExpr> {
    ways(span, action).into_iter().reduce(SimpleExpr::or)
}

pub(crate) fn ways(span: Span, action: Action) -> Vec<SimpleExpr> {
    let (has, sent) = (Column::ProviderId, Column::SentByProviderId);
    match span {
        Span::Nation => vec![Expr::cust("1 = 1")],
        Span::Queue => vec![Column::ProviderId.is_null()],
        Span::Person(_) => Vec::new(),
        Span::Provider(own) => {
            if matches!(action, Action::DecideReferrals | Action::ReadHistory) {
                vec![has.eq(own)]
            } else if matches!(action, Action::WithdrawReferrals | Action::SubmitReferrals) {
                vec![sent.eq(own)]
            } else {
                vec![has.eq(own), sent.eq(own)]
            }
        }
        Span::CaseManager(..) => {
            let of_case = |fits| Column::CaseId.in_subquery(cases::ids_of(fits));
            cases::span(span).map(of_case).into_iter().collect()
        }
        Span::School(own) => vec![Column::SchoolId.eq(own)],
        Span::PrimaryContact(own, at) => {
            vec![Column::SchoolId.eq(at).and(Column::PrimaryContactId.eq(own))]
        }
        Span::Client(own) => {
            vec![Column::SchoolId.in_subquery(api_client_school::schools_of(own))]
        }
    }
}

/// Whether a referral waits: for a decision, or to be sent again.
pub(crate) fn waits() -> SimpleExpr {
    lifecycle::is((Entity, Column::Status), ReferralStatus::is_waiting)
}

/// The students whom a school ever referred, as a subquery.
pub(crate) fn students_referred_by(school: SchoolId) -> SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::StudentId)
        .filter(Column::SchoolId.eq(school))
        .into_query()
}

/// The students of the referrals that fit and wait, as a subquery. Of one that was accepted its
/// case says who reaches the student.
pub(crate) fn students_of_waiting(fits: SimpleExpr) -> SelectStatement {
    students_of(fits.and(waits()))
}

/// The students of the referrals that fit and are not over, as a subquery.
pub(crate) fn students_of(fits: SimpleExpr) -> SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::StudentId)
        .filter(fits)
        .filter(lifecycle::is_not((Entity, Column::Status), ReferralStatus::is_over))
        .into_query()
}

#[cfg(test)]
mod tests;
