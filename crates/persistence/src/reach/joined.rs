//! Records of students that were joined to another one.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Func, SelectStatement, SimpleExpr, SubQueryStatement, UnionType};
use sea_orm::{ExprTrait, QuerySelect, QueryTrait};

use crate::reach::tables::student;
use crate::rows::student_merge::{Column, Entity};

pub(crate) fn active() -> Select<Entity> {
    Entity::find().filter(Column::UndoneAt.is_null())
}

/// Whether the student at hand stands for themselves: a record that was joined to another one is
/// shown through that one alone.
pub(crate) fn stands() -> SimpleExpr {
    let joined = active()
        .select_only()
        .column(Column::Id)
        .filter(
            Expr::col((Entity, Column::FromStudentId))
                .equals((student::Entity, student::Column::Id)),
        )
        .into_query();
    Expr::exists(joined).not()
}

/// Those that the students of a subquery are joined to.
pub(crate) fn survivors(students: SelectStatement) -> SelectStatement {
    active()
        .select_only()
        .column(Column::SurvivorId)
        .filter(Column::FromStudentId.in_subquery(students))
        .into_query()
}

/// The students of a subquery, and those that they are joined to.
pub(crate) fn or_survivors(students: SelectStatement) -> SelectStatement {
    // A union, and not a condition with OR: for that PostgreSQL would read every student.
    survivors(students.clone()).union(UnionType::Distinct, students).take()
}

/// The id that the student of a column is known by now, as an expression.
pub(crate) fn leads_to(student_id: SimpleExpr) -> SimpleExpr {
    let survivor = active()
        .select_only()
        .column(Column::SurvivorId)
        .filter(Expr::col((Entity, Column::FromStudentId)).eq(student_id.clone()))
        .into_query();
    let survivor = SimpleExpr::from(SubQueryStatement::from(survivor));
    Func::coalesce([survivor, student_id]).into()
}
