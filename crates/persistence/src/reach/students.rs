//! Which students a grant covers.

use ascms_domain::access::{Grant, Span};
use ascms_domain::ids::StudentId;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{IntoColumnRef, SelectStatement, SimpleExpr};
use sea_orm::{ExprTrait, QuerySelect, QueryTrait};
use std::collections::HashSet;

use crate::reach;
use crate::reach::holding::{ReachedSchools, followed_by, holds};
use crate::reach::tables::{attendance_case, referral, student};
use crate::reach::{cases, joined, referrals};
use crate::rows::api_client_school;
use crate::store::bulk;

/// Every read of students starts here, so that none can forget whom it may see. A record that was
/// joined to another one is nobody's: it is read through that one.
pub(crate) fn within(grant: &Grant) -> Select<student::Entity> {
    student::Entity::find().filter(reach::condition(grant, span)).filter(joined::stands())
}

/// Those of some students who are within reach.
pub(crate) async fn reached(
    db: &impl ConnectionTrait,
    grant: &Grant,
    ids: Vec<StudentId>,
) -> Result<HashSet<StudentId>, DbErr> {
    let among = within(grant).filter(student::Column::Id.is_in(bulk::padded(ids)));
    let found: Vec<StudentId> =
        among.select_only().column(student::Column::Id).into_tuple().all(db).await?;
    Ok(found.into_iter().collect())
}

/// Whether the student of an id, given as an expression, is within reach.
pub(crate) fn reaches(grant: &Grant, id: SimpleExpr) -> SimpleExpr {
    let mut students = within(grant).select_only().column(student::Column::Id).into_query();
    students.and_where(Expr::col((student::Entity, student::Column::Id)).eq(id));
    Expr::exists(students)
}

/// The same within one part of a reach, of an id that leads to no other.
pub(crate) fn reached_by(one: Span, id: SimpleExpr) -> Option<SimpleExpr> {
    let mut students = student::Entity::find()
        .select_only()
        .column(student::Column::Id)
        .filter(span(one)?)
        .into_query();
    students.and_where(Expr::col((student::Entity, student::Column::Id)).eq(id));
    Some(Expr::exists(students))
}

pub(crate) fn span(span: Span) -> Option<SimpleExpr> {
    use {attendance_case::Column as Case, referral::Column as Referral};
    let in_case =
        |fits| of_student(cases::students_of(fits), (attendance_case::Entity, Case::StudentId));
    let in_referral =
        |fits| of_student(referrals::students_of(fits), (referral::Entity, Referral::StudentId));
    let has = |at| holds(&at, (student::Entity, student::Column::Id));
    match span {
        Span::Nation => Some(Expr::cust("1 = 1")),
        Span::Queue | Span::Person(_) => None,
        Span::Provider(own) => {
            Some(in_case(Case::ProviderId.eq(own)).or(in_referral(Referral::ProviderId.eq(own))))
        }
        Span::CaseManager(..) => Some(in_case(cases::span(span)?)),
        Span::PrimaryContact(own, at) => {
            let follows = followed_by(at, (referral::Entity, Referral::StudentId));
            let named = Referral::PrimaryContactId.eq(own).and(follows(Referral::SchoolId.eq(at)));
            let waiting = referrals::students_of_waiting(named);
            let waiting = of_student(waiting, (referral::Entity, Referral::StudentId));
            Some(in_case(cases::span(span)?).or(waiting))
        }
        Span::School(own) => Some(has(ReachedSchools::School(own))),
        Span::Client(own) => {
            Some(has(ReachedSchools::Any(Box::new(api_client_school::schools_of(own)))))
        }
    }
}

/// Whether there is a row about the student at hand. Asked student by student: to list all
/// students of a large provider first takes longer than most questions.
pub(crate) fn of_student(mut rows: SelectStatement, student_id: impl IntoColumnRef) -> SimpleExpr {
    rows.and_where(Expr::col(student_id).equals((student::Entity, student::Column::Id)));
    Expr::exists(rows)
}
