//! Whose records follow from statements that came in.

use std::collections::BTreeSet;

use super::EnrolmentStatement;
use crate::ids::{SchoolId, StudentId};

/// The students of whom something was said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConcernedStudents {
    pub students: BTreeSet<StudentId>,
    /// Those of them of whom it was said that they are enrolled, and where.
    pub arrived: BTreeSet<(StudentId, SchoolId)>,
    /// Those of them of whom it was said that they are on an alternative education pathway.
    pub on_pathway: BTreeSet<StudentId>,
    /// Those of them of whom it was said that they never were.
    pub never: BTreeSet<StudentId>,
}

impl ConcernedStudents {
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
