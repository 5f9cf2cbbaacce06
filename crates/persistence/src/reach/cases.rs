//! Which cases a grant covers.

use ascms_domain::access::{Grant, Span};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{SelectStatement, SimpleExpr};
use sea_orm::{ExprTrait, QuerySelect, QueryTrait};

use crate::reach;
use crate::reach::holding;
use crate::reach::tables::attendance_case::{Column, Entity};

/// Every read of the table starts here, so that none can forget whose rows it may see.
pub(crate) fn within(grant: &Grant) -> Select<Entity> {
    Entity::find().filter(reach::condition(grant, span))
}

/// The same condition, for a query that only names a case beside something else.
pub(crate) fn reached(grant: &Grant) -> sea_orm::Condition {
    reach::condition(grant, span)
}

pub(crate) fn span(span: Span) -> Option<SimpleExpr> {
    match span {
        Span::Nation => Some(Expr::cust("1 = 1")),
        Span::Queue | Span::Client(_) | Span::Person(_) => None,
        Span::Provider(own) => Some(Column::ProviderId.eq(own)),
        Span::CaseManager(own, at) => {
            Some(Column::ProviderId.eq(at).and(Column::CaseManagerId.eq(own)))
        }
        Span::PrimaryContact(own, at) => {
            let follows = holding::followed_by(at, (Entity, Column::StudentId));
            let last_there = Column::SchoolId.eq(at);
            Some(Column::PrimaryContactId.eq(own).and(follows(last_there)))
        }
        Span::School(own) => Some(
            Column::StudentId.in_subquery(holding::held_at(&holding::ReachedSchools::School(own))),
        ),
    }
}

/// The students of the cases that fit, as a subquery.
pub(crate) fn students_of(fits: SimpleExpr) -> SelectStatement {
    Entity::find().select_only().column(Column::StudentId).filter(fits).into_query()
}

/// The cases that fit, as a subquery.
pub(crate) fn ids_of(fits: SimpleExpr) -> SelectStatement {
    Entity::find().select_only().column(Column::Id).filter(fits).into_query()
}
