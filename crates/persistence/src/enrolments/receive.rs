//! Taking enrolments in: every statement is judged by itself, the good ones are kept, the others
//! named. What stands then is made of everything that was ever said.

use std::collections::{BTreeSet, HashMap, HashSet};

use ascms_domain::access::Grant;
use ascms_domain::attendance::ReportedAt;
use ascms_domain::calendar::nz_date;
use ascms_domain::enrolments::{
    Effect, EnrolmentStatement, Said, Statement, StatementFault, Stay, check, effect_of, stays,
};
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::measures::ClockCause;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::DatabaseTransaction;
use sea_orm::entity::prelude::*;

use super::push::{
    EnrolmentPush, Place, PushError, PushFault, PushWarning, PushedStatement, Received,
};
use crate::audit::{self, Subject};
use crate::events::Event;
use crate::idempotency::Answer;
use crate::measures::{self, Which};
use crate::reference_data::unknown_codes;
use crate::students::enrolment::{self, Moved, report};
use crate::students::roll::{self, Everybody, Known};
use crate::{Call, CallError, Store, StoreError, bulk, cases, referrals, schools};

/// What statements are judged by: everything that is known of the students whom they name.
struct Judge {
    /// By number, with whether the caller may tell of it.
    schools: HashMap<i32, (SchoolId, bool)>,
    numbers: HashMap<SchoolId, i32>,
    everybody: Everybody,
    said: HashMap<StudentId, Vec<Statement>>,
    unknown_reasons: HashSet<String>,
    speaks_for_the_nation: bool,
    reported: ReportedAt,
    today: NaiveDate,
}

/// What of a push is new.
#[derive(Default)]
struct Taken {
    reports: Vec<report::Model>,
    students: BTreeSet<StudentId>,
    /// Those of whom it was said that they are enrolled.
    arrived: BTreeSet<StudentId>,
    named: HashSet<(StudentId, SchoolId, EnrolmentStatement)>,
}

impl Store {
    /// Takes enrolments in; `render` makes the answer that a retry will get again.
    pub async fn receive_enrolments(
        &self,
        call: &Call<'_>,
        push: EnrolmentPush,
        render: impl FnOnce(&Received) -> Answer,
    ) -> Result<Answer, CallError<PushError>> {
        let almanac = self.almanac().await?;
        self.carry_out(call, async |txn| {
            let Call { grant, now, .. } = *call;
            let (mut judge, rows) = prepare(txn, grant, &push, now).await?;
            if judge.schools.values().all(|(_, reached)| !reached) && !judge.schools.is_empty() {
                return Err(CallError::Refused(PushError::SchoolOutOfReach));
            }
            let mut received = Received::default();
            let taken = judge.examine(&push, &mut received);
            let reports = taken.reports.into_iter().map(report::ActiveModel::from);
            bulk::insert(txn, reports).await?;
            judge.said.retain(|student, _| taken.students.contains(student));
            let moved = enrolment::settle(txn, &judge.said, rows, now).await?;
            let arrived = judge.enrolled_now(&taken.arrived);
            referrals::resolve(txn, grant, &arrived, now).await?;
            let told: Vec<StudentId> = taken.students.iter().copied().collect();
            let by = (&*almanac, now);
            measures::tell(txn, Which::Records(&told), ClockCause::Enrolment, by).await?;
            follow(txn, grant, &moved, &judge, now).await?;
            let ids = taken.students.iter().map(|student| student.0);
            let subject = Subject::many("student", ids.collect());
            audit::record(txn, audit::allowed(grant, subject, now)).await?;
            Ok(render(&received))
        })
        .await
    }
}

type Rows = HashMap<StudentId, Vec<enrolment::Model>>;

