//! How every referral counts at an instant, from the facts that were on record then: the slow and
//! obvious way, a referral at a time and a day at a time.

use chrono::{Days, NaiveDate};

use super::almanac::{self, days_to, due_on, nz_day};
use super::log::{DayWord, Departure, HalfDays, Instant, Referral, Status, Stay, World};

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
    pub world: &'w World,
    pub referral: &'w Referral,
    pub at: Instant,
}

impl<'w> Seen<'w> {
    /// The referrals of a world that had come by an instant.
    pub fn of(world: &'w World, at: Instant) -> impl Iterator<Item = Self> {
        let known = world.referrals.iter().filter(move |referral| referral.submitted <= at);
        known.map(move |referral| Seen { world, referral, at })
    }

    pub fn today(&self) -> NaiveDate {
        nz_day(self.at)
    }

    fn due(&self, within: u16) -> NaiveDate {
        due_on(self.referral.date, within, self.referral.school.holidays)
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
            "enrolled" => self.enrolled_on(),
            measure => self.reached_on(measure),
        };
        on.map(|on| days_to(self.referral.date, on, self.referral.school.holidays))
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

    /// The student's departure by a day, if any: the first since this referral came that stands.
    fn gone_by(&self, last: NaiveDate) -> Option<Departure> {
        let of_student = self.world.referrals.iter().flat_map(|referral| &referral.departures);
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
        if let Some(why) = self.not_counted() {
            return Class::Excluded(why);
        }
        let due = self.due(within);
        let reached = self.reached_on(measure);
        if reached.is_some_and(|on| on <= due) {
            return Class::Met;
        }
        if let Some(gone) = self.gone_by(due) {
            return Class::Excluded(gone.why);
        }
        if reached.is_none() && self.today() <= due { Class::Pending } else { Class::Missed }
    }

    /// When the enrolment that counts began: the first on the referral's day or later. A day ahead
    /// is none yet, but is shown.
    fn enrolled_on(&self) -> Option<NaiveDate> {
        let stays = self.stays().into_iter().filter_map(|stay| stay.first);
        stays.filter(|first| *first >= self.referral.date).min()
    }

    fn enrolled(&self) -> Class {
        let enrolled = self.enrolled_on();
        match self.not_counted() {
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

    /// Confirmed within 60 days before the referral, or its first 10 business days.
    fn details_are_current(&self, confirm_by: NaiveDate) -> bool {
        let from = self.referral.date - Days::new(60);
        let facts = self.world.confirmations.iter();
        facts.filter(|fact| fact.stands_at(self.at)).any(|fact| {
            let on = fact.what.on;
            from <= on && on <= confirm_by
        })
    }

    pub fn outcome_term(&self) -> Option<almanac::Term> {
        almanac::term(&almanac::outcome_term(self.referral.date)?)
    }

    fn improved(&self) -> Class {
        if let Some(why) = self.not_counted() {
            return Class::Excluded(why);
        }
        let term = self.outcome_term();
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
        let whole = almanac::half_days_of(term, self.referral.school.holidays);
        if possible == 0 || possible * 100 < whole * 20 {
            return Class::Excluded("too_little_attendance");
        }
        // A quarter more than the share before: present / possible >= 5/4 * before / of.
        let better =
            if before == 0 { present > 0 } else { 4 * present * of >= 5 * before * possible };
        if present * 100 > possible * 70 || better { Class::Met } else { Class::Missed }
    }

    fn stays(&self) -> Vec<Stay> {
        let known = self.world.stays.as_ref().and_then(|stays| stays.at(self.at));
        known.cloned().unwrap_or_default()
    }

    /// Present and possible half-days of a term, as they were on record.
    pub fn attended(&self, term: almanac::Term) -> (u32, u32) {
        let mut sum = (0, 0);
        let mut add = |half_days: HalfDays| {
            sum.0 += half_days.present;
            sum.1 += half_days.present + half_days.justified + half_days.unjustified;
        };
        let mut date = term.first;
        while date <= term.last {
            if let Some(word) = self.word_on(date)
                && almanac::is_business_day(date, word.school.holidays)
            {
                add(word.half_days);
            }
            date = date + Days::new(1);
        }
        for school in &almanac::SCHOOLS {
            let sent = self.world.totals.iter().filter(|totals| {
                totals.school == school && totals.term == term.key && totals.received <= self.at
            });
            let last = sent.max_by_key(|totals| (totals.sent, totals.received));
            if let Some(totals) = last.filter(|_| !self.sends_days(school, term)) {
                add(totals.half_days);
            }
        }
        sum
    }

    /// Whether a school has a day of the term on record on which it was open.
    fn sends_days(&self, school: &almanac::School, term: almanac::Term) -> bool {
        self.world.days.iter().any(|word| {
            word.school == school
                && word.received <= self.at
                && term.first <= word.date
                && word.date <= term.last
                && almanac::is_business_day(word.date, school.holidays)
        })
    }

    /// Whose word stands on a day: that of the school where the student was enrolled; of both or
    /// neither the later sent.
    fn word_on(&self, date: NaiveDate) -> Option<&DayWord> {
        let stays = self.stays();
        let enrolled = |school: &almanac::School| {
            stays.iter().any(|stay| {
                stay.school == school.number
                    && stay.first.is_none_or(|first| first <= date)
                    && stay.last.is_none_or(|last| date <= last)
            })
        };
        let words = self.world.days.iter();
        let of_day = words.filter(|word| word.date == date && word.received <= self.at);
        of_day.max_by_key(|word| (enrolled(word.school), word.sent, word.received))
    }

    pub fn year_level(&self) -> Option<i64> {
        self.world.year_level.as_ref().and_then(|past| past.at(self.at)).copied().flatten()
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
        let named = self.world.ethnicities.as_ref()?.at(self.at)?;
        ORDER.iter().find(|(code, _)| named.contains(code)).map(|(_, group)| *group)
    }
}
