//! Taking attendance in: what the domain takes of a push is kept.

use std::collections::{BTreeSet, HashMap};

use ascms_domain::attendance::{
    AttendancePush, AttendanceReceipt, AttendanceValidator, CodeBook, DayRecord, EnrolledStudent,
    Merged, MonthDays, PushedStudent, ReportedAt, TakenAttendance,
};
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::matching::Placeholders;
use ascms_domain::measures::ClockCause;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use crate::features::attendance::month;
use crate::features::measures::{self, ClockScope};
use crate::features::students::roll;
use crate::gate::write::Write;
use crate::identity;
use crate::reference::schools::{self, SchoolRoute};
use crate::rows::{attendance_month, attendance_report, attendance_summary};
use crate::store::audit::{self, Subject};
use crate::store::call::{Call, CallError};
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::transaction::DatabaseTransaction;
use crate::store::{bulk, dialect};

/// Why a push of attendance was refused as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttendanceRefusal {
    #[error("no school has this number")]
    UnknownSchool,
    #[error("the school is outside the caller's reach")]
    SchoolOutOfReach,
}

/// The lock of a school's pushes: two at once would each merge into the months that they read.
pub(crate) fn about(school_number: i32) -> String {
    format!("attendance of school {school_number}")
}

impl Write<'_> {
    /// Takes a school's attendance in; its codes are read by the book.
    pub async fn receive_attendance(
        &self,
        push: AttendancePush,
        book: &CodeBook,
    ) -> Result<AttendanceReceipt, CallError<AttendanceRefusal>> {
        let &Write { txn, call: &Call { grant, now, .. }, calendars, placeholders, .. } = self;
        self.may_look_up()?;
        let school = schools::routing(txn, grant, push.school_number, self.today()).await?;
        let school = school.ok_or(CallError::Refused(AttendanceRefusal::UnknownSchool))?;
        if !schools::may_act_for(grant, &school) {
            return Err(CallError::Refused(AttendanceRefusal::SchoolOutOfReach));
        }
        dialect::lock_names(txn, &[about(push.school_number)]).await?;
        identity::locks::keep_apart(txn).await?;
        let validator = AttendanceValidator {
            book,
            placeholders,
            open: calendars.open_days(school.school_id, school.holiday_region),
            today: self.today(),
            // A sender whose clock is ahead would else outdo every correction to come.
            reported: ReportedAt::new(push.sent_at.map_or(now, |sent| sent.min(now)), now),
        };
        let enrolled = find_students(txn, &school, &push.students, placeholders).await?;
        let (taken, mut received) = validator.examine(&push, &enrolled);
        keep_days(txn, school.school_id, &taken, validator.reported, &mut received).await?;
        keep_terms(txn, school.school_id, &taken, validator.reported).await?;
        let students: Vec<StudentId> = taken.students.iter().copied().collect();
        let which = ClockScope::Students(&students);
        measures::recompute_clocks(txn, which, ClockCause::Attendance, calendars, now).await?;
        // Everybody whom the push named, also those of whom nothing was taken.
        txn.look_up(students.iter().map(|student| student.0));
        let subject = Subject::one("school", school.school_id.0).with(txn.looked_up());
        audit::record(txn, audit::allowed(grant, subject, now)).await?;
        if !taken.students.is_empty() {
            let event = Event {
                kind: "attendance.received",
                subject_id: school.school_id.0,
                version: 1,
                provider_id: None,
                school_id: Some(school.school_id),
            };
            events::record(txn, event, now).await?;
        }
        Ok(received)
    }
}

/// The students of a push who are or were at the school, each under what the push calls them.
async fn find_students(
    txn: &DatabaseTransaction,
    school: &SchoolRoute,
    students: &[PushedStudent],
    placeholders: &Placeholders,
) -> Result<Vec<Option<EnrolledStudent>>, StoreError> {
    let numbers = students.iter().filter_map(|sent| sent.nsn.as_deref());
    let numbers: Vec<&str> = numbers.filter(|number| !placeholders.is_nsn(number)).collect();
    let ids: Vec<StudentId> = students.iter().filter_map(|sent| sent.student_id).collect();
    let roll = roll::of_school(txn, school.school_id, &numbers, &ids).await?;
    let each = students.iter().map(|sent| match (&sent.nsn, sent.student_id) {
        (Some(number), None) => roll.by_nsn(number),
        (None, Some(id)) => roll.by_id(id),
        (Some(_), Some(_)) | (None, None) => None,
    });
    Ok(each.collect())
}