async fn prepare(
    txn: &DatabaseTransaction,
    grant: &Grant,
    push: &EnrolmentPush,
    now: DateTime<Utc>,
) -> Result<(Judge, Rows), StoreError> {
    let all = &push.statements;
    let numbers: BTreeSet<i32> = all.iter().map(|sent| sent.school_number).collect();
    let schools = schools::by_number(txn, numbers).await?;
    let reached = schools::acted_for(txn, grant, &schools.values().copied().collect()).await?;
    let nsns: Vec<&str> = all.iter().filter_map(|sent| sent.nsn.as_deref()).collect();
    let ids: Vec<StudentId> = all.iter().filter_map(|sent| sent.student_id).collect();
    let everybody = roll::of_anywhere(txn, &nsns, &ids).await?;
    let students = everybody.ids();
    enrolment::lock(txn, students.iter().copied()).await?;
    let said = report::of_students(txn, &students).await?;
    let rows = enrolment::Entity::find()
        .filter(enrolment::Column::StudentId.is_in(bulk::padded(students)))
        .all(txn)
        .await?;
    let elsewhere: BTreeSet<SchoolId> = rows.iter().map(|row| row.school_id).collect();
    let names = schools::names(txn, bulk::padded(elsewhere)).await?;
    let mut numbers: HashMap<SchoolId, i32> =
        names.into_iter().map(|(id, (number, _))| (id, number)).collect();
    numbers.extend(schools.iter().map(|(number, id)| (*id, *number)));
    let mut by_student: Rows = HashMap::new();
    for row in rows {
        by_student.entry(row.student_id).or_default().push(row);
    }
    let judge = Judge {
        schools: schools
            .into_iter()
            .map(|(number, id)| (number, (id, reached.contains(&id))))
            .collect(),
        numbers,
        everybody,
        said,
        unknown_reasons: unknown_reasons(txn, all).await?,
        speaks_for_the_nation: grant.reaches_the_nation(),
        // A sender whose clock is ahead would else outdo every correction to come.
        reported: ReportedAt::new(push.sent_at.map_or(now, |sent| sent.min(now)), now),
        today: nz_date(now),
    };
    Ok((judge, by_student))
}

async fn unknown_reasons(
    txn: &DatabaseTransaction,
    statements: &[PushedStatement],
) -> Result<HashSet<String>, DbErr> {
    let named: BTreeSet<&str> =
        statements.iter().filter_map(|sent| sent.leaving_reason.as_deref()).collect();
    let asked: Vec<(&str, &str)> =
        named.into_iter().map(|reason| ("leaving-reasons", reason)).collect();
    let unknown = unknown_codes(txn, &asked).await?;
    Ok(unknown.into_iter().map(|(_, reason)| reason.to_owned()).collect())
}

impl Judge {
    fn examine(&mut self, push: &EnrolmentPush, received: &mut Received) -> Taken {
        let mut taken = Taken::default();
        if push.count.is_some_and(|count| count != push.statements.len()) {
            received.faults.push((Place::Count, PushFault::CountDiffers));
        }
        for (at, sent) in push.statements.iter().enumerate() {
            let place = Place::Statement(at);
            match self.read(sent, &mut taken) {
                Err(fault) => received.faults.push((place, fault)),
                Ok((student, statement)) => {
                    self.take(place, student, statement, (&mut taken, received));
                }
            }
        }
        taken
    }

    /// Of whom a statement is, and what it says.
    fn read(
        &self,
        sent: &PushedStatement,
        taken: &mut Taken,
    ) -> Result<(StudentId, Statement), PushFault> {
        let said = sent.said()?;
        let (school, reached) =
            *self.schools.get(&sent.school_number).ok_or(PushFault::UnknownSchool)?;
        if !reached {
            return Err(PushFault::SchoolOutOfReach);
        }
        let student = self.who(sent, school)?;
        if sent.leaving_reason.as_ref().is_some_and(|code| self.unknown_reasons.contains(code)) {
            return Err(PushFault::UnknownReason);
        }
        check(&said, student.birth_date, self.today)?;
        if !taken.named.insert((student.id, school, said.kind())) {
            return Err(PushFault::Repeated);
        }
        Ok((student.id, Statement::new(self.reported, school, said)))
    }

