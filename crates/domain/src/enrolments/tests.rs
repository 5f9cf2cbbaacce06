use chrono::{DateTime, NaiveDate, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::{
    Effect, Said, Statement, StatementFault, Stay, came_to_be_enrolled, check, each_effect,
    effect_of, stays,
};
use crate::attendance::ReportedAt;
use crate::ids::SchoolId;

mod meant;
mod pushed;
mod stage;
mod taken;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn today() -> NaiveDate {
    day("2026-06-30")
}

/// Sent, and received, so many hours into March.
fn reported(hour: i64) -> ReportedAt {
    let at = DateTime::<Utc>::UNIX_EPOCH + chrono::TimeDelta::days(20_513);
    let at = at + chrono::TimeDelta::hours(hour);
    ReportedAt::new(at, at)
}

fn school(n: u128) -> SchoolId {
    SchoolId(Uuid::from_u128(n))
}

fn enrolled(hour: i64, at: u128, first: &str) -> Statement {
    let first_day = (!first.is_empty()).then(|| day(first));
    Statement::new(reported(hour), school(at), Said::Enrolled { first_day, year_level: None })
}

fn left(hour: i64, at: u128, last: &str) -> Statement {
    let (reason, destination) = (Some("transfer".to_owned()), None);
    let said = Said::Left { first_day: None, last_day: day(last), reason, destination };
    Statement::new(reported(hour), school(at), said)
}

fn never(hour: i64, at: u128) -> Statement {
    Statement::new(reported(hour), school(at), Said::NeverEnrolled)
}

/// School, first day, last day of each.
fn shown(stays: &[Stay]) -> Vec<String> {
    let text = |day: Option<NaiveDate>| day.map_or("?".to_owned(), |day| day.to_string());
    let end = |stay: &Stay| stay.last_day.map_or("now".to_owned(), |day| day.to_string());
    let each = stays
        .iter()
        .map(|stay| format!("{} {} {}", stay.school.0.as_u128(), text(stay.first_day), end(stay)));
    each.collect()
}

fn standing(statements: &[Statement]) -> Vec<String> {
    shown(&stays(statements, today()))
}

#[test]
fn a_stay_begins_and_ends_with_what_is_said_of_it() {
    let said = [enrolled(1, 1, "2026-02-03"), left(2, 1, "2026-03-06")];
    assert_eq!(standing(&said), ["1 2026-02-03 2026-03-06"]);
    assert_eq!(stays(&said, today())[0].reason.as_deref(), Some("transfer"));
}

#[test]
fn the_later_sent_corrects() {
    let said = [
        enrolled(1, 1, "2026-02-03"),
        enrolled(2, 1, "2026-02-05"),
        left(3, 1, "2026-03-06"),
        left(4, 1, "2026-03-04"),
    ];
    assert_eq!(standing(&said), ["1 2026-02-05 2026-03-04"]);
}

#[test]
fn the_school_takes_a_leaving_back() {
    let said =
        [enrolled(1, 1, "2026-02-03"), left(2, 1, "2026-03-06"), enrolled(3, 1, "2026-02-03")];
    assert_eq!(standing(&said), ["1 2026-02-03 now"]);
}

#[test]
fn who_comes_back_begins_a_second_stay() {
    let said =
        [enrolled(1, 1, "2026-02-03"), left(2, 1, "2026-03-06"), enrolled(3, 1, "2026-03-09")];
    assert_eq!(standing(&said), ["1 2026-02-03 2026-03-06", "1 2026-03-09 now"]);
}

#[test]
fn of_two_schools_the_later_word_wins_and_the_other_ends_the_day_before() {
    let said = [enrolled(1, 1, "2026-02-03"), enrolled(2, 2, "2026-03-09")];
    assert_eq!(standing(&said), ["1 2026-02-03 2026-03-08", "2 2026-03-09 now"]);
    // Where the first day is not known, as in a referral: the day of the word.
    let said = [enrolled(1, 1, "2026-02-03"), enrolled(2, 2, "")];
    assert_eq!(standing(&said), ["1 2026-02-03 2026-03-01", "2 ? now"]);
}

#[test]
fn a_corrected_first_day_moves_the_end_of_what_it_ended() {
    let said =
        [enrolled(1, 1, "2026-02-03"), enrolled(2, 2, "2026-03-09"), enrolled(3, 2, "2026-03-11")];
    assert_eq!(standing(&said), ["1 2026-02-03 2026-03-10", "2 2026-03-11 now"]);
}

#[test]
fn a_school_that_repeats_its_roll_does_not_get_a_student_back() {
    let mut said = vec![
        enrolled(1, 1, "2026-02-03"),
        enrolled(2, 2, "2026-03-09"),
        enrolled(3, 1, "2026-02-03"),
    ];
    assert_eq!(standing(&said), ["1 2026-02-03 2026-03-08", "2 2026-03-09 now"]);
    assert_eq!(effect_of(&said[2], &said, today()), Effect::Nothing);
    // Its own leaving day is better than the day before; a leaver who is still sent stays one.
    said.extend([left(4, 1, "2026-03-06"), enrolled(5, 1, "2026-02-03")]);
    assert_eq!(standing(&said), ["1 2026-02-03 2026-03-06", "2 2026-03-09 now"]);
    // A new first day is a new word.
    said.push(enrolled(6, 1, "2026-03-20"));
    let back = ["1 2026-02-03 2026-03-06", "2 2026-03-09 2026-03-19", "1 2026-03-20 now"];
    assert_eq!(standing(&said), back);
}

#[test]
fn a_former_school_that_tells_of_its_time_afterwards_ends_nothing() {
    let said =
        [enrolled(1, 2, "2026-02-03"), enrolled(9, 1, "2024-02-01"), left(9, 1, "2025-12-12")];
    assert_eq!(standing(&said), ["2 2026-02-03 now", "1 2024-02-01 2025-12-12"]);
}

#[test]
fn a_leaving_before_the_first_day_contradicts_and_stands_for_nothing() {
    let said = [enrolled(1, 1, "2026-03-02"), left(2, 1, "2026-02-20")];
    assert_eq!(effect_of(&said[1], &said, today()), Effect::Contradicts);
    assert_eq!(standing(&said), ["1 2026-03-02 now"]);
    // Sent before the return, it is of an earlier time there.
    let said = [enrolled(2, 1, "2026-03-02"), left(1, 1, "2026-02-20")];
    assert_eq!(standing(&said), ["1 ? 2026-02-20", "1 2026-03-02 now"]);
}

#[test]
fn who_never_was_there_is_where_they_would_be_without_that_word() {
    let mut said = vec![enrolled(1, 1, "2026-02-03"), enrolled(2, 2, "2026-03-09")];
    assert_eq!(standing(&said), ["1 2026-02-03 2026-03-08", "2 2026-03-09 now"]);
    said.push(never(3, 2));
    assert_eq!(effect_of(&said[2], &said, today()), Effect::Changes);
    assert_eq!(standing(&said), ["1 2026-02-03 now"]);
    // Said again, or of another school, it changes nothing.
    said.extend([never(4, 2), never(5, 3)]);
    assert_eq!(effect_of(&said[3], &said, today()), Effect::Nothing);
    assert_eq!(effect_of(&said[4], &said, today()), Effect::Nothing);
    // What was sent before it and arrives after it was taken back too; what is sent later stands.
    said.push(left(2, 2, "2026-03-20"));
    assert_eq!(standing(&said), ["1 2026-02-03 now"]);
    said.push(enrolled(6, 2, "2026-04-20"));
    assert_eq!(standing(&said), ["1 2026-02-03 2026-04-19", "2 2026-04-20 now"]);
}

#[test]
fn a_student_came_to_be_enrolled_when_somebody_said_so_since_and_was_not_wrong() {
    let since = |hour| reported(hour).received_at();
    let said =
        [enrolled(1, 1, "2026-02-03"), left(5, 1, "2026-02-27"), enrolled(9, 2, "2026-03-01")];
    assert!(came_to_be_enrolled(&said, since(6), today()));
    // Before: enrolled by the first word already; after all of it: nobody has said so again.
    assert!(came_to_be_enrolled(&said, since(1), today()));
    assert!(!came_to_be_enrolled(&said, since(10), today()));
    let taken_back: Vec<Statement> = said.iter().cloned().chain([never(12, 2)]).collect();
    assert!(!came_to_be_enrolled(&taken_back, since(6), today()));
    // A student who left again since had come all the same.
    let gone: Vec<Statement> = said.iter().cloned().chain([left(14, 2, "2026-03-04")]).collect();
    assert!(came_to_be_enrolled(&gone, since(6), today()));
    // Both words in one call: who was there and left had come.
    let at_once = [reported(9), ReportedAt::new(reported(10).sent_at(), reported(9).received_at())];
    let [mut come, mut gone] = [enrolled(9, 2, "2026-03-01"), left(10, 2, "2026-03-01")];
    (come.reported, gone.reported) = (at_once[0], at_once[1]);
    assert!(came_to_be_enrolled(&[come, gone], since(6), today()));
    // Told ahead, it comes with its day.
    let ahead = [enrolled(1, 1, "2026-05-04")];
    assert!(!came_to_be_enrolled(&ahead, since(2), day("2026-05-03")));
    assert!(came_to_be_enrolled(&ahead, since(2), day("2026-05-04")));
}

#[test]
fn a_first_day_ahead_is_called_off() {
    let said = [enrolled(1, 1, "2026-02-03"), enrolled(2, 2, "2026-08-20"), never(3, 2)];
    assert_eq!(shown(&stays(&said, day("2026-08-20"))), ["1 2026-02-03 now"]);
}

#[test]
fn a_first_day_ahead_is_in_force_from_that_day_on() {
    let said = [enrolled(1, 1, "2026-02-03"), enrolled(2, 2, "2026-04-20")];
    assert_eq!(shown(&stays(&said, day("2026-04-19"))), ["1 2026-02-03 now"]);
    let then = ["1 2026-02-03 2026-04-19", "2 2026-04-20 now"];
    assert_eq!(shown(&stays(&said, day("2026-04-20"))), then);
}

#[test]
fn days_that_can_not_be_are_named() {
    let of = |said: &Said| check(said, day("2013-05-06"), day("2026-03-16")).err();
    let from = |first: &str| of(&Said::Enrolled { first_day: Some(day(first)), year_level: None });
    assert_eq!(from("2013-05-06"), None);
    assert_eq!(from("2013-05-05"), Some(StatementFault::BeforeBirth));
    assert_eq!(from("2027-03-17"), None);
    assert_eq!(from("2027-03-18"), Some(StatementFault::TooFarAhead));
    let to = |first: Option<&str>, last: &str| {
        let (first_day, last_day) = (first.map(day), day(last));
        of(&Said::Left { first_day, last_day, reason: None, destination: None })
    };
    assert_eq!(to(None, "2026-03-16"), None);
    assert_eq!(to(None, "2026-03-17"), Some(StatementFault::InTheFuture));
    assert_eq!(to(Some("2026-03-10"), "2026-03-09"), Some(StatementFault::BeforeFirstDay));
}

fn shown_word(statement: &Statement) -> String {
    format!("{statement:?}")
}

/// The first call of it is what the leaving says; what is not said again stays, unless the student
/// left for another reason.
#[test]
fn what_is_not_said_again_of_a_leaving_takes_nothing_away() {
    let left = |hour, last: &str, reason: &str, destination: Option<&str>| {
        let said = Said::Left {
            first_day: None,
            last_day: day(last),
            reason: Some(reason.to_owned()),
            destination: destination.map(str::to_owned),
        };
        Statement { said, ..left(hour, 1, last) }
    };
    let first = [enrolled(1, 1, "2026-02-03"), left(2, "2026-03-02", "transfer", Some("9101"))];
    for (reason, kept) in [("transfer", Some("9101")), ("overseas", None)] {
        let again = left(3, "2026-03-03", reason, None);
        let stands = stays(first.iter().chain([&again]), today());
        assert_eq!(stands[0].last_day, Some(day("2026-03-03")));
        assert_eq!(
            (stands[0].reason.as_deref(), stands[0].destination.as_deref()),
            (Some(reason), kept)
        );
    }
}

fn any_statement() -> impl Strategy<Value = Statement> {
    (0_i64..40, 1_u128..4, 0_u64..60, 0_u8..9).prop_map(|(hour, at, days, kind)| {
        let on = (day("2026-02-01") + chrono::Days::new(days)).to_string();
        match kind {
            0 => never(hour, at),
            1..=4 => left(hour, at, &on),
            _ => enrolled(hour, at, &on),
        }
    })
}

proptest! {
    #[test]
    fn whatever_is_said_in_whatever_order(
        said in prop::collection::vec(any_statement(), 0..12),
        turn in 0_usize..12,
    ) {
        let stands = stays(&said, today());
        let mut turned = said.clone();
        turned.rotate_left(turn % said.len().max(1));
        turned.reverse();
        prop_assert_eq!(&stays(&turned, today()), &stands);
        let twice: Vec<Statement> = said.iter().chain(&said).cloned().collect();
        prop_assert_eq!(shown(&stays(&twice, today())), shown(&stands));
        prop_assert!(stands.iter().filter(|stay| stay.is_open()).count() <= 1);
        for stay in &stands {
            let backwards = stay.first_day.zip(stay.last_day).is_some_and(|(first, last)| last < first);
            prop_assert!(!backwards, "{:?}", stay);
        }
    }

    /// New words are gone through once, and each does what it does among all.
    #[test]
    fn each_new_word_is_judged_in_one_pass(
        known in prop::collection::vec(any_statement(), 0..8),
        new in prop::collection::vec(any_statement(), 0..8),
    ) {
        let new: Vec<Statement> = new.into_iter().filter(|one| !known.contains(one)).collect();
        let all: Vec<Statement> = known.iter().chain(&new).cloned().collect();
        let mut told = Vec::new();
        each_effect(&known, &new, today(), |done| told.push((done.at, done.effect)));
        prop_assert_eq!(told.len(), new.len());
        let mut first = std::collections::HashSet::new();
        for (at, effect) in told {
            if first.insert(shown_word(&new[at])) {
                prop_assert_eq!(effect, effect_of(&new[at], &all, today()));
            }
        }
    }

    /// What a school takes back might as well not have been said.
    #[test]
    fn what_is_taken_back_is_as_if_unsaid(
        said in prop::collection::vec(any_statement(), 0..12),
        by in (0_i64..40, 1_u128..4),
    ) {
        let word = never(by.0, by.1);
        let rest: Vec<Statement> =
            said.iter().filter(|one| one.school != word.school || **one > word).cloned().collect();
        let all: Vec<Statement> = said.into_iter().chain([word]).collect();
        prop_assert_eq!(stays(&all, today()), stays(&rest, today()));
    }

    /// Words of a school and their taking back, in whatever order all of it arrives, leave everything
    /// as if the school had never spoken: what stands, and whether the student came to be enrolled.
    #[test]
    fn words_and_their_taking_back_leave_nothing(
        said in prop::collection::vec(any_statement(), 0..10),
        mistaken in prop::collection::vec((0_i64..40, 0_u64..60, any::<bool>()), 1..5),
        arrival in prop::collection::vec(any::<u32>(), 16),
        since in 0_i64..60,
    ) {
        let on = |days: u64| (day("2026-02-01") + chrono::Days::new(days)).to_string();
        let words = mistaken.into_iter().map(|(hour, days, ends)| {
            if ends { left(hour, 9, &on(days)) } else { enrolled(hour, 9, &on(days)) }
        });
        let mut all: Vec<Statement> = said.iter().cloned().chain(words).chain([never(41, 9)]).collect();
        let keys: Vec<u32> = all.iter().zip(arrival.iter().cycle()).map(|(_, key)| *key).collect();
        let mut order: Vec<usize> = (0..all.len()).collect();
        order.sort_by_key(|at| keys[*at]);
        all = order.into_iter().map(|at| all[at].clone()).collect();
        prop_assert_eq!(stays(&all, today()), stays(&said, today()));
        let since = reported(since).received_at();
        prop_assert_eq!(
            came_to_be_enrolled(&all, since, today()),
            came_to_be_enrolled(&said, since, today())
        );
    }

    /// The last word of all, when it tells of a day beyond all others, stands.
    #[test]
    fn the_latest_enrolment_stands(
        mut said in prop::collection::vec(any_statement(), 0..12),
        at in 1_u128..4,
    ) {
        said.push(enrolled(99, at, "2026-05-01"));
        let stands = stays(&said, today());
        let open: Vec<&Stay> = stands.iter().filter(|stay| stay.is_open()).collect();
        prop_assert_eq!(open.len(), 1);
        prop_assert_eq!((open[0].school, open[0].first_day), (school(at), Some(day("2026-05-01"))));
    }
}