/// Adds the reports, and brings the months up to date.
async fn keep_days(
    txn: &DatabaseTransaction,
    school_id: SchoolId,
    taken: &TakenAttendance,
    reported: ReportedAt,
    received: &mut AttendanceReceipt,
) -> Result<(), StoreError> {
    let keys: Vec<(StudentId, NaiveDate)> = taken.days.keys().copied().collect();
    let mut months = months_of(txn, school_id, &keys).await?;
    let standing = months.values().flat_map(MonthDays::days);
    let reported = reported.after(standing.map(|(_, day)| day.reported.received_at()).max());
    let (mut reports, mut changed) = (Vec::new(), Vec::new());
    for ((student_id, first), days) in &taken.days {
        let mut month =
            months.remove(&(*student_id, *first)).unwrap_or_else(|| MonthDays::of(*first));
        let (mut said, mut moved) = (MonthDays::of(*first), false);
        for (date, record) in days {
            let record = &record.in_report(reported);
            let standing = month.day(*date);
            let same = standing.is_some_and(|standing| says_the_same(standing, record));
            if same {
                received.unchanged += 1;
                continue;
            }
            let outside = |_| StoreError::Corrupt(student_id.0);
            said.merge(*date, record.clone()).map_err(outside)?;
            match month.merge(*date, record.clone()).map_err(outside)? {
                Merged::New => received.new += 1,
                Merged::Replaced(_) => received.replaced += 1,
                Merged::Outdated => {
                    received.outdated += 1;
                    continue;
                }
            }
            moved = true;
        }
        if said.days().len() > 0 {
            reports.push(attendance_report::Model {
                id: Uuid::now_v7(),
                student_id: *student_id,
                school_id,
                month: *first,
                days: said.to_string(),
                received_at: reported.received_at(),
            });
        }
        if moved {
            let days = month.to_string();
            changed.push(attendance_month::Model {
                student_id: *student_id,
                month: *first,
                school_id,
                days,
            });
        }
    }
    bulk::insert(txn, reports.into_iter().map(attendance_report::ActiveModel::from)).await?;
    bulk::upsert(txn, changed.into_iter().map(attendance_month::ActiveModel::from)).await?;
    Ok(())
}

/// What is sent again, word for word, is no new version.
fn says_the_same(standing: &DayRecord, sent: &DayRecord) -> bool {
    standing.reported.sent_at() == sent.reported.sent_at()
        && standing.half_days == sent.half_days
        && standing.codes == sent.codes
}

async fn months_of(
    txn: &DatabaseTransaction,
    school_id: SchoolId,
    keys: &[(StudentId, NaiveDate)],
) -> Result<HashMap<(StudentId, NaiveDate), MonthDays>, StoreError> {
    let students: BTreeSet<StudentId> = keys.iter().map(|(student, _)| *student).collect();
    let firsts: BTreeSet<NaiveDate> = keys.iter().map(|(_, first)| *first).collect();
    let rows = attendance_month::Entity::find()
        .filter(attendance_month::Column::StudentId.is_in(bulk::padded(students)))
        .filter(attendance_month::Column::Month.is_in(bulk::padded(firsts)))
        .filter(attendance_month::Column::SchoolId.eq(school_id))
        .all(txn)
        .await?;
    let each = rows.into_iter().map(|row| {
        let days = month::read(&row.days, row.student_id)?;
        Ok(((row.student_id, row.month), days))
    });
    each.collect()
}

async fn keep_terms(
    txn: &DatabaseTransaction,
    school_id: SchoolId,
    taken: &TakenAttendance,
    reported: ReportedAt,
) -> Result<(), StoreError> {
    if taken.terms.is_empty() {
        return Ok(());
    }
    let students: BTreeSet<StudentId> = taken.terms.iter().map(|(student, ..)| *student).collect();
    let latest: Option<Option<DateTime<Utc>>> = attendance_summary::Entity::find()
        .select_only()
        .column_as(attendance_summary::Column::ReceivedAt.max(), "latest")
        .filter(attendance_summary::Column::StudentId.is_in(bulk::padded(students)))
        .filter(attendance_summary::Column::SchoolId.eq(school_id))
        .into_tuple()
        .one(txn)
        .await?;
    let reported = reported.after(latest.flatten());
    // Within the schema's bounds, which the rule has checked.
    let column = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
    let rows = taken.terms.iter().map(|(student_id, term, counts)| attendance_summary::Model {
        id: Uuid::now_v7(),
        student_id: *student_id,
        school_id,
        term: term.to_string(),
        present: column(counts.present),
        justified: column(counts.justified),
        unjustified: column(counts.unjustified),
        unclassified: column(counts.unclassified),
        sent_at: reported.sent_at(),
        received_at: reported.received_at(),
    });
    bulk::insert(txn, rows.map(attendance_summary::ActiveModel::from)).await?;
    Ok(())
}
