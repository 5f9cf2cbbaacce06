//! The review list: students whom intake could not recognise, and what a person found of them. A
//! review is settled once; what was found wrong later is undone as a merge is.

use crate::matching::ScoredCandidate;

crate::closed_list! {
    /// Status of a match review.
    MatchReviewStatus: "Status of a match review" / "Te tūnga o te arotake tūhono" {
        Open = "open": "Open" / "Kei te tuwhera",
        Settled = "settled": "Settled" / "Kua whakatauria",
    }
    /// The finding of a match review.
    MatchOutcome: "Outcome of a match review" / "Te hua o te arotake tūhono" {
        SameAs = "same_as": "The same student" / "Ko taua ākonga tonu",
        Different = "different": "A different student" / "He ākonga kē",
    }
}

/// What a person found of the student who was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The candidate of this number, counted from 1, is the same student.
    SameAs(u8),
    /// The student is none of the candidates.
    Different,
}

/// Why a review was not settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MatchReviewRefusal {
    #[error("the review is settled already")]
    AlreadySettled,
    #[error("the review has no such candidate within reach")]
    UnknownCandidate,
}

/// The candidate who is found to be the student; none when the student is different from all.
pub fn settle(
    status: MatchReviewStatus,
    candidates: &[ScoredCandidate],
    finding: Finding,
) -> Result<Option<&ScoredCandidate>, MatchReviewRefusal> {
    match (status, finding) {
        (MatchReviewStatus::Settled, _) => Err(MatchReviewRefusal::AlreadySettled),
        (MatchReviewStatus::Open, Finding::Different) => Ok(None),
        (MatchReviewStatus::Open, Finding::SameAs(number)) => {
            let index = usize::from(number).checked_sub(1);
            let chosen = index.and_then(|index| candidates.get(index));
            chosen.map(Some).ok_or(MatchReviewRefusal::UnknownCandidate)
        }
    }
}

impl MatchReviewStatus {
    /// Whether a person is still to look.
    pub fn is_open(self) -> bool {
        match self {
            Self::Open => true,
            Self::Settled => false,
        }
    }
}

impl Finding {
    pub fn outcome(self) -> MatchOutcome {
        match self {
            Self::SameAs(_) => MatchOutcome::SameAs,
            Self::Different => MatchOutcome::Different,
        }
    }

    /// The number of the candidate who was chosen.
    pub fn candidate(self) -> Option<u8> {
        match self {
            Self::SameAs(number) => Some(number),
            Self::Different => None,
        }
    }
}

#[cfg(test)]
mod tests;
