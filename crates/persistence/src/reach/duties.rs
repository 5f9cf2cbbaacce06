//! Which duties a grant covers.

use ascms_domain::access::{Grant, Span};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{SelectStatement, SimpleExpr};

use crate::reach;
use crate::rows::duty::{Column, Entity};

/// The duties of everybody for the nation, and else those of the caller's organisation and the key dates
/// of the bulletins that are addressed to the caller: `addressed` has the ids of their entries.
pub(crate) fn within(grant: &Grant, addressed: SelectStatement) -> Select<Entity> {
    if grant.reaches_the_nation() {
        return Entity::find();
    }
    let to_caller = Condition::all()
        .add(Column::OrganisationId.is_null())
        .add(Column::EntryId.in_subquery(addressed));
    let own = reach::condition(grant, span);
    Entity::find().filter(Condition::any().add(own).add(to_caller))
}

fn span(span: Span) -> Option<SimpleExpr> {
    match span {
        Span::Nation => Some(Expr::cust("1 = 1")),
        Span::Provider(own) => Some(Column::OrganisationId.eq(own)),
        Span::Queue
        | Span::CaseManager(..)
        | Span::PrimaryContact(..)
        | Span::School(_)
        | Span::Client(_)
        | Span::Person(_) => None,
    }
}
