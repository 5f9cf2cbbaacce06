use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, MapDeserializer};

use super::{AttendanceInputs, Baseline, Begun, EnrolledBy};
use crate::calendar::{Calendar, CalendarName};
use crate::measures::ReferralInputs;
use crate::rules::{
    AfterTransfer, EnrolledRule, ImprovedAttendanceRule, Improvement, LateDecision, NoRecord,
    OutcomeRules,
};
use crate::terms::{Term, TermAttendance, Terms};

mod late_decisions;
mod pathways;
mod properties;
mod sustained;
mod worked_cases;

const RULES: OutcomeRules = OutcomeRules {
    improved_attendance: ImprovedAttendanceRule {
        over_percent: 70,
        improved_by: 25,
        improvement: Improvement::Relative,
        minimum_record_percent: 20,
        no_record: NoRecord::Excluded,
        target_percent: 70,
    },
    enrolled: EnrolledRule {
        within_days: 50,
        target_percent: 60,
        confirmed_within_days: 60,
        confirmed_within_business_days: 10,
        contact_confirms: false,
    },
    after_transfer: AfterTransfer::FirstProvider,
    late_decision: LateDecision::Excludes,
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Made once: thousands of cases ask it.
fn contract() -> &'static Calendar {
    static CONTRACT: LazyLock<Calendar> =
        LazyLock::new(|| Calendar::new(CalendarName::Contract2026, Vec::new()));
    &CONTRACT
}

/// The national terms of 2026 and 2027.
fn terms() -> Terms {
    let term = |(key, starts_on, ends_on): (&str, &str, &str)| Term {
        key: key.parse().unwrap(),
        starts_on: day(starts_on),
        ends_on: day(ends_on),
    };
    let dates = [
        ("2026-1", "2026-01-26", "2026-04-02"),
        ("2026-2", "2026-04-20", "2026-07-03"),
        ("2026-3", "2026-07-20", "2026-09-25"),
        ("2026-4", "2026-10-12", "2026-12-18"),
        ("2027-1", "2027-01-28", "2027-04-09"),
        ("2027-2", "2027-04-27", "2027-07-02"),
        ("2027-3", "2027-07-19", "2027-09-24"),
        ("2027-4", "2027-10-11", "2027-12-17"),
    ];
    Terms::new(dates.map(term).into()).unwrap()
}

fn attended(term: &str, present: u32, possible: u32) -> TermAttendance {
    let term = term.parse().unwrap();
    TermAttendance { term, possible_half_days: possible, present_half_days: present }
}

/// Times at schools that begin on these days.
fn at_school(days: &[NaiveDate]) -> Vec<Begun> {
    days.iter().map(|on| Begun { on: *on, by: EnrolledBy::Enrolment, pathway: None }).collect()
}

fn before((present_half_days, possible_half_days): (u32, u32)) -> Baseline {
    Baseline { present_half_days, possible_half_days }
}

fn read<'de, T: Deserialize<'de>>(members: &[(&'static str, u16)]) -> Result<T, Error> {
    T::deserialize(MapDeserializer::new(members.iter().copied()))
}

#[test]
fn the_rule_is_read_by_the_names_it_is_stored_under_and_no_others() {
    let mut stored = vec![
        ("withinDays", 50),
        ("targetPercent", 60),
        ("confirmedWithinDays", 60),
        ("confirmedWithinBusinessDays", 10),
    ];
    assert_eq!(read(&stored), Ok(RULES.enrolled));
    stored.push(("confirmedWithinWeeks", 2));
    assert!(read::<EnrolledRule>(&stored).is_err());
    let switch = |word: &'static str| {
        Improvement::deserialize(IntoDeserializer::<Error>::into_deserializer(word))
    };
    assert_eq!(switch("relative"), Ok(Improvement::Relative));
    assert_eq!(switch("points"), Ok(Improvement::Points));
    assert!(switch("Points").is_err());
}

#[test]
fn a_referral_of_no_known_term_is_pending_for_ever() {
    let inputs = AttendanceInputs { baseline: Some(before((1, 2))), outcome: None };
    let found = inputs.classify(&ReferralInputs::default(), &RULES, day("2052-12-31"));
    assert_eq!(found, crate::measures::MeasureResult::Pending);
    assert_eq!(super::outcome_term(day("2027-12-18"), &terms()), None);
}
