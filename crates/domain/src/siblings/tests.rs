use super::{MOST, Pair, SiblingRefusal, may_declare};
use crate::ids::StudentId;

fn students<const N: usize>() -> [StudentId; N] {
    [(); N].map(|()| StudentId::generate())
}

fn pair(one: StudentId, other: StudentId) -> Pair {
    Pair::of(one, other).unwrap()
}

#[test]
fn a_pair_is_one_whoever_is_named_first() {
    let [a, b] = students();
    assert_eq!(pair(a, b), pair(b, a));
    assert!(pair(a, b).first < pair(a, b).second);
    assert_eq!(Pair::of(a, a), Err(SiblingRefusal::SameStudent));
}

#[test]
fn a_sibling_is_found_through_every_record_of_the_student() {
    let [a, joined_to_a, b, c] = students();
    let records = [a, joined_to_a];
    assert_eq!(pair(a, b).sibling_of(&records), Some(b));
    assert_eq!(pair(b, joined_to_a).sibling_of(&records), Some(b));
    assert_eq!(pair(a, joined_to_a).sibling_of(&records), None, "nobody is their own sibling");
    assert_eq!(pair(b, c).sibling_of(&records), None);
}

#[test]
fn two_students_are_declared_once_and_never_with_themselves() {
    let [a, joined_to_a, b, joined_to_b] = students();
    let (one, other) = ([a, joined_to_a], [b, joined_to_b]);
    assert_eq!(may_declare(&one, &other, (&[], &[])), Ok(()));
    assert_eq!(may_declare(&one, &[b, a], (&[], &[])), Err(SiblingRefusal::SameStudent));
    for declared in [pair(a, b), pair(joined_to_b, a), pair(joined_to_a, joined_to_b)] {
        let there = [declared];
        let again = may_declare(&one, &other, (&there, &there));
        assert_eq!(again, Err(SiblingRefusal::AlreadySiblings));
    }
}

#[test]
fn a_student_has_no_more_siblings_than_there_may_be() {
    let [a, b] = students();
    let pairs = |of: StudentId, count: usize| -> Vec<Pair> {
        (0..count).map(|_| pair(of, StudentId::generate())).collect()
    };
    let (full, almost) = (pairs(a, MOST), pairs(a, MOST - 1));
    assert_eq!(may_declare(&[a], &[b], (&full, &[])), Err(SiblingRefusal::TooMany));
    assert_eq!(may_declare(&[b], &[a], (&[], &full)), Err(SiblingRefusal::TooMany));
    assert_eq!(may_declare(&[a], &[b], (&almost, &[])), Ok(()));
}
