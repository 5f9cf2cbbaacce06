//! Whom a statement means, and which schools its sender may speak for.

use super::stage::{
    BORN, BORN_BY_FILE, BORN_OTHERWISE, NUMBER, PLACEHOLDER, Stage, arrival, fault_of, number, sent,
};
use super::{day, enrolled, school};
use crate::enrolments::{EnrolmentFault, EnrolmentStatement, PushedSchool, PushedStatement};
use crate::ids::StudentId;

/// How a statement names a student.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Naming {
    Nothing,
    Both,
    Number,
    Placeholder,
    NoNumber,
    Id,
}

/// Whom the name means.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Meant {
    Nobody,
    OfThisSchool,
    OfAnother,
}

/// What comes of a statement: a fault, or how many are taken, unconfirmed and guessed.
type Outcome = Result<(usize, usize, u32), EnrolmentFault>;

fn outcome(
    naming: Naming,
    meant: Meant,
    statement: &PushedStatement,
    is_register: bool,
) -> Outcome {
    let birth_date = statement.birth_date;
    let agrees = birth_date.is_some_and(|date| [day(BORN), day(BORN_BY_FILE)].contains(&date));
    match (naming, meant) {
        (Naming::Nothing | Naming::Both, _) => Err(EnrolmentFault::NotNamedOnce),
        (Naming::Placeholder, _) => Err(EnrolmentFault::PlaceholderNsn),
        (Naming::NoNumber, _) => Err(EnrolmentFault::UnknownStudent),
        (Naming::Number | Naming::Id, Meant::OfThisSchool) if birth_date.is_none() || agrees => {
            Ok((1, 0, 0))
        }
        (Naming::Number | Naming::Id, Meant::OfAnother)
            if is_register && (birth_date.is_none() || agrees) =>
        {
            Ok((1, 0, 0))
        }
        (Naming::Number | Naming::Id, Meant::OfThisSchool) => Err(EnrolmentFault::BirthDateDiffers),
        (Naming::Number | Naming::Id, Meant::OfAnother) if is_register => {
            Err(EnrolmentFault::BirthDateDiffers)
        }
        // A school tells that somebody is new.
        (Naming::Number, Meant::Nobody | Meant::OfAnother)
            if birth_date.is_some()
                && statement.kind == EnrolmentStatement::Enrolled
                && !is_register =>
        {
            match (meant, agrees) {
                (Meant::OfAnother, true) => Ok((1, 1, 0)),
                (Meant::OfAnother, false) => Ok((0, 1, 1)),
                (Meant::Nobody | Meant::OfThisSchool, _) => Ok((0, 1, 0)),
            }
        }
        (Naming::Number | Naming::Id, Meant::Nobody | Meant::OfAnother) => {
            Err(EnrolmentFault::UnknownStudent)
        }
    }
}

/// Judges one statement; answers what came of it.
fn judged(naming: Naming, meant: Meant, sent: PushedStatement, is_register: bool) -> Outcome {
    let mut stage = if is_register { Stage::register() } else { Stage::new() };
    let student = stage.student(&match meant {
        Meant::Nobody => Vec::new(),
        Meant::OfThisSchool => vec![enrolled(1, 1, "2026-02-03")],
        Meant::OfAnother => vec![enrolled(1, 3, "2026-02-03")],
    });
    let (nsn, student_id) = match naming {
        Naming::Nothing => (None, None),
        Naming::Both => (Some(NUMBER), Some(student.id)),
        Naming::Number => (Some(NUMBER), None),
        Naming::Placeholder => (Some(PLACEHOLDER), None),
        Naming::NoNumber => (Some("ABC"), None),
        Naming::Id => (None, Some(student.id)),
    };
    let sent = PushedStatement { nsn: nsn.map(str::to_owned), student_id, ..sent };
    let found = if meant == Meant::Nobody { Vec::new() } else { vec![student] };
    let (taken, received) = stage.examine(vec![(sent, found)]);
    match fault_of(&received) {
        Some(fault) => {
            assert_eq!((taken.statements.len(), taken.guesses), (0, 0));
            Err(fault)
        }
        None => Ok((taken.statements.len(), received.unconfirmed, taken.guesses)),
    }
}

#[test]
fn a_statement_means_a_student_of_whom_its_sender_may_know() {
    let names = [
        Naming::Nothing,
        Naming::Both,
        Naming::Number,
        Naming::Placeholder,
        Naming::NoNumber,
        Naming::Id,
    ];
    let births = [None, Some(BORN), Some(BORN_BY_FILE), Some(BORN_OTHERWISE)];
    let mut cases = 0;
    for naming in names {
        for meant in [Meant::Nobody, Meant::OfThisSchool, Meant::OfAnother] {
            // What is no number means nobody.
            if naming == Naming::NoNumber && meant != Meant::Nobody {
                continue;
            }
            for (birth_date, kind) in births
                .iter()
                .flat_map(|born| EnrolmentStatement::ALL.iter().map(move |kind| (*born, *kind)))
            {
                for is_register in [false, true] {
                    let statement =
                        PushedStatement { birth_date: birth_date.map(day), ..sent(0, kind) };
                    let expected = outcome(naming, meant, &statement, is_register);
                    let told = judged(naming, meant, statement, is_register);
                    let case = (naming, meant, birth_date, kind, is_register);
                    assert_eq!(told, expected, "{case:?}");
                    cases += 1;
                }
            }
        }
    }
    assert_eq!(cases, (6 * 3 - 2) * 4 * 4 * 2);
}

#[test]
fn of_several_who_have_or_had_a_number_the_one_of_the_school_is_meant() {
    for is_register in [false, true] {
        let mut stage = if is_register { Stage::register() } else { Stage::new() };
        let elsewhere = stage.student(&[enrolled(1, 3, "2026-02-03")]);
        let own = stage.student(&[enrolled(1, 1, "2026-02-03")]);
        let named = vec![elsewhere, own];
        let (taken, _) = stage.examine(vec![(arrival(0, "2026-03-02"), named)]);
        let students: Vec<StudentId> = taken.statements.iter().map(|one| one.student).collect();
        assert_eq!(students, [own.id]);
    }
}

#[test]
fn a_school_is_known_by_its_number_and_is_one_that_the_sender_acts_for() {
    let stage = Stage::new();
    let at = |school_number| {
        // Nobody learns of a student at a school that they do not act for.
        let sent = PushedStatement { school_number, ..arrival(0, "2026-03-02") };
        fault_of(&stage.examine(vec![(sent, Vec::new())]).1)
    };
    assert_eq!(at(9999), Some(EnrolmentFault::UnknownSchool));
    assert_eq!(at(number(3)), Some(EnrolmentFault::SchoolOutOfReach));
    assert_eq!(at(number(2)), None);
}

#[test]
fn a_push_for_schools_that_are_all_out_of_reach_is_refused() {
    for (reached, refused) in
        [(&[][..], false), (&[false], true), (&[false, false], true), (&[true, false], false)]
    {
        let each = reached.iter().zip(1_u8..);
        let pushed = |(reached, at): (&bool, u8)| {
            (number(at), PushedSchool { id: school(at.into()), reached: *reached })
        };
        let stage = Stage { schools: each.map(pushed).collect(), ..Stage::new() };
        assert_eq!(stage.validator().is_out_of_reach(), refused, "{reached:?}");
    }
}
