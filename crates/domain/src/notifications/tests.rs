use chrono::{DateTime, TimeDelta, Utc};

use super::{ChangeAudience, Concerned, MAIL_WORTH_SENDING, next_attempt, next_turn, told};
use crate::ids::UserId;

fn person(n: u128) -> UserId {
    UserId(uuid::Uuid::from_u128(n))
}

fn concerned() -> Concerned {
    Concerned {
        case_manager: Some(person(1)),
        previous_case_manager: Some(person(2)),
        primary_contact: Some(person(3)),
        leads: Vec::new(),
    }
}

#[test]
fn a_change_is_told_to_everyone_concerned_but_the_person_who_made_it() {
    for (by, expected) in [
        (None, vec![person(1), person(2), person(3)]),
        (Some(person(1)), vec![person(2), person(3)]),
        (Some(person(2)), vec![person(1), person(3)]),
        (Some(person(3)), vec![person(1), person(2)]),
        (Some(person(4)), vec![person(1), person(2), person(3)]),
    ] {
        assert_eq!(told(&concerned(), ChangeAudience::Everyone, by), expected, "{by:?}");
    }
}

#[test]
fn the_school_is_told_nothing_of_what_it_does_not_see() {
    assert_eq!(told(&concerned(), ChangeAudience::Provider, None), [person(1), person(2)]);
    let nobody = Concerned { primary_contact: Some(person(3)), ..Concerned::default() };
    assert_eq!(told(&nobody, ChangeAudience::Provider, None), []);
}

#[test]
fn leads_are_told_of_what_waits_for_them_but_not_who_brought_it_about() {
    let waiting = Concerned { leads: vec![person(5), person(1), person(6)], ..concerned() };
    let people = told(&waiting, ChangeAudience::Provider, Some(person(5)));
    assert_eq!(people, [person(1), person(2), person(6)]);
}

#[test]
fn one_person_in_two_places_is_told_once() {
    let same = Concerned { primary_contact: Some(person(1)), ..concerned() };
    assert_eq!(told(&same, ChangeAudience::Everyone, None), [person(1), person(2)]);
}

#[test]
fn waits_between_attempts_double_and_end_within_the_messages_day() {
    let start = DateTime::<Utc>::UNIX_EPOCH;
    let (mut now, mut attempts, mut waits) = (start, 1, Vec::new());
    while let Some(next) = next_attempt(attempts, now) {
        waits.push((next - now).num_minutes());
        (now, attempts) = (next, attempts + 1);
    }
    assert_eq!(waits, [5, 10, 20, 40, 80]);
    assert!(now - start < MAIL_WORTH_SENDING);
    assert_eq!(next_attempt(u16::MAX, start), None);
    assert_eq!(next_attempt(1, start), Some(start + TimeDelta::minutes(5)));
}

#[test]
fn a_person_is_written_to_at_once_and_then_four_times_an_hour() {
    let minute = |minutes| DateTime::<Utc>::UNIX_EPOCH + TimeDelta::minutes(minutes);
    let now = minute(100);
    for (last, tried, turn) in [
        (None, None, None),
        (Some(85), None, None),
        (Some(86), None, Some(101)),
        (Some(100), None, Some(115)),
        (None, Some(103), Some(103)),
        (Some(99), Some(103), Some(114)),
        (Some(10), Some(103), Some(103)),
        // By a clock that was days ahead.
        (Some(9000), None, Some(115)),
    ] {
        let turn_of = next_turn(now, last.map(minute), tried.map(minute));
        assert_eq!(turn_of, turn.map(minute), "{last:?} {tried:?}");
    }
}
