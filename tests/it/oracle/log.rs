//! What happened, and since when it is on record: all that the oracle knows of a world. A fact is
//! only ever added, or ended by an instant.

use chrono::{DateTime, NaiveDate, Utc};

use super::calendars::{Added, Days, School};
use super::enrolments;

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
        self.at_with(instant).map(|(_, value)| value)
    }

    /// The same, and since when.
    pub fn at_with(&self, instant: Instant) -> Option<(Instant, &T)> {
        self.0
            .iter()
            .rev()
            .find(|(since, _)| *since <= instant)
            .map(|(since, value)| (*since, value))
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

/// Somebody was spoken to, or not: on the telephone, or at a meeting, which has one for each party.
#[derive(Clone, Debug)]
pub struct Contact {
    pub id: String,
    pub at_meeting: bool,
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
    /// The meetings on its case, by their entries.
    pub meetings: Vec<Fact<String>>,
    pub departures: Vec<Fact<Departure>>,
    /// The pathways that closures of its case named, by their first days.
    pub closed_with: Vec<Fact<NaiveDate>>,
}

impl Referral {
    /// A meeting turns out to be another one, or none: it reached nobody.
    pub fn unmeets(&mut self, meeting: &str, at: Instant) {
        for fact in self.meetings.iter_mut().filter(|fact| fact.what == meeting) {
            fact.until = Some(at);
        }
        let of_meeting =
            |fact: &&mut Fact<Contact>| fact.what.at_meeting && fact.what.id == meeting;
        for fact in self.contacts.iter_mut().filter(of_meeting) {
            fact.until = Some(at);
        }
    }
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
    /// On an alternative pathway of a kind, which is no time at the school.
    Pathway(&'static str, NaiveDate),
    /// Nothing that was said of the school until then counts.
    Never,
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
    /// A second record, under another name and birth date.
    pub is_twin: bool,
    /// Whether contact asks for student and whānau, and not for whoever comes first.
    pub both: bool,
    pub referrals: Vec<Referral>,
    /// Of which school, and when, what they are made of was said.
    pub words: Vec<(Instant, &'static str, Word)>,
    pub days: Vec<DayWord>,
    pub totals: Vec<TermWord>,
    pub confirmations: Vec<Fact<Confirmation>>,
    pub year_level: Option<Past<Option<i64>>>,
    pub ethnicities: Option<Past<Vec<&'static str>>>,
    /// A second record of the same student, and whether it is joined to this one.
    pub twin: Option<Box<World>>,
    pub joined: Option<Past<bool>>,
    /// Holidays that the Ministry added.
    pub added: Vec<Added>,
}

impl World {
    pub fn days_of<'a>(&'a self, school: &'a School, at: Instant) -> Days<'a> {
        Days { region: school.holidays, added: &self.added, at }
    }

    /// Whether the second record was joined to this one at an instant.
    pub fn is_joined_at(&self, at: Instant) -> bool {
        self.joined.as_ref().and_then(|joined| joined.at(at)).copied().unwrap_or(false)
    }

    pub fn is_joined(&self) -> bool {
        self.joined.as_ref().is_some_and(|joined| *joined.now())
    }

    /// Every word on the student that stands on this record or on the one that is joined to it, by an
    /// instant, in the order of time.
    pub fn words_by(&self, at: Instant) -> Vec<(Instant, &'static str, Word)> {
        let others = self.twin.as_deref().filter(|_| self.is_joined_at(at));
        let others = others.map_or(&[][..], |twin| twin.words.as_slice());
        let mut words: Vec<_> = self.words.iter().chain(others).copied().collect();
        words.retain(|word| word.0 <= at);
        words.sort_by_key(|word| word.0);
        words
    }

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

    /// Whether a referral of this kind waits at the school, on the record that is joined too.
    pub fn waits(&self, school: &School, is_chronic: bool) -> bool {
        let others = self.twin.as_deref().filter(|_| self.is_joined());
        let others = others.map_or(&[][..], |twin| twin.referrals.as_slice());
        self.referrals.iter().chain(others).any(|referral| {
            let of = (referral.school.number, referral.is_chronic);
            of == (school.number, is_chronic) && *referral.status.now() == Status::Waiting
        })
    }

    /// A student who waits as enrolled nowhere is settled, on the record that is joined too.
    pub fn resolves(&mut self, at: Instant) {
        let joined = self.is_joined();
        let twin = self.twin.as_deref_mut().filter(|_| joined);
        let others = twin.map_or(&mut [][..], |twin| twin.referrals.as_mut_slice());
        for referral in self.referrals.iter_mut().chain(others).filter(|one| !one.is_chronic) {
            if *referral.status.now() == Status::Waiting {
                referral.status.set(at, Status::Resolved);
            }
        }
    }

    /// Where the student is and was, by all that was said until now.
    pub fn stays_now(&self) -> Vec<Stay> {
        enrolments::replayed(&self.words_by(Instant::MAX_UTC))
    }
}
