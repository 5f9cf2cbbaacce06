//! Makes the enrolments of students what the statements on them say. Here, and only here, a push
//! changes them: with a few statements, however many students.

use std::collections::HashMap;

use ascms_domain::attendance::ReportedAt;
use ascms_domain::calendar::nz_date;
use ascms_domain::enrolments::{Statement, Stay, stays};
use ascms_domain::ids::{EnrolmentId, SchoolId, StudentId};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::rows::enrolment::{ActiveModel, Column, Entity, Model};
use crate::store::bulk;
use crate::store::transaction::DatabaseTransaction;

/// A student whose enrolments are other ones now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MovedStudent {
    pub student_id: StudentId,
    /// Where the student was enrolled, and is.
    pub from: Option<SchoolId>,
    pub to: Option<SchoolId>,
    /// The enrolment that the student has now and had not before.
    pub arrival: Option<Arrival>,
    /// Every enrolment that there was, also those that were taken back.
    pub before: Vec<EnrolmentId>,
}

/// A student's coming to a school.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arrival {
    pub enrolment_id: EnrolmentId,
    pub school_id: SchoolId,
    /// None of who is new to all schools, or is back where they were last.
    pub from: Option<GivingSchool>,
}

/// The school that gives a student to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GivingSchool {
    pub school_id: SchoolId,
    /// The student was enrolled there until now: else it had them last.
    pub was_enrolled: bool,
}

/// Brings the rows of students up to date with everything that was said of them. `rows` are those
/// students' present ones; the caller holds the students' [`lock`](super::lock).
pub(crate) async fn settle(
    txn: &DatabaseTransaction,
    said: &HashMap<StudentId, Vec<Statement>>,
    mut rows: HashMap<StudentId, Vec<Model>>,
    now: DateTime<Utc>,
) -> Result<Vec<MovedStudent>, DbErr> {
    let today = nz_date(now);
    let (mut over, mut open, mut gone, mut moved) = (vec![], vec![], vec![], vec![]);
    for (student_id, statements) in said {
        let before = rows.remove(student_id).unwrap_or_default();
        let after = made_of(*student_id, &stays(statements, today), &before);
        let current =
            |rows: &[Model]| rows.iter().find(|row| row.left_on.is_none()).map(|row| row.school_id);
        let changed: Vec<&Model> = after.iter().filter(|row| !before.contains(row)).collect();
        let lost = before.iter().filter(|row| after.iter().all(|kept| kept.id != row.id));
        let lost: Vec<EnrolmentId> = lost.map(|row| row.id).collect();
        if changed.is_empty() && lost.is_empty() {
            continue;
        }
        let (from, to) = (current(&before), current(&after));
        let arrival = arrival(&before, &after);
        let known = before.iter().map(|row| row.id).collect();
        moved.push(MovedStudent { student_id: *student_id, from, to, arrival, before: known });
        gone.extend(lost);
        for row in changed.into_iter().cloned() {
            if row.left_on.is_some() { over.push(row) } else { open.push(row) }
        }
    }
    // A student has one open enrolment at most, at any moment of this too.
    if !gone.is_empty() {
        Entity::delete_many().filter(Column::Id.is_in(bulk::padded(gone))).exec(txn).await?;
    }
    bulk::upsert(txn, over.into_iter().map(ActiveModel::from)).await?;
    bulk::upsert(txn, open.into_iter().map(ActiveModel::from)).await?;
    moved.sort_unstable_by_key(|moved| moved.student_id);
    Ok(moved)
}

/// How a student came to the school that has them now, if it is another stay than before. A stay
/// that was taken back, as if it had not been said, gives nobody.
fn arrival(before: &[Model], after: &[Model]) -> Option<Arrival> {
    let is = after.iter().find(|row| row.left_on.is_none())?;
    let was = before.iter().find(|row| row.left_on.is_none());
    if was.is_some_and(|was| was.id == is.id) {
        return None;
    }
    let stands = |row: &&Model| after.iter().any(|kept| kept.id == row.id);
    let giving = |row: &Model, was_enrolled| {
        let school_id = row.school_id;
        (school_id != is.school_id).then_some(GivingSchool { school_id, was_enrolled })
    };
    let from = if let Some(was) = was.filter(stands) {
        giving(was, true)
    } else if before.iter().any(|row| row.id == is.id) {
        None
    } else {
        let past = before.iter().filter(stands).filter(|row| row.left_on.is_some());
        let last = past.max_by_key(|row| (row.left_on, row.recorded_at));
        last.and_then(|last| giving(last, false))
    };
    Some(Arrival { enrolment_id: is.id, school_id: is.school_id, from })
}

/// The rows of a student's stays: those that are there go on under their ids.
fn made_of(student_id: StudentId, stays: &[Stay], before: &[Model]) -> Vec<Model> {
    let mut free: Vec<&Model> = before.iter().collect();
    free.sort_by_key(|row| (row.enrolled_on, row.recorded_at, row.id));
    let mut ids: Vec<Option<EnrolmentId>> = vec![None; stays.len()];
    // First those that say the same first day, then whichever is left of that school.
    for exact in [true, false] {
        for (stay, id) in stays.iter().zip(&mut ids).filter(|(_, id)| id.is_none()) {
            let fits = |row: &&Model| {
                let same_day: (Option<NaiveDate>, _) = (row.enrolled_on, row.recorded_at);
                row.school_id == stay.school
                    && (!exact || same_day == (stay.first_day, stay.begun.received_at()))
            };
            if let Some(at) = free.iter().position(fits) {
                *id = Some(free.remove(at).id);
            }
        }
    }
    let each = stays.iter().zip(ids);
    each.map(|(stay, id)| row(student_id, stay, id.unwrap_or_else(EnrolmentId::generate))).collect()
}

fn row(student_id: StudentId, stay: &Stay, id: EnrolmentId) -> Model {
    Model {
        id,
        student_id,
        school_id: stay.school,
        enrolled_on: stay.first_day,
        left_on: stay.last_day,
        leaving_reason: stay.reason.clone(),
        recorded_at: stay.begun.received_at(),
        year_level: stay.year_level,
        destination: stay.destination.clone(),
        sent_at: Some(stay.begun.sent_at()),
        left_sent_at: stay.ended.map(ReportedAt::sent_at),
        left_recorded_at: stay.ended.map(ReportedAt::received_at),
    }
}
