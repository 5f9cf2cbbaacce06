use chrono::NaiveDate;

use super::{ClaimAnswerer, ClaimRefusal, ClaimStanding, opens_on};
use crate::attendance::OpenDays;
use crate::calendar::{Calendar, CalendarName, Region};
use crate::terms::{Term, TermKey, Terms};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn terms(all: &[(&str, &str, &str)]) -> Terms {
    let term = |(key, starts_on, ends_on): &(&str, &str, &str)| Term {
        key: key.parse::<TermKey>().expect("a term"),
        starts_on: day(starts_on),
        ends_on: day(ends_on),
    };
    Terms::new(all.iter().map(term).collect()).expect("terms")
}

fn opens(made_on: &str, school_days: u16, terms: &Terms) -> String {
    let calendar = Calendar::new(CalendarName::Contract2026, Vec::new());
    let open = OpenDays { terms, calendar: &calendar, region: Some(Region::Auckland) };
    opens_on(day(made_on), school_days, &open).to_string()
}

const YEAR: [(&str, &str, &str); 2] =
    [("2026-1", "2026-01-26", "2026-04-02"), ("2026-2", "2026-04-20", "2026-07-03")];

#[test]
fn a_claim_opens_on_the_day_after_so_many_school_days() {
    let terms = terms(&YEAR);
    // Made on a Monday: ten school days are the rest of the week, the next one, and a Monday.
    assert_eq!(opens("2026-02-16", 10, &terms), "2026-03-03");
    assert_eq!(opens("2026-02-16", 1, &terms), "2026-02-18");
    // Made on a Saturday: the week after and the one after that.
    assert_eq!(opens("2026-02-14", 10, &terms), "2026-02-28");
}

#[test]
fn holidays_and_the_weeks_between_terms_do_not_count() {
    let terms = terms(&YEAR);
    // Waitangi Day, the 6th, is none.
    assert_eq!(opens("2026-02-05", 1, &terms), "2026-02-10");
    // The 2nd of April is the last day of the term; the next one begins on the 20th.
    assert_eq!(opens("2026-04-01", 2, &terms), "2026-04-21");
}

#[test]
fn without_terms_it_waits_a_year() {
    assert_eq!(opens("2026-02-16", 10, &terms(&[])), "2027-02-18");
}

#[test]
fn every_standing_and_every_answerer() {
    use ClaimAnswerer::{EnrolmentRegister, GivingSchool, Ministry, Provider};
    use ClaimStanding::{Agreed, Lapsed, Opposed, Unopposed, Waiting};
    for by in [GivingSchool, Provider, Ministry, EnrolmentRegister] {
        assert_eq!(Waiting.agree(by), Ok(Agreed));
        let opposed = if by == GivingSchool { Err(ClaimRefusal::Opposed) } else { Ok(Agreed) };
        assert_eq!(Opposed.agree(by), opposed);
        for settled in [Agreed, Unopposed, Lapsed] {
            assert_eq!(settled.agree(by), Err(ClaimRefusal::Settled(settled)));
        }
    }
    assert_eq!(Waiting.oppose(), Ok(Opposed));
    assert_eq!(Opposed.oppose(), Err(ClaimRefusal::AlreadyOpposed));
    for settled in [Agreed, Unopposed, Lapsed] {
        assert_eq!(settled.oppose(), Err(ClaimRefusal::Settled(settled)));
    }
    for standing in ClaimStanding::ALL {
        assert_eq!(standing.is_closed(), matches!(standing, Waiting | Opposed), "{standing}");
        assert_eq!(standing.is_waiting(), *standing == Waiting, "{standing}");
        assert_eq!(standing.is_open(), matches!(standing, Agreed | Unopposed), "{standing}");
    }
}
