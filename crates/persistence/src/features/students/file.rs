//! A student with what their file shows beside them.

use ascms_domain::ids::StudentId;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use crate::identity;
use crate::reach::rows::student;
use crate::rows::enrolment;

/// A student and where they are and were enrolled, the latest first.
#[derive(Clone, Debug)]
pub struct StudentFile {
    pub student: student::Model,
    /// Each with the school's number and name.
    pub enrolments: Vec<(enrolment::Model, i32, String)>,
    /// The ids of records that were joined to this one: they lead here.
    pub merged_ids: Vec<StudentId>,
}

/// The file with where the student is and was enrolled, and the old ids that lead to it.
pub(crate) async fn whole(
    db: &impl ConnectionTrait,
    student: student::Model,
) -> Result<StudentFile, DbErr> {
    let merges = identity::merges::into(db, student.id).await?;
    let merged_ids = merges.into_iter().map(|merge| merge.from_student_id).collect();
    let rows = enrolment::Entity::find()
        .filter(enrolment::Column::StudentId.eq(student.id))
        .order_by_desc(enrolment::Column::RecordedAt)
        .order_by_desc(enrolment::Column::Id)
        .limit(100)
        .all(db)
        .await?;
    let schools =
        crate::reference::schools::names(db, rows.iter().map(|row| row.school_id)).await?;
    let enrolments = rows.into_iter().filter_map(|row| {
        let (number, name) = schools.get(&row.school_id)?.clone();
        Some((row, number, name))
    });
    Ok(StudentFile { enrolments: enrolments.collect(), student, merged_ids })
}
