//! Which school has a student: the one place that says so for every reach of a school's people and
//! machines. A school whose claim is closed has nobody by it; the school that had the student when
//! it was made has them still.

use ascms_domain::ids::SchoolId;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    IntoColumnRef, SelectStatement, SimpleExpr, SubQueryStatement, UnionType,
};
use sea_orm::{ExprTrait, QuerySelect, QueryTrait};

use crate::rows::enrolment::{Column, Entity};
use crate::rows::enrolment_claim;
use crate::rows::enrolment_claim::{Column as Claim, Entity as Claims};

/// The schools that a reach is of.
#[derive(Clone, Debug)]
pub(crate) enum ReachedSchools {
    School(SchoolId),
    /// Those of a subquery.
    Any(Box<SelectStatement>),
}

impl ReachedSchools {
    fn fits(&self, school_id: SimpleExpr) -> SimpleExpr {
        match self {
            Self::School(id) => school_id.eq(*id),
            Self::Any(schools) => school_id.in_subquery((**schools).clone()),
        }
    }
}

/// The students who are enrolled at these schools, by words that open them.
fn enrolled(at: &ReachedSchools) -> SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::StudentId)
        .filter(at.fits(Expr::col((Entity, Column::SchoolId))))
        .filter(Column::LeftOn.is_null())
        .filter(Expr::exists(closed_claim()).not())
        .into_query()
}

/// The claim that is closed by which an enrolment came about.
fn closed_claim() -> SelectStatement {
    Claims::find()
        .select_only()
        .expr(Expr::val(1))
        .filter(Expr::col((Claims, Claim::EnrolmentId)).equals((Entity, Column::Id)))
        .filter(enrolment_claim::is_closed())
        .into_query()
}

/// The students whom these schools had when another one claimed them, while that is closed.
fn kept(at: &ReachedSchools) -> SelectStatement {
    claimed_from(at).and_where(Expr::col((Claims, Claim::FromEnrolled)).eq(true)).take()
}

/// The same, and those whom they had last.
fn claimed_from(at: &ReachedSchools) -> SelectStatement {
    let mut query = Claims::find().select_only();
    let same = Expr::col((Claims, Claim::EnrolmentId)).equals((Entity, Column::Id));
    QueryTrait::query(&mut query).inner_join(Entity, same);
    query
        .column(Column::StudentId)
        .filter(at.fits(Expr::col((Claims, Claim::FromSchoolId))))
        .filter(enrolment_claim::is_closed())
        .into_query()
}

/// The students whom these schools have, as one list.
pub(crate) fn held_at(at: &ReachedSchools) -> SelectStatement {
    enrolled(at).union(UnionType::All, kept(at)).to_owned()
}

/// The same, asked of one student.
pub(crate) fn holds(at: &ReachedSchools, student_id: impl IntoColumnRef) -> SimpleExpr {
    let student_id = student_id.into_column_ref();
    let of = |mut rows: SelectStatement| {
        rows.and_where(Expr::col((Entity, Column::StudentId)).eq(Expr::col(student_id.clone())));
        Expr::exists(rows)
    };
    of(enrolled(at)).or(of(kept(at)))
}

/// Whether a school follows the student of a row: the one that has the student, and of who is
/// enrolled nowhere the one that the row names. A claim that is closed takes nothing from it.
pub(crate) fn followed_by(
    school: SchoolId,
    student_id: impl IntoColumnRef,
) -> impl FnOnce(SimpleExpr) -> SimpleExpr {
    let student_id = student_id.into_column_ref();
    let at = ReachedSchools::School(school);
    let has = Expr::col(student_id.clone()).in_subquery(held_at(&at));
    let of_row = Expr::col((Entity, Column::StudentId)).eq(Expr::col(student_id));
    let mut anywhere = Entity::find()
        .select_only()
        .column(Column::StudentId)
        .filter(Column::LeftOn.is_null())
        .into_query();
    anywhere.and_where(of_row.clone());
    let mut had_last = claimed_from(&at);
    had_last.and_where(of_row);
    move |named| has.or(named.and(Expr::exists(anywhere).not().or(Expr::exists(had_last))))
}

/// The school that has the student of a row, as an expression.
pub(crate) fn school_of(student_id: impl IntoColumnRef) -> SimpleExpr {
    let student_id = student_id.into_column_ref();
    let of_row = || Expr::col((Entity, Column::StudentId)).eq(Expr::col(student_id.clone()));
    let mut own = Entity::find()
        .select_only()
        .column(Column::SchoolId)
        .filter(Column::LeftOn.is_null())
        .filter(Expr::exists(closed_claim()).not())
        .into_query();
    own.and_where(of_row()).limit(1);
    let mut query = Claims::find().select_only();
    let same = Expr::col((Claims, Claim::EnrolmentId)).equals((Entity, Column::Id));
    QueryTrait::query(&mut query).inner_join(Entity, same);
    let mut kept = query
        .column(Claim::FromSchoolId)
        .filter(Claim::FromEnrolled.eq(true))
        .filter(enrolment_claim::is_closed())
        .into_query();
    kept.and_where(of_row()).limit(1);
    let one = |query: SelectStatement| {
        let query = SubQueryStatement::SelectStatement(query);
        SimpleExpr::SubQuery(None, Box::new(query))
    };
    sea_orm::sea_query::Func::coalesce([one(kept), one(own)]).into()
}
