//! Whether a student came to be enrolled since an instant.

use chrono::{DateTime, NaiveDate, Utc};

use super::ledger::in_order;
use super::{Said, StandingEnrolments, Statement, Stay, stands};
use crate::calendar::{nz_date, nz_midnight};

/// Whether a student came to be enrolled after an instant, or on a pathway: at one of the moments at
/// which a word that somebody is came in, or its day came, the student was, as was known then. Words
/// that were taken back since are left out, as if they had never been said.
pub fn came_to_be_enrolled(
    statements: &[Statement],
    since: DateTime<Utc>,
    today: NaiveDate,
) -> bool {
    let words = not_taken_back(statements);
    // Words that one call brings come in the order in which they were sent.
    let arrival = |(at, word): (usize, &&Statement)| {
        (word.reported.received_at(), word.reported.sent_at(), at)
    };
    words.iter().enumerate().any(|(at, word)| {
        let on_pathway = match word.said {
            Said::Enrolled { .. } => false,
            Said::OnPathway { .. } => true,
            Said::Left { .. } | Said::NeverEnrolled => return false,
        };
        let received = word.reported.received_at();
        let told_ahead = word.is_ahead(nz_date(received));
        let begins = if told_ahead { nz_midnight(word.day()) } else { received };
        let day = nz_date(begins);
        if begins < since || day > today {
            return false;
        }
        let last = arrival((at, word));
        let came_in = |of: &(usize, &&Statement)| {
            if told_ahead { of.1.reported.received_at() <= begins } else { arrival(*of) <= last }
        };
        let known = words.iter().enumerate().filter(came_in).map(|(_, word)| *word);
        let StandingEnrolments { stays, pathways } = stands(known, day);
        if on_pathway { !pathways.is_empty() } else { stays.iter().any(Stay::is_open) }
    })
}

/// The statements without those that a later one takes back, and without that one.
fn not_taken_back(statements: &[Statement]) -> Vec<&Statement> {
    let mut left = Vec::new();
    for statement in in_order(statements) {
        if statement.said == Said::NeverEnrolled {
            left.retain(|word: &&Statement| word.school != statement.school);
        } else {
            left.push(statement);
        }
    }
    left
}
