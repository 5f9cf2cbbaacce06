//! Which claims of an enrolment a grant covers.

use ascms_domain::access::{Grant, Span};
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SimpleExpr;

use crate::reach;
use crate::reach::{joined, students};
use crate::rows::enrolment_claim::{Column, Entity};

/// Every read of the table starts here: both schools see a claim, and who has the student.
pub(crate) fn within(grant: &Grant) -> Select<Entity> {
    Entity::find().filter(reach::condition(grant, span))
}

pub(crate) fn span(span: Span) -> Option<SimpleExpr> {
    match span {
        Span::Nation => Some(Expr::cust("1 = 1")),
        Span::School(own) => Some(Column::SchoolId.eq(own).or(Column::FromSchoolId.eq(own))),
        Span::Provider(_) | Span::CaseManager(..) => {
            let student = joined::leads_to(Expr::col((Entity, Column::StudentId)));
            students::reached_by(span, student)
        }
        Span::Queue | Span::Client(_) | Span::Person(_) | Span::PrimaryContact(..) => None,
    }
}
