//! Which documents a grant covers.

use ascms_domain::access::{Grant, Span};
use ascms_domain::timeline::Visibility;
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SimpleExpr;

use crate::reach;
use crate::reach::cases;
use crate::reach::tables::document::{Column, Entity};

/// Every read of the table for a caller starts here.
pub(crate) fn within(grant: &Grant) -> Select<Entity> {
    Entity::find().filter(reach::condition(grant, span))
}

/// People who work on the case see all of its documents; people who only follow it see the shared ones.
pub(crate) fn span(span: Span) -> Option<SimpleExpr> {
    let of_case = || Some(Column::CaseId.in_subquery(cases::ids_of(cases::span(span)?)));
    match span {
        Span::Nation => Some(Expr::cust("1 = 1")),
        Span::Queue | Span::Client(_) | Span::Person(_) => None,
        Span::Provider(_) | Span::CaseManager(..) => of_case(),
        Span::School(_) | Span::PrimaryContact(..) => {
            of_case().map(|of_case| of_case.and(Column::Visibility.eq(Visibility::Shared)))
        }
    }
}
