//! Which funds a grant covers.

use ascms_domain::access::{Grant, Span};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SimpleExpr;

use crate::reach;
use crate::rows::fund::{Column, Entity};

/// Every read that shows a fund starts here: the Ministry sees all, a provider its own.
pub(crate) fn within(grant: &Grant) -> Select<Entity> {
    Entity::find().filter(reach::condition(grant, span))
}

fn span(span: Span) -> Option<SimpleExpr> {
    match span {
        Span::Nation => Some(Expr::cust("1 = 1")),
        Span::Provider(own) => Some(Column::ProviderId.eq(own)),
        Span::Queue
        | Span::Person(_)
        | Span::Client(_)
        | Span::CaseManager(..)
        | Span::PrimaryContact(..)
        | Span::School(_) => None,
    }
}
