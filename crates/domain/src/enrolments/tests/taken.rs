//! What of a push is taken, and what its sender is told.

use std::collections::BTreeSet;

use super::stage::{Stage, arrival, fault_of, leaving, number, sent};
use super::{day, enrolled, left, school, today};
use crate::enrolments::{
    EnrolmentFault, EnrolmentPlace, EnrolmentPush, EnrolmentReceipt, EnrolmentStatement,
    EnrolmentWarning, NamedStudent, PushedStatement,
};
use crate::ids::StudentId;

#[test]
fn the_number_of_statements_that_the_sender_names_is_the_number_that_is_sent() {
    let stage = Stage::new();
    for (count, faults) in [(None, &[][..]), (Some(3), &[]), (Some(2), &[EnrolmentPlace::Count])] {
        let push = EnrolmentPush { sent_at: None, count, sent: 3, statements: Vec::new() };
        let (_, received) = stage.validator().examine(&push, &[]);
        let found: Vec<EnrolmentPlace> = received.faults.iter().map(|(place, _)| *place).collect();
        assert_eq!(found, faults, "{count:?}");
    }
}

#[test]
fn codes_and_days_are_judged_by_themselves() {
    let mut stage = Stage::new();
    let student = stage.student(&[enrolled(1, 1, "2026-02-03")]);
    let fault = |sent: PushedStatement| fault_of(&stage.examine_one(sent, student).1);
    let reason = PushedStatement {
        leaving_reason: Some("no_reason".to_owned()),
        ..leaving(0, "2026-03-20")
    };
    assert_eq!(fault(reason), Some(EnrolmentFault::UnknownReason));
    let pathway = PushedStatement {
        pathway: Some("no_pathway".to_owned()),
        ..sent(0, EnrolmentStatement::AlternativePathway)
    };
    assert_eq!(fault(pathway), Some(EnrolmentFault::UnknownPathway));
    let code = |sent| fault(sent).map(EnrolmentFault::code);
    assert_eq!(code(leaving(0, "2026-07-01")), Some("in_the_future"));
    assert_eq!(code(arrival(0, "2028-01-31")), Some("too_far_ahead"));
    assert_eq!(code(arrival(0, "2013-08-20")), Some("before_birth"));
    assert_eq!(code(arrival(0, "2013-08-21")), None);
    // Somebody who is new was born when the sender says so.
    let new = |first: &str| fault_of(&stage.examine(vec![(arrival(0, first), Vec::new())]).1);
    assert_eq!(new("2013-08-20").map(EnrolmentFault::code), Some("before_birth"));
    assert_eq!(new("2013-08-21"), None);
}

#[test]
fn of_two_statements_of_one_kind_nobody_can_tell_which_corrects_which() {
    let pathway = |place, code: &str| PushedStatement {
        pathway: Some(code.to_owned()),
        ..sent(place, EnrolmentStatement::AlternativePathway)
    };
    let each = |kind: usize, place: usize| match kind {
        0 => arrival(place, "2026-03-02"),
        1 => leaving(place, "2026-03-20"),
        2 => sent(place, EnrolmentStatement::NeverEnrolled),
        3 => pathway(place, "gateway"),
        _ => pathway(place, "tertiary"),
    };
    let mut stage = Stage::new();
    let said = [enrolled(1, 1, "2026-02-03"), enrolled(2, 2, "2026-02-03")];
    let student = stage.student(&said);
    let other_record = NamedStudent { record: StudentId::generate(), ..student };
    for (first, second) in (0..5).flat_map(|first| (0..5).map(move |second| (first, second))) {
        let faults = |second: PushedStatement, of: NamedStudent| {
            let both = vec![(each(first, 0), vec![student]), (second, vec![of])];
            stage.examine(both).1.faults
        };
        let never = 2;
        let is_repeated = first == second || first == never || second == never;
        let repeated = vec![(EnrolmentPlace::Statement(1), EnrolmentFault::Repeated)];
        let expected = if is_repeated { repeated } else { Vec::new() };
        assert_eq!(faults(each(second, 1), student), expected, "{first} {second}");
        // Of another school, and under another number of the student's.
        let elsewhere = PushedStatement { school_number: number(2), ..each(second, 1) };
        assert_eq!(faults(elsewhere, student), [], "{first} {second}");
        assert_eq!(faults(each(second, 1), other_record), [], "{first} {second}");
    }
    // With a leaving between them two first days are two stays, unless they are one day.
    for (again, faults) in [("2026-04-20", 0), ("2026-03-02", 1)] {
        let days = [arrival(0, "2026-03-02"), leaving(1, "2026-03-20"), arrival(2, again)];
        let (_, received) = stage.examine(days.map(|sent| (sent, vec![student])).into());
        assert_eq!(received.faults.len(), faults, "{again}");
    }
}

/// Changed, without effect, unchanged, unconfirmed.
fn counts(received: &EnrolmentReceipt) -> [usize; 4] {
    [received.changed, received.without_effect, received.unchanged, received.unconfirmed]
}

