//! Which namings of readers a grant covers.

use ascms_domain::access::{Grant, Span};
use ascms_domain::ids::StudentId;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SimpleExpr;

use crate::reach;
use crate::rows::protected_address_reader::{Column, Entity};

/// Every read for a caller starts here: a provider knows whom it named itself.
pub(crate) fn within(grant: &Grant) -> Select<Entity> {
    Entity::find().filter(reach::condition(grant, span))
}

pub(crate) fn span(span: Span) -> Option<SimpleExpr> {
    match span {
        Span::Provider(own) => Some(Column::ProviderId.eq(own)),
        Span::Nation
        | Span::Queue
        | Span::Person(_)
        | Span::Client(_)
        | Span::CaseManager(..)
        | Span::PrimaryContact(..)
        | Span::School(_) => None,
    }
}

/// The namings of one student that the caller may know of.
pub(crate) fn of_student(grant: &Grant, student_id: StudentId) -> Select<Entity> {
    within(grant).filter(Column::StudentId.eq(student_id))
}
