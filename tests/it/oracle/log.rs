//! What happened, and since when it is on record: all that the oracle knows of a world. A fact is
//! only ever added, or ended by an instant.

use chrono::{DateTime, NaiveDate, Utc};

use super::almanac::School;

pub type Instant = DateTime<Utc>;

/// A value that is replaced now and then, with every value that it had.
#[derive(Clone, Debug)]
pub struct Past<T>(Vec<(Instant, T)>);

impl<T: Clone> Past<T> {
    pub fn new(since: Instant, value: T) -> Self {
        Self(vec![(since, value)])
    }

    pub fn set(&mut self, since: Instant, value: T) {
        self.0.push((since, value));
    }

    pub fn now(&self) -> &T {
        &self.0.last().expect("a value").1
    }

    /// As it was on record at an instant.
    pub fn at(&self, instant: Instant) -> Option<&T> {
        self.0.iter().rev().find(|(since, _)| *since <= instant).map(|(_, value)| value)
    }
}

/// Something on record from one instant on, and perhaps not any more from another.
#[derive(Clone, Debug)]
pub struct Fact<T> {
    pub from: Instant,
    pub until: Option<Instant>,
    pub what: T,
}

impl<T> Fact<T> {
    pub fn new(from: Instant, what: T) -> Self {
        Self { from, until: None, what }
    }

    pub fn stands_at(&self, instant: Instant) -> bool {
        self.from <= instant && self.until.is_none_or(|until| instant < until)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// With a provider or in the queue, sent or sent back.
    Waiting,
    /// Its case is its own.
    Opened,
    /// The student was in an open case already.
    Joined,
    Declined,
    Withdrawn,
    Redirected,
    /// The student turned out to be enrolled.
    Resolved,
}

/// Somebody was spoken to, or not.
#[derive(Clone, Debug)]
pub struct Contact {
    pub id: String,
    pub party: &'static str,
    pub reached: bool,
    pub happened: Instant,
}

/// The student is gone, on the day on which the case was closed for it.
#[derive(Clone, Copy, Debug)]
pub struct Departure {
    pub why: &'static str,
    pub on: NaiveDate,
}

/// A case as it is now; what the generator asks before it does something.
#[derive(Clone, Debug)]
pub struct Case {
    pub id: String,
    pub provider: &'static str,
    pub is_closed: bool,
}

#[derive(Clone, Debug)]
pub struct Referral {
    pub id: String,
    pub student: String,
    pub school: &'static School,
    pub is_chronic: bool,
    pub submitted: Instant,
    pub date: NaiveDate,
    pub provider: Option<&'static str>,
    pub in_school: bool,
    /// Present and possible.
    pub baseline: Option<(u32, u32)>,
    pub status: Past<Status>,
    /// The case that it opened, with whom it is, and whether it is closed now.
    pub case: Option<Case>,
    pub contacts: Vec<Fact<Contact>>,
    pub departures: Vec<Fact<Departure>>,
}

/// A student's time at a school, as far as its days are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    pub school: &'static str,
    pub first: Option<NaiveDate>,
    pub last: Option<NaiveDate>,
    /// The day on which somebody said when it began.
    pub told: NaiveDate,
    /// Which stay took the student, when no word of this school ended it.
    pub taken_by: Option<usize>,
}

/// What somebody said of where the student is, on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    Here(Option<NaiveDate>),
    Gone(NaiveDate),
}

/// Half-days of a day or of a term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HalfDays {
    pub present: u32,
    pub justified: u32,
    pub unjustified: u32,
    pub unclassified: u32,
}

/// A school's word on a day.
#[derive(Clone, Copy, Debug)]
pub struct DayWord {
    pub school: &'static School,
    pub date: NaiveDate,
    pub half_days: HalfDays,
    pub sent: Instant,
    pub received: Instant,
}

/// A school's totals of a term.
#[derive(Clone, Copy, Debug)]
pub struct TermWord {
    pub school: &'static School,
    pub term: &'static str,
    pub half_days: HalfDays,
    pub sent: Instant,
    pub received: Instant,
}

/// A day on which somebody made sure how the whānau is reached.
#[derive(Clone, Debug)]
pub struct Confirmation {
    pub contact: String,
    pub on: NaiveDate,
}

/// One student's history.
#[derive(Clone, Debug, Default)]
pub struct World {
    pub name: String,
    /// Whether contact asks for student and whānau, and not for whoever comes first.
    pub both: bool,
    pub referrals: Vec<Referral>,
    /// All of the student's times at schools, as they stood since an instant.
    pub stays: Option<Past<Vec<Stay>>>,
    /// Of which school, and on which day, what they are made of was said.
    pub words: Vec<(&'static str, NaiveDate, Word)>,
    pub days: Vec<DayWord>,
    pub totals: Vec<TermWord>,
    pub confirmations: Vec<Fact<Confirmation>>,
    pub year_level: Option<Past<Option<i64>>>,
    pub ethnicities: Option<Past<Vec<&'static str>>>,
}

impl World {
    /// The referral whose case is open, if any is: a student has one at most.
    pub fn open_case(&self) -> Option<usize> {
        let is_open =
            |referral: &Referral| referral.case.as_ref().is_some_and(|case| !case.is_closed);
        self.referrals.iter().position(is_open)
    }

    /// The latest referral that waits for a decision.
    pub fn waiting(&self) -> Option<usize> {
        self.referrals.iter().rposition(|referral| *referral.status.now() == Status::Waiting)
    }

    /// The student is enrolled at another school from now on: who waits as enrolled nowhere is
    /// settled by that.
    pub fn arrives(&mut self, at: Instant, stays: Vec<Stay>) {
        self.set_stays(at, stays);
        for referral in self.referrals.iter_mut().filter(|referral| !referral.is_chronic) {
            if *referral.status.now() == Status::Waiting {
                referral.status.set(at, Status::Resolved);
            }
        }
    }

    pub fn stays_now(&self) -> Vec<Stay> {
        self.stays.as_ref().map_or_else(Vec::new, |stays| stays.now().clone())
    }

    pub fn set_stays(&mut self, since: Instant, stays: Vec<Stay>) {
        match &mut self.stays {
            Some(past) => past.set(since, stays),
            None => self.stays = Some(Past::new(since, stays)),
        }
    }
}
