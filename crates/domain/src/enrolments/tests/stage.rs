//! What the tests of a push begin with: schools, students, statements.

use std::collections::{HashMap, HashSet};

use super::{day, reported, school, today};
use crate::enrolments::{
    EnrolmentFault, EnrolmentPush, EnrolmentReceipt, EnrolmentStatement, EnrolmentValidator,
    NamedStudent, PushedSchool, PushedStatement, Statement, StatementsOnRecord, TakenEnrolments,
};
use crate::ids::{SchoolId, StudentId};
use crate::matching::{PLACEHOLDER_NSNS, Placeholders};
use crate::students::Births;

pub(super) const NUMBER: &str = "123456789";
pub(super) const PLACEHOLDER: &str = "999999999";
pub(super) const BORN: &str = "2013-08-21";
pub(super) const BORN_BY_FILE: &str = "2013-08-12";
pub(super) const BORN_OTHERWISE: &str = "2013-08-22";

/// The number of a school; the sender may act for the first two of three.
pub(super) const fn number(at: u8) -> i32 {
    match at {
        1 => 9001,
        2 => 9002,
        _ => 9003,
    }
}

pub(super) struct Stage {
    pub(super) on_record: StatementsOnRecord,
    pub(super) school_numbers: HashMap<SchoolId, i32>,
    pub(super) schools: HashMap<i32, PushedSchool>,
    pub(super) placeholders: Placeholders,
    pub(super) speaks_for_the_nation: bool,
}

impl Stage {
    pub(super) fn new() -> Self {
        let all = [1_u8, 2, 3];
        let mut placeholders = Placeholders::default();
        placeholders.add(PLACEHOLDER_NSNS, PLACEHOLDER, &[]);
        let pushed = |at: u8| PushedSchool { id: school(at.into()), reached: at < 3 };
        Self {
            on_record: StatementsOnRecord::default(),
            school_numbers: all.map(|at| (school(at.into()), number(at))).into(),
            schools: all.map(|at| (number(at), pushed(at))).into(),
            placeholders,
            speaks_for_the_nation: false,
        }
    }

    pub(super) fn register() -> Self {
        Self { speaks_for_the_nation: true, ..Self::new() }
    }

    /// A student of whom all this was said.
    pub(super) fn student(&mut self, said: &[Statement]) -> NamedStudent {
        let id = StudentId::generate();
        if !said.is_empty() {
            self.on_record.of_student.insert(id, said.to_vec());
            self.on_record.of_record.insert(id, said.to_vec());
        }
        let births = Births { of_record: day(BORN), of_file: day(BORN_BY_FILE) };
        NamedStudent { id, record: id, births }
    }

    pub(super) fn validator(&self) -> EnrolmentValidator<'_> {
        EnrolmentValidator {
            schools: self.schools.clone(),
            school_numbers: &self.school_numbers,
            on_record: &self.on_record,
            placeholders: &self.placeholders,
            unknown_reasons: HashSet::from(["no_reason".to_owned()]),
            unknown_pathways: HashSet::from(["no_pathway".to_owned()]),
            speaks_for_the_nation: self.speaks_for_the_nation,
            reported: reported(10),
            today: today(),
        }
    }

    /// Judges statements, each with those whom it may mean.
    pub(super) fn examine(
        &self,
        statements: Vec<(PushedStatement, Vec<NamedStudent>)>,
    ) -> (TakenEnrolments, EnrolmentReceipt) {
        let (statements, named): (Vec<_>, Vec<_>) = statements.into_iter().unzip();
        let sent = statements.len();
        let push = EnrolmentPush { sent_at: None, count: None, sent, statements };
        self.validator().examine(&push, &named)
    }

    /// Judges one statement on one student.
    pub(super) fn examine_one(
        &self,
        sent: PushedStatement,
        student: NamedStudent,
    ) -> (TakenEnrolments, EnrolmentReceipt) {
        self.examine(vec![(sent, vec![student])])
    }
}

/// A statement of the kind at the first school, in March, by number and birth date.
pub(super) fn sent(place: usize, kind: EnrolmentStatement) -> PushedStatement {
    let begins =
        [EnrolmentStatement::Enrolled, EnrolmentStatement::AlternativePathway].contains(&kind);
    let ends = kind == EnrolmentStatement::Left;
    let on_pathway = kind == EnrolmentStatement::AlternativePathway;
    PushedStatement {
        place,
        kind,
        school_number: number(1),
        nsn: Some(NUMBER.to_owned()),
        student_id: None,
        birth_date: Some(day(BORN)),
        first_day: begins.then(|| day("2026-03-02")),
        year_level: None,
        last_day: ends.then(|| day("2026-03-20")),
        leaving_reason: ends.then(|| "transfer".to_owned()),
        destination: None,
        pathway: on_pathway.then(|| "gateway".to_owned()),
    }
}

pub(super) fn arrival(place: usize, first_day: &str) -> PushedStatement {
    PushedStatement { first_day: Some(day(first_day)), ..sent(place, EnrolmentStatement::Enrolled) }
}

pub(super) fn leaving(place: usize, last_day: &str) -> PushedStatement {
    PushedStatement { last_day: Some(day(last_day)), ..sent(place, EnrolmentStatement::Left) }
}

pub(super) fn fault_of(received: &EnrolmentReceipt) -> Option<EnrolmentFault> {
    assert!(received.faults.len() <= 1, "{received:?}");
    received.faults.first().map(|(_, fault)| *fault)
}
