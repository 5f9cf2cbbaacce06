//! Of whom the statements of a call are.

use std::collections::BTreeSet;

use ascms_domain::enrolments::Statement;
use ascms_domain::ids::StudentId;
use ascms_domain::matching::ComparedNsn;
use chrono::NaiveDate;

use crate::students::roll::Known;

/// How a call names a student: of whom the sender may not know it is no matter who is meant.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Named {
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

/// What a call says of one student, each statement with its place.
#[derive(Default)]
pub(super) struct New {
    pub(super) places: Vec<usize>,
    pub(super) statements: Vec<Statement>,
}

impl New {
    pub(super) fn add(&mut self, place: usize, statement: Statement) {
        self.places.push(place);
        self.statements.push(statement);
    }

    /// Leaves out what is on record word for word, sent at the same instant, and answers how many
    /// those were.
    pub(super) fn leave_out_known(&mut self, known: &[Statement]) -> usize {
        let said = |one: &Statement| (one.reported.sent_at(), one.school, one.said.clone());
        let known: BTreeSet<_> = known.iter().map(said).collect();
        let sent = self.places.len();
        let kept = std::mem::take(self);
        for (place, statement) in kept.places.into_iter().zip(kept.statements) {
            if !known.contains(&said(&statement)) {
                self.add(place, statement);
            }
        }
        sent - self.places.len()
    }
}
