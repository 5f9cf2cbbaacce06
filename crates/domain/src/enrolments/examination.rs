//! Judging what is sent of enrolments at once: every statement by itself, so that one that can not be
//! taken stops no other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use super::validator::MeantStudent;
use super::{
    ConcernedStudents, Done, Effect, EnrolmentFault, EnrolmentPlace, EnrolmentPush,
    EnrolmentReceipt, EnrolmentStatement, EnrolmentValidator, EnrolmentWarning, NamedStudent,
    PushedStatement, Said, Statement, check, each_effect, stands,
};
use crate::ids::{SchoolId, StudentId};
use crate::matching::ComparedNsn;

/// A statement that is to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenStatement {
    pub student: StudentId,
    /// The record that was named: what is sent under each of two numbers stays its own, also while
    /// both are one student's.
    pub record: StudentId,
    pub statement: Statement,
}

/// What of a push is to be kept.
#[derive(Clone, Debug, Default)]
pub struct TakenEnrolments {
    pub statements: Vec<TakenStatement>,
    pub concerned: ConcernedStudents,
    /// The schools of which something was said, whether or not it is news: the same for somebody who
    /// is known and for a stranger.
    pub schools: BTreeSet<SchoolId>,
    /// How many statements contradict what is known of somebody of whom the sender may not know.
    pub guesses: u32,
}

impl TakenEnrolments {
    /// The first days that have not come yet, and whose.
    pub fn days_ahead(&self, today: NaiveDate) -> impl Iterator<Item = (StudentId, NaiveDate)> {
        let ahead = self.statements.iter().filter(move |one| one.statement.is_ahead(today));
        ahead.map(|one| (one.record, one.statement.day()))
    }
}

/// What a call names a student by. A student of whom the sender may not know is a number, whosever
/// that is.
#[derive(Clone, PartialEq, Eq, Hash)]
enum StudentKey {
    /// The record that the number or the id is of: of two that are joined each is named by itself.
    Record(StudentId),
    Number(ComparedNsn),
}

/// A statement with its place in the push.
struct PlacedStatement {
    place: usize,
    record: StudentId,
    statement: Statement,
}

/// A push while it is gone through.
struct EnrolmentExamination<'a> {
    validator: &'a EnrolmentValidator<'a>,
    /// What this call says of each student at each school, in its order.
    said: HashMap<(StudentKey, SchoolId), Vec<Statement>>,
    /// What it says of each student of whom the sender may know, and of each of whom not.
    known: BTreeMap<StudentId, Vec<PlacedStatement>>,
    unconfirmed: BTreeMap<StudentId, Vec<PlacedStatement>>,
    /// What is said of each student who was gone through, with what was on record.
    all_said: HashMap<StudentId, Vec<Statement>>,
    taken: TakenEnrolments,
    received: EnrolmentReceipt,
}

impl<'a> EnrolmentExamination<'a> {
    fn of(validator: &'a EnrolmentValidator<'a>) -> Self {
        Self {
            validator,
            said: HashMap::new(),
            known: BTreeMap::new(),
            unconfirmed: BTreeMap::new(),
            all_said: HashMap::new(),
            taken: TakenEnrolments::default(),
            received: EnrolmentReceipt::default(),
        }
    }

    fn fault(&mut self, place: EnrolmentPlace, fault: EnrolmentFault) {
        self.received.faults.push((place, fault));
    }

    /// Of whom a statement is, and what it says.
    fn read(
        &mut self,
        sent: &PushedStatement,
        named: &[NamedStudent],
    ) -> Result<(), EnrolmentFault> {
        let validator = self.validator;
        let said = sent.said()?;
        let school = validator.school(sent)?;
        let student = validator.who(sent, school, named)?;
        if let MeantStudent::Unconfirmed { contradicts: true, .. } = student {
            self.taken.guesses += 1;
        }
        validator.codes_are_known(sent)?;
        check(&said, student.birth_date(), validator.today)?;
        let statement = Statement::new(validator.reported, school, said);
        if !self.may_stand(&student, &statement) {
            return Err(EnrolmentFault::Repeated);
        }
        self.place(sent.place, student, statement);
        Ok(())
    }

    /// Whether the statement may stand beside those of the call. All were sent at one instant, so
    /// that of two first days in a row (or two last days) nobody can tell which corrects which;
    /// two stays with a leaving between them are no such thing. That the student never was there
    /// is said alone.
    fn may_stand(&mut self, student: &MeantStudent, statement: &Statement) -> bool {
        let key = match student {
            MeantStudent::Known(student) => StudentKey::Record(student.record),
            MeantStudent::Unconfirmed { number, .. } => StudentKey::Number(number.clone()),
        };
        let said = self.said.entry((key, statement.school)).or_default();
        // Two pathways stand beside each other.
        let pathway = |one: &Statement| match &one.said {
            Said::OnPathway { pathway, .. } => Some(pathway.clone()),
            Said::Enrolled { .. } | Said::Left { .. } | Said::NeverEnrolled => None,
        };
        let kind = |one: &Statement| (one.said.kind(), pathway(one));
        let same_kind = |one: &Statement| kind(one) == kind(statement);
        let never = |one: &Statement| one.said.kind() == EnrolmentStatement::NeverEnrolled;
        let alone = said.is_empty() || !(never(statement) || said.iter().any(never));
        let may_stand = alone
            && !said.last().is_some_and(same_kind)
            && !said.iter().any(|one| same_kind(one) && one.day() == statement.day());
        if may_stand {
            said.push(statement.clone());
        }
        may_stand
    }

