//! Days, holidays, terms and places, written down by hand from the law and the stage, and walked one
//! day at a time. Nothing here asks the program.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, Utc, Weekday};

use crate::support::at;

pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// When New Zealand's clocks are put forward or back, and what they are ahead of UTC from then on.
const OFFSETS: [(&str, i64); 5] = [
    ("2025-04-05T14:00:00Z", 12),
    ("2025-09-27T14:00:00Z", 13),
    ("2026-04-04T14:00:00Z", 12),
    ("2026-09-26T14:00:00Z", 13),
    ("2027-04-03T14:00:00Z", 12),
];

fn hours_ahead(instant: DateTime<Utc>) -> i64 {
    let since = OFFSETS.iter().rev().find(|(from, _)| at(from) <= instant);
    since.expect("an instant of the story").1
}

/// The day in New Zealand.
pub fn nz_day(instant: DateTime<Utc>) -> NaiveDate {
    (instant + Duration::hours(hours_ahead(instant))).date_naive()
}

/// The instant at which New Zealand's clocks show this; in the hour that comes twice, the first.
pub fn nz_instant(local: NaiveDateTime) -> DateTime<Utc> {
    let of = |hours: i64| (local - Duration::hours(hours)).and_utc();
    if hours_ahead(of(13)) == 13 { of(13) } else { of(12) }
}

/// Everybody's holidays, on the days on which they are kept.
const HOLIDAYS: [&str; 25] = [
    // 2025, from September on.
    "2025-10-27",
    "2025-12-25",
    "2025-12-26",
    // 2026: Anzac Day is a Saturday, Boxing Day too.
    "2026-01-01",
    "2026-01-02",
    "2026-02-06",
    "2026-04-03",
    "2026-04-06",
    "2026-04-27",
    "2026-06-01",
    "2026-07-10",
    "2026-10-26",
    "2026-12-25",
    "2026-12-28",
    // 2027: the 2nd of January, Waitangi Day, Anzac Day and Christmas fall on weekends.
    "2027-01-01",
    "2027-01-04",
    "2027-02-08",
    "2027-03-26",
    "2027-03-29",
    "2027-04-26",
    "2027-06-07",
    "2027-06-25",
    "2027-10-25",
    "2027-12-27",
    "2027-12-28",
];

/// The anniversary days of the regions that schools of the stage are in.
const ANNIVERSARIES: [(&str, &str); 6] = [
    ("auckland", "2026-01-26"),
    ("auckland", "2027-02-01"),
    ("wellington", "2026-01-19"),
    ("wellington", "2027-01-25"),
    ("southland", "2026-04-07"),
    ("southland", "2027-03-30"),
];

/// A school of the stage, and where it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct School {
    pub number: &'static str,
    /// Whose anniversary day is kept.
    pub holidays: &'static str,
    pub region: &'static str,
    pub catchment: Option<&'static str>,
    pub provider: Option<&'static str>,
    pub has_team: bool,
    /// Who sends for it.
    pub office: &'static str,
}

const TAMAKI: &str = "Tāmaki Herenga Waka";

pub static SCHOOLS: [School; 4] = [
    School {
        number: "9001",
        holidays: "auckland",
        region: TAMAKI,
        catchment: Some("C01"),
        provider: Some("P01"),
        has_team: false,
        office: "office-support",
    },
    School {
        number: "9002",
        holidays: "auckland",
        region: TAMAKI,
        catchment: Some("C01"),
        provider: Some("P01"),
        has_team: true,
        office: "office-support-t",
    },
    School {
        number: "9101",
        holidays: "wellington",
        region: "Wellington",
        catchment: Some("C02"),
        provider: Some("P02"),
        has_team: false,
        office: "office-support-2",
    },
    School {
        number: "9201",
        holidays: "southland",
        region: "Otago, Southland",
        catchment: None,
        provider: None,
        has_team: false,
        office: "office-support-l",
    },
];

pub fn school(number: &str) -> &'static School {
    SCHOOLS.iter().find(|school| school.number == number).expect("a school of the stage")
}

/// A school term, both days included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    pub key: &'static str,
    pub first: NaiveDate,
    pub last: NaiveDate,
}

