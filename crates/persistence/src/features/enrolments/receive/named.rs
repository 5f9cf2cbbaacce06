//! Of whom the statements of a call are.

use std::collections::{BTreeSet, HashMap};

use ascms_domain::enrolments::Statement;
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::matching::ComparedNsn;
use chrono::NaiveDate;

use crate::features::students::roll::Known;
use crate::store::events::Event;

/// How a call names a student: of whom the sender may not know it is no matter who is meant.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Named {
    /// The record that the number or the id is of: of two that are joined each is named by itself.
    Known(StudentId),
    Unconfirmed(ComparedNsn),
}

/// Of whom a statement is.
pub(super) enum Who {
    /// Somebody of whom the sender may know.
    Known(Known),
    /// Somebody who is said to be new at the school, by number and birth date; the student, when both
    /// are one student's.
    Unconfirmed(ComparedNsn, NaiveDate, Option<Known>),
}

/// One event for each school of which something was said, whether or not it is news: the same for
/// somebody who is known and for a stranger.
pub(super) fn received_by_school<'a>(
    named: impl Iterator<Item = &'a (Named, SchoolId)>,
) -> Vec<Event> {
    let schools: BTreeSet<SchoolId> = named.map(|(_, school)| *school).collect();
    let received = |school: SchoolId| Event {
        kind: "enrolment.received",
        subject_id: school.0,
        version: 1,
        provider_id: None,
        school_id: Some(school),
    };
    schools.into_iter().map(received).collect()
}

/// What a call says of one student, each statement with its place and the record that it is of.
#[derive(Default)]
pub(super) struct New {
    pub(super) places: Vec<usize>,
    pub(super) records: Vec<StudentId>,
    pub(super) statements: Vec<Statement>,
}

impl New {
    pub(super) fn add(&mut self, place: usize, record: StudentId, statement: Statement) {
        self.places.push(place);
        self.records.push(record);
        self.statements.push(statement);
    }

    /// Leaves out what is on record word for word, sent at the same instant, and answers how many
    /// those were. What is on record under another number of the student's is not on record under
    /// this one.
    pub(super) fn leave_out_known(
        &mut self,
        of_record: &HashMap<StudentId, Vec<Statement>>,
    ) -> usize {
        let said = |one: &Statement| (one.reported.sent_at(), one.school, one.said.clone());
        let mut known = BTreeSet::new();
        for record in self.records.iter().collect::<BTreeSet<_>>() {
            let words = of_record.get(record).into_iter().flatten();
            known.extend(words.map(|one| (*record, said(one))));
        }
        let sent = self.places.len();
        let kept = std::mem::take(self);
        let New { places, records, statements } = kept;
        for ((place, record), statement) in places.into_iter().zip(records).zip(statements) {
            if !known.contains(&(record, said(&statement))) {
                self.add(place, record, statement);
            }
        }
        sent - self.places.len()
    }
}
