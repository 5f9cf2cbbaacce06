//! A push whole: whom it means, what is taken of it, and what its sender is told.

use super::counted_days::{CONTRACT, key, terms_2026};
use super::{book, counts, date, enrolled, instant};
use crate::attendance::{
    AttendanceFault, AttendancePlace, AttendancePush, AttendanceReceipt, AttendanceValidator,
    AttendanceWarning, EnrolledStudent, IntakeFault, OpenDays, PushedDay, PushedStudent,
    PushedTerm, ReportedAt, SentCounts, TakenAttendance,
};
use crate::ids::StudentId;
use crate::matching::Placeholders;
use crate::students::Births;

const NUMBER: &str = "123456789";

fn student() -> EnrolledStudent {
    let id = StudentId::generate();
    EnrolledStudent {
        id,
        record: id,
        births: Births { of_record: date("2013-08-21"), of_file: date("2013-08-12") },
        periods: vec![enrolled(1, Some("2026-02-03"), Some("2026-03-20"))],
    }
}

fn sent_day(place: usize, day: &str, present: u32) -> PushedDay {
    let half_days = SentCounts { counts: counts(present, 0, 0, 0), possible: None };
    PushedDay {
        place,
        date: date(day),
        half_days: Some(half_days),
        morning: None,
        afternoon: None,
        codes: None,
        categories: None,
    }
}

fn sent(place: usize, days: Vec<PushedDay>) -> PushedStudent {
    PushedStudent {
        place,
        nsn: Some(NUMBER.to_owned()),
        student_id: None,
        birth_date: None,
        days,
        terms: Vec::new(),
    }
}

/// Judges a push on 10 March.
fn examine(
    students: Vec<PushedStudent>,
    enrolled: &[Option<EnrolledStudent>],
) -> (TakenAttendance, AttendanceReceipt) {
    let (terms, placeholders, book) = (terms_2026(), Placeholders::default(), book());
    let validator = AttendanceValidator {
        book: &book,
        placeholders: &placeholders,
        open: OpenDays { terms: &terms, calendar: &CONTRACT, region: None },
        today: date("2026-03-10"),
        reported: ReportedAt::new(instant(0), instant(0)),
    };
    let sent = students.len();
    let push = AttendancePush { school_number: 9001, sent_at: None, count: None, sent, students };
    validator.examine(&push, enrolled)
}

#[test]
fn a_student_is_named_once_known_to_the_school_and_born_when_the_sender_says() {
    let here = student();
    let day = || vec![sent_day(0, "2026-03-02", 2)];
    let twice = PushedStudent { student_id: Some(here.id), ..sent(0, day()) };
    let by_nothing = PushedStudent { nsn: None, ..sent(1, day()) };
    let born = |place, text| PushedStudent { birth_date: Some(date(text)), ..sent(place, day()) };
    let students = vec![
        twice,
        by_nothing,
        sent(2, day()),
        born(3, "2013-08-22"),
        // As the file says that the record is read in.
        born(4, "2013-08-12"),
    ];
    let found =
        [Some(&here), None, None, Some(&here), Some(&here)].map(Option::<&EnrolledStudent>::cloned);
    let (taken, received) = examine(students, &found);
    let expected = [
        (AttendancePlace::Student(0), AttendanceFault::NotNamedOnce),
        (AttendancePlace::Student(1), AttendanceFault::NotNamedOnce),
        (AttendancePlace::Student(2), AttendanceFault::UnknownStudent),
        (AttendancePlace::Student(3), AttendanceFault::BirthDateDiffers),
    ];
    assert_eq!(received.faults, expected);
    assert_eq!(taken.students.into_iter().collect::<Vec<_>>(), [here.id]);
    assert_eq!(taken.days.len(), 1);
}

