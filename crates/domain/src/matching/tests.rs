use super::{Candidate, Match, MatchReason, MatchedBy, settle};
use crate::ids::StudentId;

fn candidate(same_nsn: bool, other_nsn: bool, same_birth_date: bool, same_name: bool) -> Candidate {
    let student_id = StudentId::generate();
    Candidate { student_id, same_nsn, other_nsn, same_birth_date, same_name }
}

#[test]
fn nobody_like_it_makes_a_new_student() {
    assert_eq!(settle(&[]), Match::New);
}

#[test]
fn the_number_with_its_birth_date_is_proof_whatever_the_name() {
    let known = candidate(true, false, true, false);
    let namesake = candidate(false, false, true, true);
    let settled = settle(&[namesake, known]);
    assert_eq!(settled, Match::Known(known.student_id, MatchedBy::Nsn));
}

#[test]
fn a_name_with_its_birth_date_is_proof_when_it_is_the_only_one() {
    let known = candidate(false, false, true, true);
    assert_eq!(settle(&[known]), Match::Known(known.student_id, MatchedBy::NameAndBirthDate));
}

#[test]
fn what_speaks_against_it_goes_to_a_person() {
    let number_of_another_birth_date = candidate(true, false, false, true);
    let namesake_of_another_number = candidate(false, true, true, true);
    let twins = [candidate(false, false, true, true), candidate(false, false, true, true)];
    for unclear in [
        vec![number_of_another_birth_date],
        vec![namesake_of_another_number],
        twins.to_vec(),
        vec![number_of_another_birth_date, twins[0]],
    ] {
        assert!(matches!(settle(&unclear), Match::Unclear(_)), "{unclear:?}");
    }
}

#[test]
fn the_review_list_shows_the_likeliest_first() {
    let typing_error = candidate(true, false, false, true);
    let namesake = candidate(false, true, true, true);
    let Match::Unclear(scored) = settle(&[namesake, typing_error]) else { panic!("unclear") };
    let scores: Vec<u8> = scored.iter().map(|candidate| candidate.score).collect();
    assert_eq!(scores, [75, 35]);
    assert_eq!(scored[0].student_id, typing_error.student_id);
    assert_eq!(scored[0].reasons, [MatchReason::SameNsn, MatchReason::SameName]);
    let namesakes = [MatchReason::OtherNsn, MatchReason::SameBirthDate, MatchReason::SameName];
    assert_eq!(scored[1].reasons, namesakes);
}
