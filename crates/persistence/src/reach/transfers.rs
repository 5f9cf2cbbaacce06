//! Which transfers a grant covers.

use ascms_domain::access::{Grant, Span};
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SimpleExpr;

use crate::reach;
use crate::reach::tables::case_transfer::{Column, Entity};

/// Every read of the table starts here: both sides see a transfer, and nobody else but the nation.
pub(crate) fn within(grant: &Grant) -> Select<Entity> {
    Entity::find().filter(reach::condition(grant, span))
}

pub(crate) fn span(span: Span) -> Option<SimpleExpr> {
    ways(span).into_iter().reduce(SimpleExpr::or)
}

pub(crate) fn ways(span: Span) -> Vec<SimpleExpr> {
    match span {
        Span::Nation => vec![Expr::cust("1 = 1")],
        Span::Provider(own) => vec![Column::FromProviderId.eq(own), Column::ToProviderId.eq(own)],
        Span::Queue
        | Span::Person(_)
        | Span::Client(_)
        | Span::CaseManager(..)
        | Span::PrimaryContact(..)
        | Span::School(_) => Vec::new(),
    }
}
