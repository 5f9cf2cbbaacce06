//! What stands of what was said of students, and what follows from it: for their enrolments, their
//! referrals, the numbers, their cases and those who hear of it.

use std::collections::{BTreeSet, HashMap};

use ascms_domain::access::Grant;
use ascms_domain::calendar::nz_date;
use ascms_domain::enrolment_claims::{ClaimAnswerer, ClaimWord};
use ascms_domain::enrolments::{
    ConcernedStudents, EnrolmentStatement, Statement, StatementsOnRecord, Stay, TakenStatement,
    stands, stays,
};
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::measures::ClockCause;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::features::measures::{self, ClockScope};
use crate::features::students::enrolment::{self, MovedStudent, report};
use crate::features::students::roll::{self, Everybody};
use crate::features::{cases, enrolment_claims, referrals};
use crate::reference::judgement_basis::JudgementBasis;
use crate::reference::schools;
use crate::store::audit::{self, Subject};
use crate::store::bulk;
use crate::store::error::StoreError;
use crate::store::events::Event;
use crate::store::transaction::DatabaseTransaction;
use crate::{identity, rows};

/// Students, held against other changes of their enrolments, with all that was said of them.
pub(super) struct Ledger {
    pub everybody: Everybody,
    pub on_record: StatementsOnRecord,
    rows: HashMap<StudentId, Vec<rows::enrolment::Model>>,
    /// The schools that are named in it.
    pub numbers: HashMap<SchoolId, i32>,
}

impl Ledger {
    /// Of those whom a number or an id means; they are held until the end of the transaction.
    pub async fn open(
        txn: &DatabaseTransaction,
        nsns: &[&str],
        ids: &[StudentId],
    ) -> Result<Self, StoreError> {
        identity::locks::keep_apart(txn).await?;
        let everybody = roll::of_anywhere(txn, nsns, ids).await?;
        let students = everybody.ids();
        identity::enrolment_lock::lock(txn, students.iter().copied()).await?;
        let on_record = report::on_record(txn, &students).await?;
        let found = rows::enrolment::Entity::find()
            .filter(rows::enrolment::Column::StudentId.is_in(bulk::padded(students)))
            .all(txn)
            .await?;
        let told = on_record.of_student.values().flatten().map(|one| one.school);
        let named: BTreeSet<SchoolId> = found.iter().map(|row| row.school_id).chain(told).collect();
        let names = schools::names(txn, bulk::padded(named)).await?;
        let numbers = names.into_iter().map(|(id, (number, _))| (id, number)).collect();
        let mut rows: HashMap<StudentId, Vec<rows::enrolment::Model>> = HashMap::new();
        for row in found {
            rows.entry(row.student_id).or_default().push(row);
        }
        Ok(Self { everybody, on_record, rows, numbers })
    }

    /// The schools that told a student's first day for a day.
    pub fn told_for(&self, student: StudentId, day: NaiveDate) -> BTreeSet<SchoolId> {
        let of_day =
            |one: &&Statement| one.said.kind() == EnrolmentStatement::Enrolled && one.day() == day;
        let said = self.on_record.on(student).iter();
        said.filter(of_day).map(|one| one.school).collect()
    }

    /// What is to be kept counts with what was on record.
    pub fn add(&mut self, taken: Vec<TakenStatement>) {
        for TakenStatement { student, statement, .. } in taken {
            self.on_record.of_student.entry(student).or_default().push(statement);
        }
    }

