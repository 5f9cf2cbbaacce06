//! How every referral counts at an instant, from the facts that were on record then: the slow and
//! obvious way, a referral at a time and a day at a time.

use chrono::{Days, NaiveDate};

use super::calendars::{self, nz_day};
use super::enrolments;
use super::log::{
    Contact, DayWord, Departure, Fact, HalfDays, Instant, Referral, Status, Stay, Word, World,
};

/// The six numbers of the contract: measure, limit, target.
pub const NUMBERS: [(&str, Option<u16>, u64); 6] = [
    ("school_contact", Some(5), 80),
    ("school_contact", Some(10), 90),
    ("whanau_contact", Some(10), 80),
    ("whanau_contact", Some(15), 90),
    ("improved_attendance", None, 70),
    ("enrolled", Some(50), 60),
];

/// What a referral is for a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    Met,
    Missed,
    Pending,
    Excluded(&'static str),
}

impl Class {
    pub fn standing(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Missed => "missed",
            Self::Pending => "pending",
            Self::Excluded(_) => "excluded",
        }
    }

    pub fn exclusion(self) -> Option<&'static str> {
        match self {
            Self::Excluded(why) => Some(why),
            Self::Met | Self::Missed | Self::Pending => None,
        }
    }
}

/// A referral as it counts at an instant.
pub struct Seen<'w> {
    /// The record that it was made on.
    pub world: &'w World,
    /// The other record of the student, while the two are one.
    pub other: Option<&'w World>,
    /// Whose it is.
    pub student: &'w str,
    pub referral: &'w Referral,
    pub at: Instant,
}

impl<'w> Seen<'w> {
    /// The referrals of a world, on either record, that had come by an instant.
    pub fn of(world: &'w World, at: Instant) -> impl Iterator<Item = Self> {
        let twin = world.twin.as_deref();
        let is_joined = world.is_joined_at(at);
        let own = world.referrals.iter().map(move |referral| (world, twin, referral));
        let others = twin.into_iter().flat_map(move |twin| {
            twin.referrals.iter().map(move |referral| (twin, Some(world), referral))
        });
        let known = own.chain(others).filter(move |(.., referral)| referral.submitted <= at);
        known.map(move |(own, other, referral)| Seen {
            world: own,
            other: other.filter(|_| is_joined),
            student: if is_joined { &world.referrals[0].student } else { &referral.student },
            referral,
            at,
        })
    }

