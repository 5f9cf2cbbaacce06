//! Which needs a grant covers.

use ascms_domain::access::{Grant, Span};
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SimpleExpr;

use crate::reach;
use crate::rows::need::{Column, Entity};

/// Every read that shows a need starts here: the Ministry sees all, a provider its own, and a case manager
/// those of the cases that they manage.
pub(crate) fn within(grant: &Grant) -> Select<Entity> {
    Entity::find().filter(reach::condition(grant, span))
}

fn span(span: Span) -> Option<SimpleExpr> {
    match span {
        Span::Nation => Some(Expr::cust("1 = 1")),
        Span::Provider(own) => Some(Column::ProviderId.eq(own)),
        Span::CaseManager(_, at) => {
            let cases = reach::cases::ids_of(reach::cases::span(span)?);
            Some(Column::ProviderId.eq(at).and(Column::CaseId.in_subquery(cases)))
        }
        Span::Queue
        | Span::Person(_)
        | Span::Client(_)
        | Span::PrimaryContact(..)
        | Span::School(_) => None,
    }
}