    /// Brings everything of these students up to date with what was said.
    pub async fn settle(
        mut self,
        txn: &DatabaseTransaction,
        grant: &Grant,
        concerned: &ConcernedStudents,
        basis: JudgementBasis<'_>,
    ) -> Result<(), StoreError> {
        let ConcernedStudents { students, arrived, on_pathway, never } = concerned;
        let JudgementBasis { calendars, now, .. } = basis;
        self.on_record.of_student.retain(|student, _| students.contains(student));
        let rows = std::mem::take(&mut self.rows);
        let moved = enrolment::settle(txn, &self.on_record.of_student, rows, now).await?;
        let word = Some(ClaimWord::Enrolment);
        let staying = enrolment_claims::follow(txn, grant, &moved, word, basis).await?;
        if grant.reaches_the_nation() {
            let said: Vec<(StudentId, SchoolId)> = arrived.iter().copied().collect();
            let register = ClaimAnswerer::EnrolmentRegister;
            enrolment_claims::confirm(txn, grant, &said, register, now).await?;
        }
        let enrolled = arrived.iter().map(|(student, _)| *student).collect();
        let mut enrolled = self.enrolled(&enrolled, nz_date(now));
        enrolled.extend(self.learning_elsewhere(on_pathway, nz_date(now)));
        referrals::resolve(txn, grant, &enrolled, now).await?;
        let taken_back: Vec<StudentId> = never.iter().copied().collect();
        let said = &self.on_record.of_student;
        referrals::unresolve(txn, grant, &taken_back, said, now).await?;
        let told: Vec<StudentId> = students.iter().copied().collect();
        let which = ClockScope::Students(&told);
        measures::recompute_clocks(txn, which, ClockCause::Enrolment, calendars, now).await?;
        self.follow(txn, grant, &moved, &staying, now).await?;
        // Everybody whom the call named, whether or not anything was taken of them.
        let subject = Subject::many("student", txn.looked_up());
        audit::record(txn, audit::allowed(grant, subject, now)).await?;
        Ok(())
    }

    /// Those of the students who are enrolled at a school, as things stand.
    fn enrolled(&self, students: &BTreeSet<StudentId>, today: NaiveDate) -> Vec<StudentId> {
        let is_enrolled = |student: &&StudentId| {
            stays(self.on_record.on(**student), today).iter().any(Stay::is_open)
        };
        students.iter().filter(is_enrolled).copied().collect()
    }

    /// Those of the students who are on an alternative education pathway that has begun.
    fn learning_elsewhere<'a>(
        &'a self,
        students: &'a BTreeSet<StudentId>,
        today: NaiveDate,
    ) -> impl Iterator<Item = StudentId> {
        let begun = move |student: &&StudentId| {
            !stands(self.on_record.on(**student), today).pathways.is_empty()
        };
        students.iter().filter(begun).copied()
    }

    /// Whether a pathway of the student begins on that day.
    pub fn has_pathway_from(&self, student: StudentId, day: NaiveDate) -> bool {
        let pathways = stands(self.on_record.on(student), day).pathways;
        pathways.iter().any(|one| one.first_day == day)
    }

    /// A case follows its student to the new school; without one, followers of the school hear of
    /// the student.
    async fn follow(
        &self,
        txn: &DatabaseTransaction,
        grant: &Grant,
        moved: &[MovedStudent],
        staying: &BTreeSet<StudentId>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let arrived = |moved: &MovedStudent| moved.to.filter(|to| moved.from != Some(*to));
        let arriving = moved.iter().filter(|moved| arrived(moved).is_some());
        let with_case = cases::open_of_any(txn, arriving.map(|moved| moved.student_id)).await?;
        let mut events = Vec::new();
        for one in moved {
            let school = arrived(one);
            // The claim was told, and what it opens is told when it does.
            if staying.contains(&one.student_id) && with_case.contains(&one.student_id) {
                continue;
            }
            let numbered = school
                .and_then(|id| Some(cases::NumberedSchool { id, number: *self.numbers.get(&id)? }));
            if let Some(school) = numbered.filter(|_| with_case.contains(&one.student_id)) {
                cases::follow_student(txn, grant, one.student_id, school, now).await?;
                continue;
            }
            let version = self.everybody.version(one.student_id).unwrap_or(1);
            events.push(Event {
                kind: if school.is_some() {
                    "student.school_changed"
                } else {
                    "student.enrolment_changed"
                },
                subject_id: one.student_id.0,
                version,
                provider_id: None,
                school_id: one.to.or(one.from),
            });
        }
        Ok(bulk::record_events(txn, &events, now).await?)
    }
}