#[test]
fn a_day_that_can_not_be_taken_stops_no_other() {
    let here = student();
    let days = vec![
        sent_day(0, "2026-03-02", 2),
        sent_day(1, "2026-03-11", 2),
        sent_day(2, "2026-03-02", 1),
        sent_day(3, "2026-02-27", 2),
    ];
    let (taken, received) = examine(vec![sent(7, days)], &[Some(here.clone())]);
    let expected = [
        (AttendancePlace::Day(7, 1), AttendanceFault::Intake(IntakeFault::InTheFuture)),
        (AttendancePlace::Day(7, 2), AttendanceFault::Intake(IntakeFault::Repeated)),
    ];
    assert_eq!(received.faults, expected);
    let months: Vec<_> = taken.days.iter().map(|(key, days)| (*key, days.len())).collect();
    let (february, march) = (date("2026-02-01"), date("2026-03-01"));
    assert_eq!(months, [((here.record, february), 1), ((here.record, march), 1)]);
}

#[test]
fn a_day_on_which_the_school_was_closed_or_the_student_elsewhere_is_taken_and_told() {
    let days = vec![sent_day(0, "2026-03-01", 2), sent_day(1, "2026-02-02", 2)];
    let (taken, received) = examine(vec![sent(0, days)], &[Some(student())]);
    // A Sunday; and the day before the student came.
    let expected = [
        (AttendancePlace::Day(0, 0), AttendanceWarning::ClosedDay),
        (AttendancePlace::Day(0, 1), AttendanceWarning::NotEnrolled),
    ];
    assert_eq!(received.warnings, expected);
    assert_eq!((taken.days.len(), received.faults.len()), (2, 0));
}

#[test]
fn two_numbers_of_one_student_each_keep_their_own_and_are_told_where_they_differ() {
    let first = student();
    let second = EnrolledStudent { record: StudentId::generate(), ..first.clone() };
    let students = vec![
        sent(0, vec![sent_day(0, "2026-03-02", 2), sent_day(1, "2026-03-03", 2)]),
        sent(1, vec![sent_day(0, "2026-03-02", 1), sent_day(1, "2026-03-03", 2)]),
    ];
    let (taken, received) = examine(students, &[Some(first.clone()), Some(second.clone())]);
    assert_eq!(received.faults, []);
    assert_eq!(
        received.warnings,
        [(AttendancePlace::Day(1, 0), AttendanceWarning::OtherNumberDiffers)]
    );
    let records: Vec<StudentId> = taken.days.keys().map(|(record, _)| *record).collect();
    assert!(records.contains(&first.record) && records.contains(&second.record));
    assert_eq!(taken.students.len(), 1);
}

#[test]
fn a_terms_totals_are_taken_once_and_told_where_the_student_was_elsewhere() {
    let term = |place, text, present| PushedTerm {
        place,
        term: key(text),
        half_days: SentCounts { counts: counts(present, 0, 0, 0), possible: None },
    };
    let terms = vec![term(0, "2026-1", 4), term(1, "2026-1", 4), term(2, "2026-2", 4)];
    let students = vec![PushedStudent { terms, ..sent(0, Vec::new()) }];
    let (taken, received) = examine(students.clone(), &[Some(student())]);
    let expected = [
        (AttendancePlace::Term(0, 1), AttendanceFault::Intake(IntakeFault::Repeated)),
        (AttendancePlace::Term(0, 2), AttendanceFault::Intake(IntakeFault::InTheFuture)),
    ];
    assert_eq!(received.faults, expected);
    assert_eq!((received.terms, taken.terms.len()), (1, 1));
    assert_eq!(received.warnings, []);
    let never = EnrolledStudent { periods: Vec::new(), ..student() };
    let (_, received) = examine(students, &[Some(never)]);
    assert_eq!(received.warnings, [(AttendancePlace::Term(0, 0), AttendanceWarning::NotEnrolled)]);
}

#[test]
fn the_number_of_students_that_the_sender_names_is_the_number_that_is_sent() {
    let (terms, placeholders, book) = (terms_2026(), Placeholders::default(), book());
    let validator = AttendanceValidator {
        book: &book,
        placeholders: &placeholders,
        open: OpenDays { terms: &terms, calendar: &CONTRACT, region: None },
        today: date("2026-03-10"),
        reported: ReportedAt::new(instant(0), instant(0)),
    };
    for (count, faults) in [(None, 0), (Some(3), 0), (Some(2), 1)] {
        let students = Vec::new();
        let push = AttendancePush { school_number: 9001, sent_at: None, count, sent: 3, students };
        assert_eq!(validator.examine(&push, &[]).1.faults.len(), faults, "{count:?}");
    }
}
