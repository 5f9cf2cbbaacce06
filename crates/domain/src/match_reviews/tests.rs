use super::{Finding, MatchReviewRefusal, MatchReviewStatus, settle};
use crate::ids::StudentId;
use crate::matching::ScoredCandidate;

fn two() -> [ScoredCandidate; 2] {
    [75, 35].map(|score| ScoredCandidate {
        student_id: StudentId::generate(),
        score,
        reasons: Vec::new(),
        doubts: Vec::new(),
    })
}

#[test]
fn candidates_are_counted_from_one() {
    let two = two();
    for (number, chosen) in [(1, Ok(Some(&two[0]))), (2, Ok(Some(&two[1])))] {
        assert_eq!(settle(MatchReviewStatus::Open, &two, Finding::SameAs(number)), chosen);
    }
    for number in [0, 3, u8::MAX] {
        let refused = settle(MatchReviewStatus::Open, &two, Finding::SameAs(number));
        assert_eq!(refused, Err(MatchReviewRefusal::UnknownCandidate), "{number}");
    }
    assert_eq!(settle(MatchReviewStatus::Open, &two, Finding::Different), Ok(None));
}

#[test]
fn a_review_is_settled_once() {
    assert!(MatchReviewStatus::Open.is_open());
    assert!(!MatchReviewStatus::Settled.is_open());
    let two = two();
    for finding in [Finding::SameAs(1), Finding::SameAs(9), Finding::Different] {
        let again = settle(MatchReviewStatus::Settled, &two, finding);
        assert_eq!(again, Err(MatchReviewRefusal::AlreadySettled), "{finding:?}");
    }
}
