//! What stands of what was said of students, and what follows from it: for their enrolments, their
//! referrals, the numbers, their cases and those who hear of it.

use std::collections::{BTreeSet, HashMap};

use ascms_domain::access::Grant;
use ascms_domain::calendar::nz_date;
use ascms_domain::enrolment_claims::{ClaimAnswerer, ClaimWord};
use ascms_domain::enrolments::{EnrolmentStatement, Statement, Stay, stands, stays};
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::measures::ClockCause;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::features::measures::{self, ClockScope};
use crate::features::students::enrolment::report::Spoken;
use crate::features::students::enrolment::{self, MovedStudent};
use crate::features::students::roll::{self, Everybody};
use crate::features::{cases, enrolment_claims, referrals};
use crate::reference::calendars::Calendars;
use crate::reference::rules::RuleBook;
use crate::reference::schools;
use crate::store::audit::{self, Subject};
use crate::store::bulk;
use crate::store::error::StoreError;
use crate::store::events::Event;
use crate::store::transaction::DatabaseTransaction;
use crate::{identity, rows};

/// Of whom something was said.
#[derive(Default)]
pub(super) struct Concerned {
    pub students: BTreeSet<StudentId>,
    /// Those of them of whom it was said that they are enrolled, and where.
    pub arrived: BTreeSet<(StudentId, SchoolId)>,
    /// Those of them of whom it was said that they are on an alternative education pathway.
    pub on_pathway: BTreeSet<StudentId>,
    /// Those of them of whom it was said that they never were.
    pub never: BTreeSet<StudentId>,
}

impl Concerned {
    pub fn note(&mut self, student: StudentId, school: SchoolId, said: EnrolmentStatement) {
        self.students.insert(student);
        match said {
            EnrolmentStatement::Enrolled => self.arrived.insert((student, school)),
            EnrolmentStatement::NeverEnrolled => self.never.insert(student),
            EnrolmentStatement::AlternativePathway => self.on_pathway.insert(student),
            EnrolmentStatement::Left => false,
        };
    }
}

/// Students, held against other changes of their enrolments, with all that was said of them.
pub(super) struct Ledger {
    pub everybody: Everybody,
    /// Of each student, whichever of their records it was said of.
    pub said: HashMap<StudentId, Vec<Statement>>,
    /// Of each record by itself.
    pub of_record: HashMap<StudentId, Vec<Statement>>,
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
        let Spoken { of_student: said, of_record } = Spoken::of(txn, &students).await?;
        let found = rows::enrolment::Entity::find()
            .filter(rows::enrolment::Column::StudentId.is_in(bulk::padded(students)))
            .all(txn)
            .await?;
        let told = said.values().flatten().map(|one| one.school);
        let named: BTreeSet<SchoolId> = found.iter().map(|row| row.school_id).chain(told).collect();
        let names = schools::names(txn, bulk::padded(named)).await?;
        let numbers = names.into_iter().map(|(id, (number, _))| (id, number)).collect();
        let mut rows: HashMap<StudentId, Vec<rows::enrolment::Model>> = HashMap::new();
        for row in found {
            rows.entry(row.student_id).or_default().push(row);
        }
        Ok(Self { everybody, said, of_record, rows, numbers })
    }

    /// The schools that told a student's first day for a day.
    pub fn told_for(&self, student: StudentId, day: NaiveDate) -> BTreeSet<SchoolId> {
        let of_day =
            |one: &&Statement| one.said.kind() == EnrolmentStatement::Enrolled && one.day() == day;
        let said = self.said.get(&student).into_iter().flatten();
        said.filter(of_day).map(|one| one.school).collect()
    }

    /// Brings everything of these students up to date with what was said.
    pub async fn settle(
        mut self,
        txn: &DatabaseTransaction,
        grant: &Grant,
        concerned: &Concerned,
        (rules, calendars, now): (&RuleBook, &Calendars, DateTime<Utc>),
    ) -> Result<(), StoreError> {
        let Concerned { students, arrived, on_pathway, never } = concerned;
        self.said.retain(|student, _| students.contains(student));
        let rows = std::mem::take(&mut self.rows);
        let moved = enrolment::settle(txn, &self.said, rows, now).await?;
        let word = (Some(ClaimWord::Enrolment), (rules, calendars, now));
        let staying = enrolment_claims::follow(txn, grant, &moved, word.0, word.1).await?;
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
        referrals::unresolve(txn, grant, &taken_back, &self.said, now).await?;
        let told: Vec<StudentId> = students.iter().copied().collect();
        let by = (calendars, now);
        measures::recompute_clocks(txn, ClockScope::Students(&told), ClockCause::Enrolment, by)
            .await?;
        self.follow(txn, grant, (&moved, &staying), now).await?;
        // Everybody whom the call named, whether or not anything was taken of them.
        let subject = Subject::many("student", txn.looked_up());
        audit::record(txn, audit::allowed(grant, subject, now)).await?;
        Ok(())
    }

    /// Those of the students who are enrolled at a school, as things stand.
    fn enrolled(&self, students: &BTreeSet<StudentId>, today: NaiveDate) -> Vec<StudentId> {
        let is_enrolled = |student: &&StudentId| {
            let said = self.said.get(student);
            said.is_some_and(|all| stays(all, today).iter().any(Stay::is_open))
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
            let said = self.said.get(student);
            said.is_some_and(|all| !stands(all, today).pathways.is_empty())
        };
        students.iter().filter(begun).copied()
    }

    /// Whether a pathway of the student begins on that day.
    pub fn has_pathway_from(&self, student: StudentId, day: NaiveDate) -> bool {
        let said = self.said.get(&student);
        said.is_some_and(|all| stands(all, day).pathways.iter().any(|one| one.first_day == day))
    }

    /// A case follows its student to the new school; without one, followers of the school hear of
    /// the student.
    async fn follow(
        &self,
        txn: &DatabaseTransaction,
        grant: &Grant,
        (moved, staying): (&[MovedStudent], &BTreeSet<StudentId>),
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
            let place = school.and_then(|id| Some((id, *self.numbers.get(&id)?)));
            if let Some(place) = place.filter(|_| with_case.contains(&one.student_id)) {
                cases::follow_student(txn, grant, one.student_id, place, now).await?;
                continue;
            }
            let version = self.everybody.by_id(one.student_id).map_or(1, |student| student.version);
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