/// The terms of the stage, in their order; those of 2027 are not published.
pub fn terms() -> [Term; 6] {
    [
        ("2025-3", "2025-07-14", "2025-09-19"),
        ("2025-4", "2025-10-06", "2025-12-19"),
        ("2026-1", "2026-01-26", "2026-04-02"),
        ("2026-2", "2026-04-20", "2026-07-03"),
        ("2026-3", "2026-07-20", "2026-09-25"),
        ("2026-4", "2026-10-12", "2026-12-18"),
    ]
    .map(|(key, first, last)| Term { key, first: day(first), last: day(last) })
}

pub fn term(key: &str) -> Option<Term> {
    terms().into_iter().find(|term| term.key == key)
}

/// The term that a day is in.
pub fn term_on(date: NaiveDate) -> Option<Term> {
    terms().into_iter().find(|term| term.first <= date && date <= term.last)
}

/// The term that a referral belongs to: its day's, else the next to begin.
fn term_of_referral(date: NaiveDate) -> Option<Term> {
    terms().into_iter().find(|term| date <= term.last)
}

/// The last term that was over before the day.
pub fn term_before(date: NaiveDate) -> Option<Term> {
    terms().into_iter().rev().find(|term| term.last < date)
}

/// The term after the term following the referral: T1 gives T3, T4 gives T2 of the next year.
pub fn outcome_term(referred: NaiveDate) -> Option<String> {
    let key = term_of_referral(referred)?.key;
    let (year, number) = key.split_once('-').expect("a year and a number");
    let year: u32 = year.parse().expect("a year");
    Some(match number {
        "1" => format!("{year}-3"),
        "2" => format!("{year}-4"),
        "3" => format!("{}-1", year + 1),
        _ => format!("{}-2", year + 1),
    })
}

/// A holiday that the Ministry added, for the nation or a region.
#[derive(Clone, Copy, Debug)]
pub struct Added {
    pub since: DateTime<Utc>,
    pub date: NaiveDate,
    pub region: Option<&'static str>,
}

/// The days of a region as they were known to be at an instant.
#[derive(Clone, Copy, Debug)]
pub struct Days<'a> {
    pub region: &'a str,
    pub added: &'a [Added],
    pub at: DateTime<Utc>,
}

impl Days<'_> {
    pub fn is_business_day(self, date: NaiveDate) -> bool {
        let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        let holiday = HOLIDAYS.iter().any(|holiday| day(holiday) == date);
        let anniversary =
            ANNIVERSARIES.iter().any(|(of, on)| *of == self.region && day(on) == date);
        let added = self.added.iter().any(|added| {
            added.since <= self.at
                && added.date == date
                && added.region.is_none_or(|region| region == self.region)
        });
        !weekend && !holiday && !anniversary && !added
    }

    /// The n-th business day after the referral.
    pub fn due_on(self, referred: NaiveDate, n: u16) -> NaiveDate {
        let (mut date, mut passed) = (referred, 0);
        while passed < n {
            date = date + chrono::Days::new(1);
            if self.is_business_day(date) {
                passed += 1;
            }
        }
        date
    }

    /// Business days from the referral to a day. What happens on a day that is none counts with the
    /// next one.
    pub fn days_to(self, referred: NaiveDate, on: NaiveDate) -> u16 {
        let (mut date, mut passed) = (referred, 0);
        while date < on {
            date = date + chrono::Days::new(1);
            if self.is_business_day(date) {
                passed += 1;
            }
        }
        if on > referred && !self.is_business_day(on) { passed + 1 } else { passed }
    }

    /// Two for each day on which a school of the region can be open in a term.
    pub fn half_days_of(self, term: Term) -> u32 {
        self.half_days_until(term, term.last)
    }

    /// The same until a day.
    pub fn half_days_until(self, term: Term, until: NaiveDate) -> u32 {
        let mut open = 0;
        let mut date = term.first;
        while date <= term.last.min(until) {
            if self.is_business_day(date) {
                open += 2;
            }
            date = date + chrono::Days::new(1);
        }
        open
    }
}

/// A region's days before the Ministry added any holiday: what a story is planned by.
pub fn planned(region: &str) -> Days<'_> {
    Days { region, added: &[], at: DateTime::UNIX_EPOCH }
}