    /// Who is meant. A school knows those who are or were on its roll, and may say that somebody
    /// is new there whose number and birth date it knows; of anybody else it learns nothing.
    fn who(&self, sent: &PushedStatement, school: SchoolId) -> Result<Known, PushFault> {
        let found = match (&sent.nsn, sent.student_id) {
            (Some(number), None) => self.everybody.by_nsn(number),
            (None, Some(id)) => self.everybody.by_id(id),
            (Some(_), Some(_)) | (None, None) => return Err(PushFault::NotNamedOnce),
        };
        let student = found.ok_or(PushFault::UnknownStudent)?;
        let said = self.said.get(&student.id);
        let of_school = said.is_some_and(|all| all.iter().any(|one| one.school == school));
        let agrees = sent.birth_date == Some(student.birth_date);
        let is_new = sent.kind == EnrolmentStatement::Enrolled && sent.nsn.is_some() && agrees;
        if !(of_school || is_new || self.speaks_for_the_nation) {
            return Err(PushFault::UnknownStudent);
        }
        if sent.birth_date.is_some() && !agrees {
            return Err(PushFault::BirthDateDiffers);
        }
        Ok(student)
    }

    fn take(
        &mut self,
        place: Place,
        student: StudentId,
        statement: Statement,
        (taken, received): (&mut Taken, &mut Received),
    ) {
        let today = self.today;
        let known = self.said.entry(student).or_default();
        let same = |one: &Statement| {
            one.school == statement.school
                && one.said == statement.said
                && one.reported.sent_at() == statement.reported.sent_at()
        };
        if known.iter().any(same) {
            received.unchanged += 1;
            return;
        }
        let before = stays(known.iter(), today);
        known.push(statement.clone());
        if effect_of(&statement, known, today) == Effect::Contradicts {
            known.pop();
            received.faults.push((place, StatementFault::BeforeFirstDay.into()));
            return;
        }
        let after = stays(known.iter(), today);
        if after == before {
            received.without_effect += 1;
        } else {
            received.changed += 1;
        }
        let warnings = self.warnings(&statement, &before, &after);
        received.warnings.extend(warnings.into_iter().map(|what| (place, what)));
        taken.students.insert(student);
        if matches!(statement.said, Said::Enrolled { .. }) {
            taken.arrived.insert(student);
        }
        taken.reports.push(report::Model::of(student, &statement));
    }

    fn warnings(&self, one: &Statement, before: &[Stay], after: &[Stay]) -> Vec<PushWarning> {
        if one.is_ahead(self.today) {
            return vec![PushWarning::StartsAhead];
        }
        let mut warnings = Vec::new();
        let open =
            |stays: &[Stay]| stays.iter().find(|stay| stay.is_open()).map(|stay| stay.school);
        if let (Some(was), Some(is)) = (open(before), open(after))
            && is == one.school
            && was != is
            && let Some(number) = self.numbers.get(&was)
        {
            warnings.push(PushWarning::EndedElsewhere(*number));
        }
        let (here, elsewhere): (Vec<&Stay>, Vec<&Stay>) =
            after.iter().partition(|stay| stay.school == one.school);
        if here.iter().any(|stay| elsewhere.iter().any(|other| stay.overlaps(other))) {
            warnings.push(PushWarning::Overlaps);
        }
        warnings
    }

    /// Those of the students who are enrolled at a school, as things stand.
    fn enrolled_now(&self, students: &BTreeSet<StudentId>) -> Vec<StudentId> {
        let is_enrolled = |student: &&StudentId| {
            let said = self.said.get(student);
            said.is_some_and(|all| stays(all, self.today).iter().any(Stay::is_open))
        };
        students.iter().filter(is_enrolled).copied().collect()
    }
}

/// What follows for the students' cases, and who is told. A case follows its student to the new
/// school; without one, followers of the school hear of the student.
async fn follow(
    txn: &DatabaseTransaction,
    grant: &Grant,
    moved: &[Moved],
    judge: &Judge,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let arrived = |moved: &Moved| moved.to.filter(|to| moved.from != Some(*to));
    let arriving = moved.iter().filter(|moved| arrived(moved).is_some());
    let with_case = cases::open_of_any(txn, arriving.map(|moved| moved.student_id)).await?;
    let mut events = Vec::new();
    for one in moved {
        let school = arrived(one);
        let place = school.and_then(|id| Some((id, *judge.numbers.get(&id)?)));
        if let Some(place) = place.filter(|_| with_case.contains(&one.student_id)) {
            cases::follow_student(txn, grant, one.student_id, place, now).await?;
            continue;
        }
        let version = judge.everybody.by_id(one.student_id).map_or(1, |student| student.version);
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
