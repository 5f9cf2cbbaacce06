//! What was said of students so far.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::Statement;
use crate::ids::{SchoolId, StudentId};
use crate::instants::following;

/// The statements on some students that are on record.
#[derive(Clone, Debug, Default)]
pub struct StatementsOnRecord {
    /// On each student, whichever of the student's records they are on.
    pub of_student: HashMap<StudentId, Vec<Statement>>,
    /// On each record by itself.
    pub of_record: HashMap<StudentId, Vec<Statement>>,
}

impl StatementsOnRecord {
    /// Whether a student is known at a school, which ever said something of the student: what became
    /// of its word does not matter.
    pub fn is_known_at(&self, student: StudentId, school: SchoolId) -> bool {
        self.on(student).iter().any(|one| one.school == school)
    }

    /// The statements on a student.
    pub fn on(&self, student: StudentId) -> &[Statement] {
        self.of_student.get(&student).map_or(&[], Vec::as_slice)
    }

    /// Whether a record has a statement word for word, sent at the same instant. What is on record
    /// under another number of the student's is not on record under this one.
    pub fn has(&self, record: StudentId, statement: &Statement) -> bool {
        let same = |one: &Statement| {
            one.reported.sent_at() == statement.reported.sent_at()
                && one.school == statement.school
                && one.said == statement.said
        };
        self.of_record.get(&record).is_some_and(|all| all.iter().any(same))
    }

    /// An instant later than all that was said, also where the clock was set back since.
    pub fn instant_after(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let received = self.of_student.values().flatten().map(|one| one.reported.received_at());
        let latest = received.max().filter(|latest| *latest > now);
        latest.map_or(now, |latest| following(latest, now))
    }
}