#[test]
fn a_sender_is_told_what_its_statements_changed() {
    let came = enrolled(1, 1, "2026-02-03");
    for (said, sent, expected) in [
        (vec![came.clone()], arrival(0, "2026-02-10"), [1, 0, 0, 0]),
        (vec![came.clone()], arrival(0, "2026-02-03"), [0, 1, 0, 0]),
        // Word for word, sent at the same instant.
        (vec![enrolled(10, 1, "2026-02-03")], arrival(0, "2026-02-03"), [0, 0, 1, 0]),
        // A later word is on record: what it leaves of an earlier one counts.
        (vec![came.clone(), left(20, 1, "2026-03-06")], leaving(0, "2026-03-04"), [0, 1, 0, 0]),
        (vec![came, enrolled(20, 2, "2026-03-09")], leaving(0, "2026-03-06"), [1, 0, 0, 0]),
    ] {
        let mut stage = Stage::new();
        let student = stage.student(&said);
        let (taken, received) = stage.examine_one(sent, student);
        assert_eq!(counts(&received), expected, "{said:?}");
        let is_news = expected[2] == 0;
        assert_eq!(taken.statements.len(), usize::from(is_news), "{said:?}");
        assert_eq!(taken.concerned.students.contains(&student.id), is_news, "{said:?}");
        assert_eq!(taken.schools, BTreeSet::from([school(1)]));
    }
}

#[test]
fn what_the_register_says_again_concerns_the_student_all_the_same() {
    let mut stage = Stage::register();
    let student = stage.student(&[enrolled(10, 1, "2026-02-03")]);
    let (taken, received) = stage.examine_one(arrival(0, "2026-02-03"), student);
    assert_eq!(counts(&received), [0, 0, 1, 0]);
    assert_eq!((taken.statements.len(), taken.concerned.students.len()), (0, 1));
    assert_eq!(taken.concerned.arrived, BTreeSet::from([(student.id, school(1))]));
    // Under another number of the student's it is not on record.
    let other_record = NamedStudent { record: StudentId::generate(), ..student };
    let (taken, received) = stage.examine_one(arrival(0, "2026-02-03"), other_record);
    assert_eq!(counts(&received), [0, 1, 0, 0]);
    let records: Vec<StudentId> = taken.statements.iter().map(|one| one.record).collect();
    assert_eq!(records, [other_record.record]);
}

#[test]
fn of_a_student_of_whom_the_school_may_not_know_nothing_is_told() {
    let mut stage = Stage::new();
    let student = stage.student(&[enrolled(1, 1, "2026-02-03")]);
    let new = PushedStatement { school_number: number(2), ..arrival(1, "2026-03-09") };
    let both = vec![(arrival(0, "2026-02-10"), vec![student]), (new, vec![student])];
    let (taken, received) = stage.examine(both);
    assert_eq!(counts(&received), [1, 0, 0, 1]);
    assert_eq!((received.faults, received.warnings), (Vec::new(), Vec::new()));
    assert_eq!(taken.statements.len(), 2);
    let arrived = [(student.id, school(1)), (student.id, school(2))];
    assert_eq!(taken.concerned.arrived, BTreeSet::from(arrived));
    assert_eq!(taken.schools, BTreeSet::from([school(1), school(2)]));
}

#[test]
fn a_first_day_that_has_not_come_is_kept_for_its_day() {
    let mut stage = Stage::new();
    let student = stage.student(&[enrolled(1, 1, "2025-02-03"), left(2, 1, "2025-12-12")]);
    for (first_day, is_ahead) in [("2026-06-30", false), ("2026-07-01", true)] {
        let (taken, received) = stage.examine_one(arrival(4, first_day), student);
        let warned = received
            .warnings
            .contains(&(EnrolmentPlace::Statement(4), EnrolmentWarning::StartsAhead));
        let days: Vec<_> = taken.days_ahead(today()).collect();
        assert_eq!((warned, days.len()), (is_ahead, usize::from(is_ahead)), "{first_day}");
        assert!(days.iter().all(|found| *found == (student.record, day(first_day))));
    }
}

#[test]
fn the_school_that_loses_a_student_is_named_to_those_who_may_act_for_it() {
    let at = |school: u128| {
        [enrolled(1, 1, "2025-02-03"), left(2, 1, "2025-12-12"), enrolled(3, school, "2026-02-03")]
    };
    for (elsewhere, is_register, told) in
        [(2_u8, false, true), (3, false, false), (2, true, true), (3, true, true)]
    {
        let mut stage = if is_register { Stage::register() } else { Stage::new() };
        let student = stage.student(&at(elsewhere.into()));
        let (_, received) = stage.examine_one(arrival(0, "2026-03-02"), student);
        let named = told.then_some(number(elsewhere));
        let warning = (EnrolmentPlace::Statement(0), EnrolmentWarning::EndedElsewhere(named));
        assert_eq!(received.warnings, [warning], "{elsewhere} {is_register}");
    }
}

#[test]
fn a_sender_is_told_of_days_at_two_schools_and_of_a_leaving_before_the_first_day() {
    let mut stage = Stage::new();
    let twice = stage.student(&[
        enrolled(1, 3, "2026-01-29"),
        left(2, 3, "2026-03-20"),
        enrolled(3, 1, "2026-04-20"),
    ]);
    let late = stage.student(&[enrolled(1, 1, "2026-03-02")]);
    let by_id = |sent: PushedStatement, student: NamedStudent| {
        (PushedStatement { nsn: None, student_id: Some(student.id), ..sent }, vec![student])
    };
    // In whatever order the students come, the warnings have that of the push.
    let sent = vec![
        by_id(leaving(0, "2026-02-20"), late),
        by_id(arrival(1, "2026-03-10"), twice),
        by_id(arrival(2, "2026-03-02"), late),
    ];
    let (taken, received) = stage.examine(sent);
    let expected = [
        (EnrolmentPlace::Statement(0), EnrolmentWarning::BeforeFirstDay),
        (EnrolmentPlace::Statement(1), EnrolmentWarning::Overlaps),
    ];
    assert_eq!(received.warnings, expected);
    // A leaving that contradicts is kept: a word that was sent before it may still come.
    assert_eq!((taken.statements.len(), counts(&received)), (3, [1, 2, 0, 0]));
}
