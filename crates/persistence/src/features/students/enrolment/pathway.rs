//! What was said of students on alternative education pathways: statements like those on schools, in
//! a table of their own, and what the closures of their cases say.

use std::collections::HashMap;

use ascms_domain::attendance::ReportedAt;
use ascms_domain::cases::{CaseStatus, ClosureStatus};
use ascms_domain::enrolments::{Said, Statement, stands};
use ascms_domain::ids::StudentId;
use ascms_domain::outcomes::{Begun, EnrolledBy};
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::UnionType;
use sea_orm::{ExprTrait, JoinType, QuerySelect, QueryTrait};

use crate::features::students::enrolment::report;
use crate::identity;
use crate::reach::joins::NamedRows;
use crate::reach::rows::attendance_case;
use crate::rows::case_closure;
use crate::rows::lifecycle;
use crate::rows::pathway_report::{Column, Entity, Model};
use crate::store::error::StoreError;

impl Model {
    /// Of a statement on a pathway; others are reports on schools.
    pub(crate) fn of(student_id: StudentId, statement: &Statement) -> Option<Self> {
        let Said::OnPathway { first_day, pathway } = &statement.said else { return None };
        Some(Self {
            id: Uuid::now_v7(),
            student_id,
            school_id: statement.school,
            pathway: pathway.clone(),
            first_day: *first_day,
            sent_at: statement.reported.sent_at(),
            received_at: statement.reported.received_at(),
        })
    }

    pub(crate) fn statement(&self) -> Statement {
        let said = Said::OnPathway { first_day: self.first_day, pathway: self.pathway.clone() };
        let reported = ReportedAt::new(self.sent_at, self.received_at);
        Statement::new(reported, self.school_id, said)
    }
}

/// The pathways that students are on, or will be: those that their schools tell of, and those that
/// the closures of their cases name.
pub(crate) async fn begun(
    db: &impl ConnectionTrait,
    students: &[StudentId],
) -> Result<HashMap<StudentId, Vec<Begun>>, StoreError> {
    let mut begun = told(db, students).await?;
    for (student, on, pathway) in closed_with(db, students).await? {
        let (by, pathway) = (EnrolledBy::PathwayAtClosure, Some(pathway));
        begun.entry(student).or_default().push(Begun { on, by, pathway });
    }
    Ok(begun)
}

/// What stands of the statements. Only of students of whom a pathway was ever told: nobody else
/// needs the statements for it.
async fn told(
    db: &impl ConnectionTrait,
    students: &[StudentId],
) -> Result<HashMap<StudentId, Vec<Begun>>, StoreError> {
    let of = || Entity::find().select_only().column(Column::StudentId);
    let own = of().filter(Column::StudentId.is_in(students.iter().copied()));
    let joined = of().filter(Column::StudentId.in_subquery(identity::merges::joined(students)));
    // A union, and not a condition with OR: for that PostgreSQL would read every statement.
    let any = own.into_query().union(UnionType::Distinct, joined.into_query()).take();
    if db.query_all(&any).await?.is_empty() {
        return Ok(HashMap::new());
    }
    let said = report::of_students(db, students).await?;
    let each = said.into_iter().map(|(student, words)| {
        let known = stands(&words, NaiveDate::MAX).pathways.into_iter();
        let begun = known.map(|pathway| Begun {
            on: pathway.first_day,
            by: EnrolledBy::PathwayStatement,
            pathway: Some(pathway.kind),
        });
        (student, begun.collect())
    });
    Ok(each.collect())
}

/// The pathways that the closures of closed cases name. What a closure said is taken back when the
/// case is opened again.
async fn closed_with(
    db: &impl ConnectionTrait,
    students: &[StudentId],
) -> Result<Vec<(StudentId, NaiveDate, String)>, DbErr> {
    use attendance_case::Column as Case;
    use case_closure::{Column as Closure, Entity as Closures};
    let case = |column: Case| Expr::col(column.as_column_ref());
    let closure = |column: Closure| Expr::col((Closures, column));
    // Of several closures of a case that which closed it last.
    let last = closure(Closure::DecidedAt).equals(Case::ClosedAt.as_column_ref());
    let mut query = Closures::find();
    let named = closure(Closure::CaseId);
    QueryTrait::query(&mut query).join_named(JoinType::InnerJoin, named, Case::Id, [last]);
    query
        .select_only()
        .column(Case::StudentId)
        .column(Closure::PathwayFrom)
        .column(Closure::Pathway)
        .filter(case(Case::StudentId).is_in(students.iter().copied()))
        .filter(lifecycle::is(Case::Status.as_column_ref(), CaseStatus::is_closed))
        .filter(lifecycle::is((Closures, Closure::Status), ClosureStatus::is_approved))
        .filter(Closure::Pathway.is_not_null())
        .into_tuple()
        .all(db)
        .await
}
