//! A student changes school, and an open case follows.

use std::collections::BTreeSet;

use ascms_domain::access::Grant;
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::text::SchoolNumber;
use ascms_domain::timeline::{Details, Visibility};
use chrono::{DateTime, Utc};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use crate::gate::case::{is_open, locked_as_part, open_of};
use crate::reach::rows::attendance_case::Column;
use crate::reach::unscoped;
use crate::reference::actors;
use crate::store::bulk;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;
use crate::trace;
use crate::trace::case_change::{Change, changed};

/// A school with the number that the timeline calls it by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NumberedSchool {
    pub id: SchoolId,
    pub number: i32,
}

/// The student is enrolled at another school now: the people there see the open case from here
/// on, and a primary contact of the school before no longer does. Answers whether there is one.
pub(crate) async fn follow_student(
    txn: &DatabaseTransaction,
    grant: &Grant,
    student_id: StudentId,
    school: NumberedSchool,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let Some(open) = open_of(txn, student_id).await? else { return Ok(false) };
    let before = locked_as_part(txn, open.id).await?;
    let mut row = before.clone();
    if let Some(contact) = row.primary_contact_id
        && !actors::works_at_school(txn, contact, school.id, nz_date(now)).await?
    {
        row.primary_contact_id = None;
    }
    trace::history::save_version(txn, grant, &before, &mut row, now).await?;
    let details = Details::SchoolChange { school_number: SchoolNumber::from(school.number) };
    trace::timeline::append_now(txn, grant, &row, Visibility::Shared, details, now).await?;
    let change = Change::of_case("case.school_changed", &row).with([student_id.0]);
    changed(txn, grant, &row, change, now).await?;
    Ok(true)
}

/// Those of the students who have a case that is not closed.
pub(crate) async fn open_of_any(
    db: &impl ConnectionTrait,
    students: impl IntoIterator<Item = StudentId>,
) -> Result<BTreeSet<StudentId>, DbErr> {
    let found: Vec<StudentId> = unscoped::cases_of_students(bulk::padded(students))
        .select_only()
        .column(Column::StudentId)
        .filter(is_open())
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().collect())
}
