use chrono::NaiveDate;

use super::{
    DutyBasis, DutyContradiction, DutyKind, DutyOutcome, DutyPeriod, DutyProfile, DutyRule,
    DutyRules, DutyStanding, FixedDay, NewDuty, ObligationStatus, WaiverRefusal,
};
use crate::calendar::{Calendar, CalendarName, ExtraHoliday, Region};
use crate::contracts::ContractTerm;
use crate::terms::{Term, Terms};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn plan() -> DutyRule {
    DutyRule {
        kind: DutyKind::ServiceDeliveryPlan,
        period: DutyPeriod::Year,
        fixed_day: Some(FixedDay { month: 11, day: 15, rolls: false }),
        business_days_after: None,
        opens_days_before: Some(45),
        first_business_days: Some(20),
    }
}

fn report(period: DutyPeriod) -> DutyRule {
    DutyRule {
        kind: DutyKind::TermlyReport,
        period,
        fixed_day: None,
        business_days_after: Some(20),
        opens_days_before: None,
        first_business_days: None,
    }
}

fn term(name: &str, starts_on: &str, ends_on: &str) -> Term {
    let key = name.parse().expect("a term");
    Term { key, starts_on: day(starts_on), ends_on: day(ends_on) }
}

/// What `rule` asks of a contract from this day on for a year, where these holidays were added.
fn duties(rule: &DutyRule, starts_on: &str, year: i32, added: &[&str]) -> Vec<NewDuty> {
    let holiday = |date: &&str| ExtraHoliday {
        date: day(date),
        region: None,
        name_en: "A day of mourning".into(),
        name_mi: "He rā tangihanga".into(),
    };
    let calendar = Calendar::new(CalendarName::Contract2026, added.iter().map(holiday).collect());
    let terms = Terms::new(vec![
        term("2026-3", "2026-07-20", "2026-09-25"),
        term("2026-4", "2026-10-12", "2026-12-18"),
    ])
    .expect("terms");
    let region = Some(Region::Wellington);
    let basis = DutyBasis { calendar: &calendar, terms: &terms, region };
    let contract = ContractTerm { starts_on: day(starts_on), ends_on: None };
    rule.duties_of(contract, year, &basis).expect("within the calendar")
}

fn one(rule: &DutyRule, starts_on: &str, year: i32, added: &[&str]) -> (String, String, String) {
    let [duty] = &duties(rule, starts_on, year, added)[..] else { panic!("one duty") };
    (duty.period.clone(), duty.opens_on.to_string(), duty.due_on.to_string())
}

fn days(period: &str, opens_on: &str, due_on: &str) -> (String, String, String) {
    (period.to_owned(), opens_on.to_owned(), due_on.to_owned())
}

#[test]
fn the_plan_of_the_year_ahead_is_due_on_15_november_even_on_a_sunday() {
    let sunday = days("2027", "2026-10-01", "2026-11-15");
    assert_eq!(one(&plan(), "2026-01-01", 2027, &[]), sunday);
    let fixed_day = Some(FixedDay { month: 11, day: 15, rolls: true });
    let rolling = DutyRule { fixed_day, ..plan() };
    assert_eq!(one(&rolling, "2026-01-01", 2027, &[]).2, "2026-11-16");
    // On a business day there is nothing to move: 2027-11-15 is a Monday.
    assert_eq!(one(&rolling, "2026-01-01", 2028, &[]).2, "2027-11-15");
    assert_eq!(one(&rolling, "2026-01-01", 2028, &["2027-11-15"]).2, "2027-11-16");
}

#[test]
fn the_plan_of_the_first_year_is_due_so_many_business_days_after_the_start() {
    // Wellington keeps its day on 19 January.
    let first = one(&plan(), "2026-01-05", 2026, &[]);
    assert_eq!(first, days("2026", "2026-01-05", "2026-02-03"));
    let at_once = DutyRule { first_business_days: None, ..plan() };
    assert_eq!(one(&at_once, "2026-01-05", 2026, &[]).2, "2026-01-05");
    assert!(duties(&plan(), "2026-01-05", 2025, &[]).is_empty());
}

#[test]
fn a_report_is_due_20_business_days_after_the_term_across_christmas() {
    let term = report(DutyPeriod::Term);
    let all = duties(&term, "2026-01-01", 2026, &[]);
    let due: Vec<(&str, String)> =
        all.iter().map(|duty| (duty.period.as_str(), duty.due_on.to_string())).collect();
    // Christmas, Boxing Day observed on the 28th, New Year, and the day after observed on the 4th.
    assert_eq!(due, [("2026-3", "2026-10-23".to_owned()), ("2026-4", "2027-01-21".to_owned())]);
    assert_eq!(all[1].opens_on, day("2026-12-19"));
    let later = duties(&term, "2026-01-01", 2026, &["2027-01-20"]);
    assert_eq!(later[1].due_on, day("2027-01-22"));
    assert_eq!(later[0], all[0]);
    // A contract that begins after the third term does not report on it.
    assert_eq!(duties(&term, "2026-09-26", 2026, &[]), all[1..]);
    // The dates of 2027's terms are not known.
    assert!(duties(&term, "2026-01-01", 2027, &[]).is_empty());
}