    fn place(&mut self, place: usize, student: MeantStudent, statement: Statement) {
        self.taken.schools.insert(statement.school);
        let (of_each, student) = match student {
            MeantStudent::Known(student) => (&mut self.known, Some(student)),
            MeantStudent::Unconfirmed { student, .. } => {
                self.received.unconfirmed += 1;
                (&mut self.unconfirmed, student)
            }
        };
        if let Some(NamedStudent { id, record, .. }) = student {
            of_each.entry(id).or_default().push(PlacedStatement { place, record, statement });
        }
    }

    /// Takes what may stand. What comes of statements on a student of whom the sender may not know
    /// is not told.
    fn finish(mut self) -> (TakenEnrolments, EnrolmentReceipt) {
        let mut received = std::mem::take(&mut self.received);
        for (student, said) in std::mem::take(&mut self.known) {
            self.take(student, said, &mut received);
        }
        for (student, said) in std::mem::take(&mut self.unconfirmed) {
            self.take(student, said, &mut EnrolmentReceipt::default());
        }
        received.warnings.sort_by_key(|(place, _)| place.at());
        (self.taken, received)
    }

    /// Takes what a call says of one student, apart from what is on record word for word.
    fn take(
        &mut self,
        student: StudentId,
        said: Vec<PlacedStatement>,
        received: &mut EnrolmentReceipt,
    ) {
        let validator = self.validator;
        // The register's word on what a school has claimed is news also when it is no new one.
        if validator.speaks_for_the_nation {
            for PlacedStatement { statement, .. } in &said {
                self.taken.concerned.note(student, statement.school, statement.said.kind());
            }
        }
        let is_on_record =
            |one: &PlacedStatement| validator.on_record.has(one.record, &one.statement);
        let (on_record, new): (Vec<_>, Vec<_>) = said.into_iter().partition(is_on_record);
        received.unchanged += on_record.len();
        let all_said = self.all_said.entry(student);
        let all_said = all_said.or_insert_with(|| validator.on_record.on(student).to_vec());
        validator.judge(all_said, &new, received);
        for PlacedStatement { record, statement, .. } in new {
            self.taken.concerned.note(student, statement.school, statement.said.kind());
            all_said.push(statement.clone());
            self.taken.statements.push(TakenStatement { student, record, statement });
        }
    }
}

impl EnrolmentValidator<'_> {
    /// What of a push is to be kept, and what its sender is told. `named` has, in the order of the
    /// push, the students whom the number or the id of each statement may mean: those who have the
    /// number now before those who had it once.
    pub fn examine(
        &self,
        push: &EnrolmentPush,
        named: &[Vec<NamedStudent>],
    ) -> (TakenEnrolments, EnrolmentReceipt) {
        let mut examination = EnrolmentExamination::of(self);
        if push.count.is_some_and(|count| count != push.sent) {
            examination.fault(EnrolmentPlace::Count, EnrolmentFault::CountDiffers);
        }
        for (sent, named) in push.statements.iter().zip(named) {
            if let Err(fault) = examination.read(sent, named) {
                examination.fault(EnrolmentPlace::Statement(sent.place), fault);
            }
        }
        examination.finish()
    }

    /// Counts what new statements on one student do, and adds what the sender may want to know. All
    /// were sent at one instant, so they are gone through once, in the order of their days.
    fn judge(&self, known: &[Statement], new: &[PlacedStatement], received: &mut EnrolmentReceipt) {
        let statements: Vec<Statement> = new.iter().map(|one| one.statement.clone()).collect();
        // Where a later word is on record, what it leaves of them counts.
        let outdone = known.iter().max() > statements.iter().min();
        let all = || known.iter().chain(&statements);
        let whole = outdone.then(|| (stands(known, self.today), stands(all(), self.today)));
        each_effect(known, &statements, self.today, |done| {
            let Some(PlacedStatement { place, statement, .. }) = new.get(done.at) else { return };
            let Done { effect, before, after, .. } = done;
            let (before, after) = match &whole {
                Some((before, after)) => (before, after),
                None => (before, after),
            };
            let alone = statements.len() == 1;
            if after != before && (alone || effect == Effect::Changes) {
                received.changed += 1;
            } else {
                received.without_effect += 1;
            }
            let mut warnings = self.warnings(statement, &before.stays, &after.stays);
            // It is kept all the same: a word that was sent before it may still arrive and make it fit.
            let contradicts = effect == Effect::Contradicts;
            warnings.extend(contradicts.then_some(EnrolmentWarning::BeforeFirstDay));
            let place = EnrolmentPlace::Statement(*place);
            received.warnings.extend(warnings.into_iter().map(|what| (place, what)));
        });
    }
}
