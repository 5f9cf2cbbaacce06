//! The facts that a push of enrolments is judged by. From them follow the student whom a statement
//! means, and the warnings that its sender gets.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::{
    EnrolmentFault, EnrolmentStatement, EnrolmentWarning, PushedStatement, Statement,
    StatementsOnRecord, Stay,
};
use crate::attendance::ReportedAt;
use crate::ids::{SchoolId, StudentId};
use crate::matching::{ComparedNsn, Placeholders};
use crate::students::Births;

/// A student under one of the numbers or ids that the student goes by, wherever enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedStudent {
    pub id: StudentId,
    /// The record that the number or the id is of. Of two that are joined it is what was named, so
    /// that what is sent under either number is still its own when they are parted.
    pub record: StudentId,
    pub births: Births,
}

/// A school that a push names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PushedSchool {
    pub id: SchoolId,
    /// Whether the sender may act for it.
    pub reached: bool,
}

/// What a push is judged by.
#[derive(Clone, Debug)]
pub struct EnrolmentValidator<'a> {
    /// By the number that the push names.
    pub schools: HashMap<i32, PushedSchool>,
    /// Their numbers, and those of all schools that are on record.
    pub school_numbers: &'a HashMap<SchoolId, i32>,
    /// What was said of everybody whom the push names.
    pub on_record: &'a StatementsOnRecord,
    pub placeholders: &'a Placeholders,
    /// Codes that the push names and their sets do not have.
    pub unknown_reasons: HashSet<String>,
    pub unknown_pathways: HashSet<String>,
    /// Whether the sender is the national register, which knows of everybody.
    pub speaks_for_the_nation: bool,
    pub reported: ReportedAt,
    pub today: NaiveDate,
}

/// The student of a statement.
pub(super) enum MeantStudent {
    /// Somebody of whom the sender may know.
    Known(NamedStudent),
    /// Somebody who is said to be new at the school, by number and birth date.
    Unconfirmed {
        number: ComparedNsn,
        birth_date: NaiveDate,
        /// The student, when both are one student's.
        student: Option<NamedStudent>,
        /// The number is one student's, and the birth date is not.
        contradicts: bool,
    },
}

impl MeantStudent {
    /// The day before which nothing can be said.
    pub(super) fn birth_date(&self) -> NaiveDate {
        match self {
            Self::Known(student) => student.births.of_record,
            Self::Unconfirmed { birth_date, .. } => *birth_date,
        }
    }
}

impl EnrolmentValidator<'_> {
    /// Whether the push names schools, and the sender may act for none of them.
    pub fn is_out_of_reach(&self) -> bool {
        !self.schools.is_empty() && self.schools.values().all(|school| !school.reached)
    }

    /// The school of a statement, for which the sender may act.
    pub(super) fn school(&self, sent: &PushedStatement) -> Result<SchoolId, EnrolmentFault> {
        let school = self.schools.get(&sent.school_number).ok_or(EnrolmentFault::UnknownSchool)?;
        if school.reached { Ok(school.id) } else { Err(EnrolmentFault::SchoolOutOfReach) }
    }

    /// Who is meant. A school knows those who are or were on its roll, and may say that somebody
    /// is new there whose number and birth date it knows; of anybody else it learns nothing, not even
    /// whether number and birth date are those of somebody.
    pub(super) fn who(
        &self,
        sent: &PushedStatement,
        school: SchoolId,
        named: &[NamedStudent],
    ) -> Result<MeantStudent, EnrolmentFault> {
        if sent.nsn.is_some() == sent.student_id.is_some() {
            return Err(EnrolmentFault::NotNamedOnce);
        }
        if sent.nsn.as_deref().is_some_and(|number| self.placeholders.is_nsn(number)) {
            return Err(EnrolmentFault::PlaceholderNsn);
        }
        let of_school = |student: &NamedStudent| self.on_record.is_known_at(student.id, school);
        // Of several who have or had a number, a school means its own.
        let found = named.iter().find(|one| of_school(one)).or(named.first()).copied();
        let may_know = |student: &NamedStudent| self.speaks_for_the_nation || of_school(student);
        let agrees = |student: &NamedStudent| {
            sent.birth_date.is_some_and(|date| student.births.include(date))
        };
        if let Some(student) = found.filter(may_know) {
            return if sent.birth_date.is_none() || agrees(&student) {
                Ok(MeantStudent::Known(student))
            } else {
                Err(EnrolmentFault::BirthDateDiffers)
            };
        }
        let number = sent.nsn.as_deref().and_then(ComparedNsn::read);
        let is_new = sent.kind == EnrolmentStatement::Enrolled && !self.speaks_for_the_nation;
        let (Some(number), Some(birth_date), true) = (number, sent.birth_date, is_new) else {
            return Err(EnrolmentFault::UnknownStudent);
        };
        let contradicts = found.is_some_and(|student| !agrees(&student));
        let student = found.filter(agrees);
        Ok(MeantStudent::Unconfirmed { number, birth_date, student, contradicts })
    }

    pub(super) fn codes_are_known(&self, sent: &PushedStatement) -> Result<(), EnrolmentFault> {
        if sent.leaving_reason.as_ref().is_some_and(|code| self.unknown_reasons.contains(code)) {
            return Err(EnrolmentFault::UnknownReason);
        }
        if sent.pathway.as_ref().is_some_and(|code| self.unknown_pathways.contains(code)) {
            return Err(EnrolmentFault::UnknownPathway);
        }
        Ok(())
    }

    /// What the sender may want to know of a statement, by what stood before it and after it.
    pub(super) fn warnings(
        &self,
        one: &Statement,
        before: &[Stay],
        after: &[Stay],
    ) -> Vec<EnrolmentWarning> {
        if one.is_ahead(self.today) {
            return vec![EnrolmentWarning::StartsAhead];
        }
        let mut warnings = Vec::new();
        let open =
            |stays: &[Stay]| stays.iter().find(|stay| stay.is_open()).map(|stay| stay.school);
        if let (Some(was), Some(is)) = (open(before), open(after))
            && is == one.school
            && was != is
        {
            // Where a student was is not for who takes them away: it is told to who may act there.
            let acts = |school: &PushedSchool| school.id == was && school.reached;
            let told = self.speaks_for_the_nation || self.schools.values().any(acts);
            let number = self.school_numbers.get(&was).copied();
            warnings.push(EnrolmentWarning::EndedElsewhere(number.filter(|_| told)));
        }
        let (here, elsewhere): (Vec<&Stay>, Vec<&Stay>) =
            after.iter().partition(|stay| stay.school == one.school);
        if here.iter().any(|stay| elsewhere.iter().any(|other| stay.overlaps(other))) {
            warnings.push(EnrolmentWarning::Overlaps);
        }
        warnings
    }
}
