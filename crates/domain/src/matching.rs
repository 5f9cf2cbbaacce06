//! Whether a student who was sent is one who is known: settled only when nothing speaks against it.

use serde::{Deserialize, Serialize};

use crate::ids::StudentId;

crate::words! {
    /// How a sent student was recognised; `ambiguous` goes to a person, nothing is guessed.
    MatchedBy {
        Nsn = "nsn",
        NameAndBirthDate = "name_and_birth_date",
        Created = "created",
        Ambiguous = "ambiguous",
    }
    /// Something by which a known student is, or is not, like the one who was sent.
    MatchReason {
        SameNsn = "same_nsn",
        OtherNsn = "other_nsn",
        SameBirthDate = "same_birth_date",
        SameName = "same_name",
    }
}

/// A known student who might be the one sent, and what agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub student_id: StudentId,
    /// One of the student's National Student Numbers is the one sent.
    pub same_nsn: bool,
    /// The student has a National Student Number, and it is another one than was sent.
    pub other_nsn: bool,
    pub same_birth_date: bool,
    /// One of the student's names has the same key as one of those sent.
    pub same_name: bool,
}

/// A candidate as the review list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScoredCandidate {
    pub student_id: StudentId,
    /// 0 to 100: what agrees, weighed.
    pub score: u8,
    /// What the score is made of; reviews of earlier days have it not.
    #[serde(default)]
    pub reasons: Vec<MatchReason>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    Known(StudentId, MatchedBy),
    New,
    /// Best candidates first.
    Unclear(Vec<ScoredCandidate>),
}

/// Settles who was sent. A number with the same birth date is proof; a name with the same birth
/// date is proof unless the numbers differ or two students answer to it; a number with another
/// birth date is a typing error in one of them, and which one only a person can tell.
pub fn settle(candidates: &[Candidate]) -> Match {
    let by_nsn = candidates.iter().find(|candidate| candidate.same_nsn);
    if let Some(known) = by_nsn.filter(|known| known.same_birth_date) {
        return Match::Known(known.student_id, MatchedBy::Nsn);
    }
    let mut by_name = candidates.iter().filter(|c| c.same_name && c.same_birth_date);
    match (by_nsn, by_name.next(), by_name.next()) {
        (None, None, _) => Match::New,
        (None, Some(only), None) if !only.other_nsn => {
            Match::Known(only.student_id, MatchedBy::NameAndBirthDate)
        }
        _ => Match::Unclear(scored(candidates)),
    }
}

/// Whether a name's key says anything: an empty one would make all nameless children one.
pub fn tells_apart(name_key: &str) -> bool {
    !name_key.is_empty()
}

fn scored(candidates: &[Candidate]) -> Vec<ScoredCandidate> {
    let mut scored: Vec<_> = candidates
        .iter()
        .map(|candidate| ScoredCandidate {
            student_id: candidate.student_id,
            score: score(candidate),
            reasons: reasons(candidate),
        })
        .collect();
    scored.sort_by_key(|candidate| (std::cmp::Reverse(candidate.score), candidate.student_id));
    scored
}

fn reasons(candidate: &Candidate) -> Vec<MatchReason> {
    let Candidate { student_id: _, same_nsn, other_nsn, same_birth_date, same_name } = *candidate;
    let all = [
        (same_nsn, MatchReason::SameNsn),
        (other_nsn, MatchReason::OtherNsn),
        (same_birth_date, MatchReason::SameBirthDate),
        (same_name, MatchReason::SameName),
    ];
    all.into_iter().filter_map(|(holds, reason)| holds.then_some(reason)).collect()
}

fn score(candidate: &Candidate) -> u8 {
    let points = |agrees: bool, points: u8| if agrees { points } else { 0 };
    let agreeing = points(candidate.same_nsn, 50)
        + points(candidate.same_birth_date, 25)
        + points(candidate.same_name, 25);
    agreeing.saturating_sub(points(candidate.other_nsn, 15))
}

#[cfg(test)]
mod tests;
