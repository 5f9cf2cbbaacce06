//! Judging what a school's system sends at once: every day and every term's totals by itself, so that
//! one that can not be taken stops no other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use super::push::{
    AttendanceFault, AttendancePlace, AttendancePush, AttendanceReceipt, AttendanceWarning,
    PushedDay, PushedStudent, PushedTerm,
};
use super::{
    CodeBook, DayRecord, EnrolmentPeriod, HalfDayCounts, IntakeFacts, MonthDays, NamedPeriods,
    OpenDays, ReadDay, ReportedAt, TermSoFar,
};
use crate::ids::StudentId;
use crate::matching::Placeholders;
use crate::students::Births;
use crate::terms::{TermKey, school_half_days_until};

/// A student who is or was at the school, or of whom the school said so, under one of the names
/// that the student goes by.
#[derive(Clone, Debug)]
pub struct EnrolledStudent {
    pub id: StudentId,
    /// The record that the name is of. Of two that are joined it is what was named, so that what
    /// is sent under either number is still its own when they are parted.
    pub record: StudentId,
    pub births: Births,
    /// The student's times at this school, as they stand.
    pub periods: Vec<EnrolmentPeriod>,
}

/// What a push is judged by.
#[derive(Clone, Copy, Debug)]
pub struct AttendanceValidator<'a> {
    pub book: &'a CodeBook,
    pub placeholders: &'a Placeholders,
    /// The days on which the school was open.
    pub open: OpenDays<'a>,
    pub today: NaiveDate,
    pub reported: ReportedAt,
}

/// What of a push is to be kept.
#[derive(Clone, Debug, Default)]
pub struct TakenAttendance {
    /// By the record that was named and the first day of the month: what is sent under each of two
    /// numbers stays its own, also while both are one student's.
    pub days: BTreeMap<(StudentId, NaiveDate), Vec<(NaiveDate, DayRecord)>>,
    /// By the record that was named.
    pub terms: Vec<(StudentId, TermKey, HalfDayCounts)>,
    /// Everybody whom the push named, also those of whom nothing was taken.
    pub students: BTreeSet<StudentId>,
}

impl AttendanceValidator<'_> {
    /// What of a push is to be kept, and what its sender is told. `enrolled` has, in the order of the
    /// push, whom each of its students means.
    pub fn examine(
        &self,
        push: &AttendancePush,
        enrolled: &[Option<EnrolledStudent>],
    ) -> (TakenAttendance, AttendanceReceipt) {
        let mut examination = AttendanceExamination::of(self);
        if push.count.is_some_and(|count| count != push.sent) {
            examination.received.fault(AttendancePlace::Count, AttendanceFault::CountDiffers);
        }
        for (sent, found) in push.students.iter().zip(enrolled) {
            match self.who(sent, found.as_ref()) {
                Ok(student) => examination.student(sent, student),
                Err(fault) => {
                    examination.received.fault(AttendancePlace::Student(sent.place), fault)
                }
            }
        }
        (examination.taken, examination.received)
    }

    /// Who is meant; a number without a student of the school and one of a student elsewhere are not
    /// told apart.
    fn who<'e>(
        &self,
        sent: &PushedStudent,
        found: Option<&'e EnrolledStudent>,
    ) -> Result<&'e EnrolledStudent, AttendanceFault> {
        if sent.nsn.is_some() == sent.student_id.is_some() {
            return Err(AttendanceFault::NotNamedOnce);
        }
        if sent.nsn.as_deref().is_some_and(|number| self.placeholders.is_nsn(number)) {
            return Err(AttendanceFault::PlaceholderNsn);
        }
        let student = found.ok_or(AttendanceFault::UnknownStudent)?;
        match sent.birth_date {
            Some(date) if !student.births.include(date) => Err(AttendanceFault::BirthDateDiffers),
            Some(_) | None => Ok(student),
        }
    }

    fn facts<'e>(&'e self, student: &'e EnrolledStudent) -> IntakeFacts<'e> {
        IntakeFacts {
            birth_date: student.births.of_record,
            enrolments: &student.periods,
            today: self.today,
            book: self.book,
        }
    }
}