#[test]
fn a_report_on_the_year_opens_when_the_year_is_over() {
    let (period, opens_on, _) = one(&report(DutyPeriod::Year), "2026-03-01", 2026, &[]);
    assert_eq!((period.as_str(), opens_on.as_str()), ("2026", "2027-01-01"));
    assert!(duties(&report(DutyPeriod::Year), "2026-03-01", 2025, &[]).is_empty());
}

fn version(duties: Vec<DutyRule>) -> DutyRules {
    let (code, name) = ("catchment".into(), "Catchments".into());
    DutyRules {
        profiles: vec![DutyProfile { code, name_en: name, name_mi: "Rohe".into(), duties }],
    }
}

#[test]
fn profiles_that_contradict_themselves_are_not_taken() {
    assert_eq!(version(vec![plan(), report(DutyPeriod::Term)]).contradictions(), []);
    let twice = version(vec![plan(), plan()]);
    assert_eq!(twice.contradictions(), [DutyContradiction::Repeated]);
    let mut two_profiles = version(Vec::new());
    two_profiles.profiles.extend(two_profiles.profiles.clone());
    assert_eq!(two_profiles.contradictions(), [DutyContradiction::Repeated]);
    for wrong in [
        DutyRule { business_days_after: Some(1), ..plan() },
        DutyRule { fixed_day: None, ..plan() },
        DutyRule { period: DutyPeriod::Term, ..plan() },
    ] {
        assert_eq!(version(vec![wrong]).contradictions(), [DutyContradiction::Day]);
    }
    let fixed_day = Some(FixedDay { month: 2, day: 29, rolls: false });
    let leap = version(vec![DutyRule { fixed_day, ..plan() }]);
    assert_eq!(leap.contradictions(), [DutyContradiction::ImpossibleDay]);
    for kind in [DutyKind::KeyDate, DutyKind::ReviewComment, DutyKind::ReviewConclusion] {
        let other = version(vec![DutyRule { kind, ..plan() }]);
        assert_eq!(other.contradictions(), [DutyContradiction::OtherCause], "{kind}");
    }
}

/// Every kind × every outcome × before, on and after its days.
#[test]
fn the_status_of_an_obligation_follows_from_its_days_and_its_end() {
    let (opens_on, due_on) = (day("2026-10-01"), day("2026-11-15"));
    for kind in DutyKind::ALL {
        for outcome in DutyOutcome::ALL.iter().copied().map(Some).chain([None]) {
            let duty = DutyStanding { kind: *kind, opens_on, due_on, outcome };
            let ended = match outcome {
                Some(DutyOutcome::Done) => Some(ObligationStatus::Done),
                Some(DutyOutcome::Waived) => Some(ObligationStatus::Waived),
                Some(DutyOutcome::Lapsed) => Some(ObligationStatus::Lapsed),
                None => None,
            };
            let over = if *kind == DutyKind::KeyDate {
                ObligationStatus::Lapsed
            } else {
                ObligationStatus::Open
            };
            for (today, open) in [
                ("2026-09-30", ObligationStatus::Upcoming),
                ("2026-10-01", ObligationStatus::Open),
                ("2026-11-15", ObligationStatus::Open),
                ("2026-11-16", over),
            ] {
                let status = duty.status(day(today));
                assert_eq!(status, ended.unwrap_or(open), "{kind} {outcome:?} {today}");
                let phase = duty.phase(day(today));
                let asks = |one: &&ObligationStatus| one.phases().contains(&phase);
                let asking: Vec<&ObligationStatus> =
                    ObligationStatus::ALL.iter().filter(asks).collect();
                assert_eq!(asking, [&status], "{kind} {outcome:?} {today}");
                let overdue =
                    *kind != DutyKind::KeyDate && outcome.is_none() && today == "2026-11-16";
                assert_eq!(duty.is_overdue(day(today)), overdue, "{kind} {outcome:?} {today}");
            }
            let waived = if *kind != DutyKind::KeyDate && outcome.is_none() {
                Ok(DutyOutcome::Waived)
            } else {
                Err(WaiverRefusal::NotInThisState)
            };
            assert_eq!(duty.waived(), waived, "{kind} {outcome:?}");
        }
    }
}

/// A duty of a profile is the provider's; what is the Ministry's comes of a review, and a key date is nobody's.
#[test]
fn whose_a_duty_is_and_where_it_comes_from() {
    for kind in DutyKind::ALL {
        let of_review = kind.business_days_of_review().is_some();
        assert!(!(kind.is_of_profiles() && of_review), "{kind}");
        assert!(!kind.is_of_profiles() || kind.is_of_provider(), "{kind}");
        assert!(!kind.is_of_provider() || kind.is_done_by_somebody(), "{kind}");
        let comes_of_a_bulletin = *kind == DutyKind::KeyDate;
        assert_eq!(kind.is_of_profiles() || of_review, !comes_of_a_bulletin, "{kind}");
        assert_eq!(kind.is_done_by_somebody(), !comes_of_a_bulletin, "{kind}");
    }
    assert_eq!(DutyKind::ReviewComment.business_days_of_review(), Some(10));
    assert_eq!(DutyKind::ReviewConclusion.business_days_of_review(), Some(20));
}

/// What lapsed comes back with its cause; what was done or waived does not.
#[test]
fn only_what_lapsed_comes_back() {
    for outcome in DutyOutcome::ALL {
        assert_eq!(outcome.comes_back(), *outcome == DutyOutcome::Lapsed, "{outcome}");
    }
}