    /// The records of the student.
    fn records(&self) -> impl Iterator<Item = &'w World> {
        [Some(self.world), self.other].into_iter().flatten()
    }

    fn calendar(&self) -> calendars::Days<'w> {
        self.world.days_of(self.referral.school, self.at)
    }

    pub fn today(&self) -> NaiveDate {
        nz_day(self.at)
    }

    fn due(&self, within: u16) -> NaiveDate {
        self.calendar().due_on(self.referral.date, within)
    }

    /// How it counts for a number; `None` when it is none of its members.
    pub fn class(&self, number: usize) -> Option<Class> {
        let (measure, within, _) = NUMBERS[number];
        match measure {
            "improved_attendance" => self.referral.is_chronic.then(|| self.improved()),
            "enrolled" => (!self.referral.is_chronic).then(|| self.enrolled()),
            _ => Some(self.contacted(measure, within.expect("a limit"))),
        }
    }

    /// The last day that is in time; of improved attendance the outcome term's last.
    pub fn deadline(&self, number: usize) -> Option<NaiveDate> {
        match NUMBERS[number].1 {
            Some(within) => Some(self.due(within)),
            None => self.outcome_term().map(|term| term.last),
        }
    }

    /// Business days to contact or enrolment.
    pub fn days(&self, number: usize) -> Option<u16> {
        let on = match NUMBERS[number].0 {
            "improved_attendance" => None,
            "enrolled" => self.enrolled_first().map(|first| first.0),
            measure => self.reached_on(measure),
        };
        on.map(|on| self.calendar().days_to(self.referral.date, on))
    }

    /// Why it does not count at all.
    fn not_counted(&self) -> Option<&'static str> {
        match self.referral.status.at(self.at).expect("a status since it came") {
            Status::Waiting => self.referral.provider.is_none().then_some("no_provider"),
            Status::Opened => None,
            Status::Joined => Some("joined_to_open_case"),
            Status::Declined => Some("declined"),
            Status::Withdrawn => Some("withdrawn"),
            Status::Redirected => Some("redirected"),
            Status::Resolved => Some("resolved"),
        }
    }

    /// Why it does not count for a deadline. What was missed stays missed, where the rule says so: a
    /// decision that comes after the deadline excuses from nothing that a provider was there to do.
    fn excused(&self, last: Option<NaiveDate>, missed_stays: bool) -> Option<&'static str> {
        let why = self.not_counted()?;
        let (since, status) = self.referral.status.at_with(self.at).expect("a status");
        let is_decision = matches!(
            status,
            Status::Joined | Status::Declined | Status::Withdrawn | Status::Redirected
        );
        let late = last.is_some_and(|last| nz_day(since) > last);
        let too_late = missed_stays && is_decision && late && self.referral.provider.is_some();
        (!too_late).then_some(why)
    }

    /// The student's departure by a day, if any: the first since this referral came that stands.
    fn gone_by(&self, last: NaiveDate) -> Option<Departure> {
        let of_student = self.records().flat_map(|world| &world.referrals);
        let of_student = of_student.flat_map(|referral| &referral.departures);
        let known = of_student.filter(|fact| fact.stands_at(self.at));
        let since = known.filter(|fact| self.referral.date <= fact.what.on && fact.what.on <= last);
        since.min_by_key(|fact| fact.from).map(|fact| fact.what)
    }

    /// The day on which everybody was first reached whom the measure asks for.
    fn reached_on(&self, measure: &str) -> Option<NaiveDate> {
        let first = |party: &str| {
            let stand = self.referral.contacts.iter().filter(|fact| fact.stands_at(self.at));
            let reached = stand.filter(|fact| fact.what.reached && fact.what.party == party);
            reached.map(|fact| nz_day(fact.what.happened)).min()
        };
        if measure == "school_contact" {
            return first("school");
        }
        match (first("student"), first("whanau")) {
            (Some(student), Some(whanau)) if self.world.both => Some(student.max(whanau)),
            _ if self.world.both => None,
            (student, whanau) => student.into_iter().chain(whanau).min(),
        }
    }

    fn contacted(&self, measure: &str, within: u16) -> Class {
        let due = self.due(within);
        // The version for both parties was written before the switch, and is lenient.
        if let Some(why) = self.excused(Some(due), !self.world.both) {
            return Class::Excluded(why);
        }
        let reached = self.reached_on(measure);
        if reached.is_some_and(|on| on <= due) {
            return Class::Met;
        }
        if let Some(gone) = self.gone_by(due) {
            return Class::Excluded(gone.why);
        }
        if reached.is_none() && self.today() <= due { Class::Pending } else { Class::Missed }
    }

    /// When the enrolment that counts began, what says so, and on which pathway: the first on the
    /// referral's day or later, of one day a school before a word before a closure. A day ahead is
    /// none yet, but is shown.
    pub fn enrolled_first(&self) -> Option<(NaiveDate, &'static str, Option<&'static str>)> {
        let schools = self.stays().into_iter().filter_map(|stay| stay.first);
        let schools = schools.map(|first| (first, 0, "enrolment", None));
        let told = enrolments::pathways(&self.words()).into_iter();
        let told = told.map(|(kind, first)| (first, 1, "pathway_statement", Some(kind)));
        let closed = self.records().flat_map(|world| &world.referrals);
        let closed = closed.flat_map(|referral| &referral.closed_with);
        let closed = closed
            .filter(|fact| fact.stands_at(self.at))
            .map(|fact| (fact.what, 2, "pathway_at_closure", Some("alternative_education")));
        let since = schools.chain(told).chain(closed).filter(|one| one.0 >= self.referral.date);
        since.min().map(|(first, _, by, pathway)| (first, by, pathway))
    }

    fn enrolled(&self) -> Class {
        let enrolled = self.enrolled_first().map(|first| first.0);
        match self.excused(Some(self.due(50)), true) {
            Some("resolved") if enrolled.is_some() => {}
            Some(why) => return Class::Excluded(why),
            None => {}
        }
        let (today, due) = (self.today(), self.due(50));
        let confirm_by = self.due(10);
        if !self.details_are_current(confirm_by) {
            return match self.gone_by(confirm_by) {
                Some(gone) => Class::Excluded(gone.why),
                None if today <= confirm_by => Class::Pending,
                None => Class::Excluded("contact_details_not_current"),
            };
        }
        if enrolled.is_some_and(|on| on <= due && on <= today) {
            return Class::Met;
        }
        match self.gone_by(due) {
            Some(gone) => Class::Excluded(gone.why),
            None if today <= due => Class::Pending,
            None => Class::Missed,
        }
    }

    /// Confirmed within 60 days before the referral, or its first 10 business days: by somebody's
    /// word, or since the student or the whānau was reached.
    fn details_are_current(&self, confirm_by: NaiveDate) -> bool {
        let from = self.referral.date - Days::new(60);
        let said = self.records().flat_map(|world| &world.confirmations);
        let said = said.filter(|fact| fact.stands_at(self.at)).map(|fact| fact.what.on);
        let home = |fact: &&Fact<Contact>| {
            let of_home = ["student", "whanau"].contains(&fact.what.party);
            fact.stands_at(self.at) && fact.what.reached && of_home
        };
        let contacts = self.records().flat_map(|world| &world.referrals);
        let contacts = contacts.flat_map(|referral| &referral.contacts).filter(home);
        let reached = contacts.map(|fact| nz_day(fact.what.happened));
        said.chain(reached).any(|on| from <= on && on <= confirm_by)
    }

    pub fn outcome_term(&self) -> Option<calendars::Term> {
        calendars::term(&calendars::outcome_term(self.referral.date)?)
    }

    fn improved(&self) -> Class {
        let term = self.outcome_term();
        if let Some(why) = self.excused(term.map(|term| term.last), true) {
            return Class::Excluded(why);
        }
        let last = term.map_or(NaiveDate::MAX, |term| term.last);
        if let Some(gone) = self.gone_by(last) {
            return Class::Excluded(gone.why);
        }
        let Some(term) = term.filter(|term| term.last < self.today()) else {
            return Class::Pending;
        };
        let Some((before, of)) = self.referral.baseline.filter(|(_, of)| *of > 0) else {
            return Class::Excluded("no_baseline");
        };
        let (present, possible) = self.attended(term);
        let whole = self.calendar().half_days_of(term);
        if possible == 0 || possible * 100 < whole * 20 {
            return Class::Excluded("too_little_attendance");
        }
        // A quarter more than the share before: present / possible >= 5/4 * before / of.
        let better =
            if before == 0 { present > 0 } else { 4 * present * of >= 5 * before * possible };
        if present * 100 > possible * 70 || better { Class::Met } else { Class::Missed }
    }

    /// What was said by then of where the student is, on either record.
    fn words(&self) -> Vec<(Instant, &'static str, Word)> {
        let mut words: Vec<_> = self.records().flat_map(|world| world.words.clone()).collect();
        words.retain(|word| word.0 <= self.at);
        words.sort_by_key(|word| word.0);
        words
    }

    fn stays(&self) -> Vec<Stay> {
        enrolments::replayed(&self.words())
    }

    /// Present and possible half-days of a term, as they were on record.
    pub fn attended(&self, term: calendars::Term) -> (u32, u32) {
        let mut sum = (0, 0);
        let mut add = |half_days: HalfDays| {
            sum.0 += half_days.present;
            sum.1 += half_days.present + half_days.justified + half_days.unjustified;
        };
        let stays = self.stays();
        let mut date = term.first;
        while date <= term.last {
            if let Some(word) = self.word_on(date, &stays)
                && self.world.days_of(word.school, self.at).is_business_day(date)
            {
                add(word.half_days);
            }
            date = date + Days::new(1);
        }
        for school in &calendars::SCHOOLS {
            let all = self.records().flat_map(|world| &world.totals);
            let sent = all.filter(|totals| {
                totals.school == school
                    && totals.term == term.key
                    && totals.received <= self.at
                    && was_at(&stays, school, term.first, term.last)
            });
            let last = sent.max_by_key(|totals| (totals.sent, totals.received));
            if let Some(totals) = last.filter(|_| !self.sends_days(school, term, &stays)) {
                add(totals.half_days);
            }
        }
        sum
    }

    /// Whether a school has a day of the term on record on which it was open.
    fn sends_days(
        &self,
        school: &calendars::School,
        term: calendars::Term,
        stays: &[Stay],
    ) -> bool {
        let calendar = self.world.days_of(school, self.at);
        self.records().flat_map(|world| &world.days).any(|word| {
            word.school == school
                && word.received <= self.at
                && was_at(stays, school, word.date, word.date)
                && term.first <= word.date
                && word.date <= term.last
                && calendar.is_business_day(word.date)
        })
    }

    /// Whose word stands on a day: that of the school where the student was enrolled; of both the
    /// later sent.
    fn word_on(&self, date: NaiveDate, stays: &[Stay]) -> Option<&DayWord> {
        let words = self.records().flat_map(|world| &world.days);
        let of_day = words.filter(|word| word.date == date && word.received <= self.at);
        let there = of_day.filter(|word| was_at(stays, word.school, date, date));
        there.max_by_key(|word| (word.sent, word.received))
    }

    /// As it was when the referral came in: no other record that is joined has any.
    pub fn year_level(&self) -> Option<i64> {
        self.world.year_level.as_ref()?.at(self.referral.submitted).copied().flatten()
    }

    /// The one group of those that the student named, in the order in which one of several is taken.
    pub fn ethnic_group(&self) -> Option<&'static str> {
        const ORDER: [(&str, &str); 6] = [
            ("2", "maori"),
            ("3", "pacific"),
            ("4", "asian"),
            ("5", "melaa"),
            ("6", "other"),
            ("1", "european"),
        ];
        let known = |world: &'w World| world.ethnicities.as_ref()?.at(self.at);
        let named = self.records().filter_map(known).find(|named| !named.is_empty())?;
        ORDER.iter().find(|(code, _)| named.contains(code)).map(|(_, group)| *group)
    }
}

/// Whether the student was at a school on any of these days, by what was known then.
fn was_at(stays: &[Stay], school: &calendars::School, first: NaiveDate, last: NaiveDate) -> bool {
    stays.iter().any(|stay| {
        stay.school == school.number
            && stay.first.is_none_or(|day| day <= last)
            && stay.last.is_none_or(|day| first <= day)
    })
}
