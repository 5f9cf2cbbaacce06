use chrono::NaiveDate;

use super::{
    Advice, Circumstance, Continuing, Facts, FactsOnRecord, IntakeWarning, TermAttendance,
    TermRecord, assess, baseline, held_against_record, impossible_claims,
};
use crate::attendance::OpenDays;
use crate::calendar::{Calendar, CalendarName};
use crate::referrals::ReferralKind;
use crate::rules::{BaselineSource, BaselineWindow, EligibilityRules, WaitingReferrals};
use crate::terms::{Term, Terms};

const RULES: EligibilityRules = EligibilityRules {
    minimum_age: 5,
    maximum_age: 16,
    minimum_year_level: 1,
    maximum_year_level: 11,
    chronic_percent: 70,
    baseline_window: BaselineWindow::TermToDate,
    waiting_referrals: WaitingReferrals::One,
    baseline_source: BaselineSource::Claimed,
    contradiction_points: 5,
    minimum_record_percent: 20,
    urgent_percent: 50,
    continuing_until_age: 19,
    continuing_until_age_with_ors: 21,
    claim_school_days: 10,
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn attended(present: u32, possible: u32) -> TermAttendance {
    let term = "2026-1".parse().unwrap();
    TermAttendance { term, possible_half_days: possible, present_half_days: present }
}

fn facts() -> Facts {
    Facts {
        kind: ReferralKind::ChronicAbsence,
        referral_date: day("2026-03-16"),
        birth_date: day("2014-05-06"),
        year_level: Some(7),
        continuing_support: None,
        international_without_visa: false,
        baseline: Some(attended(60, 100)),
        in_open_case: false,
        whanau_told: true,
        school_tried_something: true,
        safety_alert: false,
        asked_in_school: false,
    }
}

fn advice(facts: &Facts) -> (Advice, Vec<Circumstance>) {
    let assessment = assess(&RULES, "test", facts);
    (assessment.advice, assessment.circumstances)
}

#[test]
fn exactly_seventy_percent_is_chronic_and_a_half_day_more_is_not() {
    let at = |present| advice(&Facts { baseline: Some(attended(present, 100)), ..facts() });
    assert_eq!(at(70), (Advice::Consider, vec![Circumstance::ChronicallyAbsent]));
    assert_eq!(at(71), (Advice::DoNot, vec![Circumstance::NotChronicallyAbsent]));
    assert_eq!(at(50), (Advice::HighlyRecommended, vec![Circumstance::AttendedHalfOrLess]));
    assert_eq!(at(51), (Advice::Consider, vec![Circumstance::ChronicallyAbsent]));
}

#[test]
fn seventy_percent_is_compared_in_integers() {
    // 70 % of 33 is 23.1: 23 is chronic, 24 is not.
    assert!(attended(23, 33).at_most_percent(70));
    assert!(!attended(24, 33).at_most_percent(70));
    assert!(attended(7_000, 10_000).at_most_percent(70));
    assert!(!attended(7_001, 10_000).at_most_percent(70));
}

#[test]
fn before_a_referral_what_the_school_can_still_do_is_taken_for_done() {
    let of = |baseline, in_open_case, safety_alert| {
        let facts = Facts::before_referral(FactsOnRecord {
            kind: ReferralKind::ChronicAbsence,
            referral_date: day("2026-03-16"),
            birth_date: day("2014-05-06"),
            year_level: Some(7),
            baseline,
            in_open_case,
            safety_alert,
        });
        assess(&RULES, "test", &facts)
    };
    let chronic = of(Some(attended(70, 100)), false, false);
    assert_eq!(chronic.circumstances, [Circumstance::ChronicallyAbsent]);
    assert!(chronic.meets_criteria());
    assert!(!of(Some(attended(7_001, 10_000)), false, false).meets_criteria());
    assert!(!of(None, false, true).meets_criteria());
    assert_eq!(of(Some(attended(70, 100)), true, false).advice, Advice::Consider);
    let at_risk = of(Some(attended(70, 100)), false, true);
    assert_eq!(at_risk.advice, Advice::HighlyRecommended);
}

#[test]
fn age_or_year_level_is_enough() {
    let of = |birth_date, year_level| {
        advice(&Facts { birth_date: day(birth_date), year_level, ..facts() }).0
    };
    assert_eq!(of("2021-03-16", None), Advice::Consider);
    assert_eq!(of("2021-03-17", None), Advice::DoNot);
    assert_eq!(of("2009-03-17", None), Advice::Consider);
    assert_eq!(of("2009-03-16", None), Advice::DoNot);
    assert_eq!(of("2009-03-16", Some(11)), Advice::Consider);
    assert_eq!(of("2009-03-16", Some(12)), Advice::DoNot);
}

#[test]
fn an_older_student_may_go_on_being_supported() {
    let older = Facts { birth_date: day("2008-01-01"), year_level: Some(12), ..facts() };
    assert_eq!(advice(&older).1, [Circumstance::OutsideAgeRange]);
    let asked = Continuing { student_wants_to: true, in_ors: false };
    let continuing = Facts { continuing_support: Some(asked), ..older };
    assert_eq!(advice(&continuing).0, Advice::Consider);
    let unwilling = Continuing { student_wants_to: false, ..asked };
    let unwilling = Facts { continuing_support: Some(unwilling), ..older };
    assert_eq!(advice(&unwilling).1, [Circumstance::OutsideAgeRange]);
}

#[test]
fn continuing_support_lifts_the_upper_age_alone_and_not_for_ever() {
    let of = |birth_date, in_ors, referral_date| {
        let asked = Some(Continuing { student_wants_to: true, in_ors });
        let (birth_date, referral_date) = (day(birth_date), day(referral_date));
        let facts = Facts { birth_date, referral_date, year_level: None, ..facts() };
        advice(&Facts { continuing_support: asked, ..facts }).0 != Advice::DoNot
    };
    for too_young in ["2023-03-16", "2022-03-16", "2021-03-17"] {
        assert!(!of(too_young, false, "2026-03-16"), "{too_young}");
    }
    assert!(of("2021-03-16", false, "2026-03-16"), "five today");
    // Until the end of the year of the 19th birthday; of the 21st with the scheme.
    assert!(of("2007-01-01", false, "2026-12-31"));
    assert!(!of("2006-12-31", false, "2026-01-01"));
    assert!(of("2005-01-01", true, "2026-12-31"));
    assert!(!of("2004-12-31", true, "2026-01-01"));
    assert!(!of("2001-03-16", false, "2026-03-16"), "25");
}

#[test]
fn in_school_provision_is_of_the_students_on_the_roll() {
    let asked = Facts { asked_in_school: true, ..facts() };
    assert_eq!(assess(&RULES, "test", &asked).warnings, []);
    let nowhere = Facts { kind: ReferralKind::NonEnrolment, ..asked };
    assert_eq!(assess(&RULES, "test", &nowhere).warnings, [IntakeWarning::NotInSchool]);
    let not_asked = Facts { asked_in_school: false, ..nowhere };
    assert_eq!(assess(&RULES, "test", &not_asked).warnings, []);
}

#[test]
fn what_should_come_first_delays() {
    let early = Facts { whanau_told: false, school_tried_something: false, ..facts() };
    let both = vec![Circumstance::WhanauNotTold, Circumstance::NothingTriedBySchool];
    assert_eq!(advice(&early), (Advice::Delay, both));
}

#[test]
fn a_safety_alert_waits_for_nothing() {
    let alert = Facts { safety_alert: true, whanau_told: false, ..facts() };
    assert_eq!(advice(&alert).0, Advice::HighlyRecommended);
}

#[test]
fn every_ground_of_a_refusal_is_named() {
    let hopeless = Facts {
        birth_date: day("2000-01-01"),
        year_level: None,
        international_without_visa: true,
        baseline: None,
        safety_alert: true,
        ..facts()
    };
    let all = vec![
        Circumstance::OutsideAgeRange,
        Circumstance::InternationalWithoutVisa,
        Circumstance::NoBaseline,
    ];
    assert_eq!(advice(&hopeless), (Advice::DoNot, all));
}

#[test]
fn a_student_enrolled_nowhere_needs_no_attendance() {
    let not_enrolled = Facts {
        kind: ReferralKind::NonEnrolment,
        baseline: None,
        whanau_told: false,
        school_tried_something: false,
        ..facts()
    };
    let (advice, grounds) = advice(&not_enrolled);
    assert_eq!((advice, grounds), (Advice::HighlyRecommended, vec![Circumstance::NotEnrolled]));
}

#[test]
fn a_student_in_an_open_case_joins_it() {
    let known = Facts { in_open_case: true, ..facts() };
    assert_eq!(advice(&known), (Advice::Consider, vec![Circumstance::AlreadyInOpenCase]));
}

fn terms() -> Terms {
    let term = |key: &str, starts_on: &str, ends_on: &str| Term {
        key: key.parse().unwrap(),
        starts_on: day(starts_on),
        ends_on: day(ends_on),
    };
    Terms::new(vec![
        term("2025-4", "2025-10-06", "2025-12-19"),
        term("2026-1", "2026-01-26", "2026-04-02"),
        term("2026-2", "2026-04-20", "2026-07-03"),
    ])
    .unwrap()
}

fn baseline_of(sent: &[(&str, u32)], referral_date: &str) -> Option<String> {
    baseline_by(&RULES, sent, referral_date)
}

fn baseline_by(
    rules: &EligibilityRules,
    sent: &[(&str, u32)],
    referral_date: &str,
) -> Option<String> {
    let sent: Vec<TermAttendance> = sent
        .iter()
        .map(|(term, possible)| TermAttendance {
            term: term.parse().unwrap(),
            possible_half_days: *possible,
            present_half_days: 0,
        })
        .collect();
    let calendar = Calendar::new(CalendarName::Contract2026, Vec::new());
    let open = OpenDays { terms: &terms(), calendar: &calendar, region: None };
    baseline(&sent, day(referral_date), &open, rules).map(|found| found.term.to_string())
}

#[test]
fn the_baseline_is_the_present_term_once_a_fifth_of_it_is_on_record() {
    // Term 1 of 2026 has 49 business days without anniversaries: 98 half-days, a fifth is 19.6.
    let both = |possible| baseline_of(&[("2026-1", possible), ("2025-4", 100)], "2026-03-16");
    assert_eq!(both(20).as_deref(), Some("2026-1"));
    assert_eq!(both(19).as_deref(), Some("2025-4"));
}

#[test]
fn a_rule_may_ask_for_the_term_before_alone() {
    let rules = EligibilityRules { baseline_window: BaselineWindow::TermBefore, ..RULES };
    let before = |sent: &[(&str, u32)], day| baseline_by(&rules, sent, day);
    let both = [("2026-1", 98), ("2025-4", 100)];
    assert_eq!(before(&both, "2026-03-16").as_deref(), Some("2025-4"));
    assert_eq!(before(&both[..1], "2026-03-16"), None);
    assert_eq!(before(&both[..1], "2026-04-10").as_deref(), Some("2026-1"));
}

#[test]
fn in_the_holidays_the_baseline_is_the_term_before() {
    let found = baseline_of(&[("2026-1", 98)], "2026-04-10");
    assert_eq!(found.as_deref(), Some("2026-1"));
}

#[test]
fn too_little_on_record_is_no_baseline() {
    assert_eq!(baseline_of(&[], "2026-03-16"), None);
    assert_eq!(baseline_of(&[("2026-1", 10)], "2026-03-16"), None);
    assert_eq!(baseline_of(&[("2026-1", 0)], "2026-03-16"), None);
    assert_eq!(baseline_of(&[("2025-4", 100)], "2026-05-01"), None);
}

#[test]
fn more_half_days_than_the_term_has_had_are_impossible() {
    let calendar = Calendar::new(CalendarName::Contract2026, Vec::new());
    let term = |key: &str, first: &str, last: &str| Term {
        key: key.parse().unwrap(),
        starts_on: day(first),
        ends_on: day(last),
    };
    let terms = Terms::new(vec![
        term("2025-4", "2025-10-06", "2025-12-19"),
        term("2026-1", "2026-01-26", "2026-04-02"),
    ])
    .unwrap();
    let of = |key: &str, possible, today: &str, region| {
        let claim = TermAttendance { term: key.parse().unwrap(), ..attended(0, possible) };
        let open = OpenDays { terms: &terms, calendar: &calendar, region };
        let found = impossible_claims(&[claim], day(today), &open);
        found.first().map(|found| (found.at_most, found.until.to_string()))
    };
    // Seven school days into the term, and one fewer where its first Monday is the anniversary day.
    let auckland = Some(crate::calendar::Region::Auckland);
    assert_eq!(of("2026-1", 14, "2026-02-03", None), None);
    assert_eq!(of("2026-1", 15, "2026-02-03", None), Some((14, "2026-02-03".to_owned())));
    assert_eq!(of("2026-1", 13, "2026-02-03", auckland), Some((12, "2026-02-03".to_owned())));
    assert_eq!(of("2026-1", 250, "2026-02-03", None), Some((14, "2026-02-03".to_owned())));
    // A term that is over has its half-days, one that has not begun none, and of another nobody knows.
    assert_eq!(of("2025-4", 108, "2026-02-03", None), None);
    assert_eq!(of("2025-4", 109, "2026-02-03", None), Some((108, "2025-12-19".to_owned())));
    assert_eq!(of("2026-1", 1, "2026-01-25", None), Some((0, "2026-01-25".to_owned())));
    assert_eq!(of("2024-4", 250, "2026-02-03", None), None);
}

#[test]
fn a_claim_contradicts_what_is_on_record_already() {
    let held = |claim: (u32, u32), record: (u32, u32)| {
        let record = TermRecord { attendance: attended(record.0, record.1), is_enough: true };
        let (counted, found) =
            held_against_record(&[attended(claim.0, claim.1)], &[record], &RULES);
        assert_eq!(counted, [attended(claim.0, claim.1)]);
        !found.is_empty()
    };
    assert!(held((20, 80), (56, 74)));
    // The record lags behind: it has fewer of both.
    assert!(!held((20, 80), (19, 40)));
    assert!(!held((56, 80), (56, 74)));
    assert!(!held((0, 0), (0, 0)));
    // Far apart from five points on; less, where one of the two is chronic and the other is not.
    assert!(held((40, 80), (44, 80)));
    assert!(!held((40, 80), (43, 80)));
    assert!(held((56, 80), (57, 80)));
    assert!(!held((60, 80), (61, 80)));
    // Fewer absences than are on record.
    assert!(held((60, 80), (20, 60)));
}

#[test]
fn which_of_the_two_counts_is_a_rule() {
    let rules = EligibilityRules { baseline_source: BaselineSource::Recorded, ..RULES };
    let claim = attended(20, 80);
    let record = |is_enough| TermRecord { attendance: attended(56, 74), is_enough };
    let (counted, found) = held_against_record(&[claim], &[record(true)], &rules);
    assert_eq!((counted, found[0].counts), (vec![attended(56, 74)], BaselineSource::Recorded));
    let (counted, found) = held_against_record(&[claim], &[record(false)], &rules);
    assert_eq!((counted, found[0].counts), (vec![claim], BaselineSource::Claimed));
    // Where nothing contradicts the claim, there is nothing to choose.
    let claim = attended(55, 74);
    let (counted, found) = held_against_record(&[claim], &[record(true)], &rules);
    assert_eq!((counted, found), (vec![claim], vec![]));
}