/// A push while it is gone through.
struct AttendanceExamination<'a> {
    validator: &'a AttendanceValidator<'a>,
    /// Named twice by one number, a student still has each day once.
    named: HashMap<StudentId, NamedPeriods>,
    /// What this call says of each student's days and terms, under whichever number.
    said: HashMap<(StudentId, NaiveDate), DayRecord>,
    said_of_terms: HashMap<(StudentId, TermKey), HalfDayCounts>,
    taken: TakenAttendance,
    received: AttendanceReceipt,
}

impl<'a> AttendanceExamination<'a> {
    fn of(validator: &'a AttendanceValidator<'a>) -> Self {
        Self {
            validator,
            named: HashMap::new(),
            said: HashMap::new(),
            said_of_terms: HashMap::new(),
            taken: TakenAttendance::default(),
            received: AttendanceReceipt::default(),
        }
    }

    fn student(&mut self, sent: &PushedStudent, student: &EnrolledStudent) {
        self.taken.students.insert(student.id);
        for day in &sent.days {
            self.day(AttendancePlace::Day(sent.place, day.place), student, day);
        }
        for term in &sent.terms {
            self.term(AttendancePlace::Term(sent.place, term.place), student, term);
        }
    }

    fn day(&mut self, place: AttendancePlace, student: &EnrolledStudent, sent: &PushedDay) {
        let facts = self.validator.facts(student);
        let named = self.named.entry(student.record).or_default();
        let possible = sent.half_days.and_then(|sent| sent.possible);
        match facts.take_day(sent.date, &sent.form(), possible, named) {
            Ok(read) => self.take_day(place, student, sent.date, read),
            Err(fault) => self.received.fault(place, fault),
        }
    }

    fn take_day(
        &mut self,
        place: AttendancePlace,
        student: &EnrolledStudent,
        date: NaiveDate,
        read: ReadDay,
    ) {
        let ReadDay { half_days, codes, unknown_codes, unclassified_codes } = read;
        let record = DayRecord { reported: self.validator.reported, half_days, codes };
        let first = self.said.entry((student.id, date)).or_insert_with(|| record.clone());
        let differs = (*first != record).then_some(AttendanceWarning::OtherNumberDiffers);
        let closed = self.validator.open.term_on(date).is_none();
        let elsewhere = !self.validator.facts(student).is_enrolled(date, date);
        let unknown = unknown_codes.into_iter().map(AttendanceWarning::UnknownCode);
        let told = unknown
            .chain(unclassified_codes.into_iter().map(AttendanceWarning::Unclassified))
            .chain(closed.then_some(AttendanceWarning::ClosedDay))
            .chain(elsewhere.then_some(AttendanceWarning::NotEnrolled))
            .chain(differs);
        told.for_each(|warning| self.received.warn(place, warning));
        let month = MonthDays::of(date).first_day();
        self.taken.days.entry((student.record, month)).or_default().push((date, record));
    }

    fn term(&mut self, place: AttendancePlace, student: &EnrolledStudent, sent: &PushedTerm) {
        let OpenDays { terms, calendar, region } = self.validator.open;
        let known = terms.get(sent.term);
        let days = known.map(|term| (term.starts_on, term.ends_on));
        let half_days_so_far = known
            .map_or(0, |term| school_half_days_until(term, self.validator.today, calendar, region));
        let known = TermSoFar { days, half_days_so_far };
        let facts = self.validator.facts(student);
        let named = self.named.entry(student.record).or_default();
        let (counts, possible) = (sent.half_days.counts, sent.half_days.possible);
        if let Err(fault) = facts.take_term(sent.term, known, counts, possible, named) {
            self.received.fault(place, fault);
            return;
        }
        let elsewhere = days.is_some_and(|(first, last)| !facts.is_enrolled(first, last));
        let first = self.said_of_terms.entry((student.id, sent.term)).or_insert(counts);
        let differs = (*first != counts).then_some(AttendanceWarning::OtherNumberDiffers);
        let elsewhere = elsewhere.then_some(AttendanceWarning::NotEnrolled);
        let told = elsewhere.into_iter().chain(differs);
        told.for_each(|warning| self.received.warn(place, warning));
        self.received.terms += 1;
        self.taken.terms.push((student.record, sent.term, counts));
    }
}
