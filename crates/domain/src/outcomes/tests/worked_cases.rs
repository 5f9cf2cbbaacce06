//! The cases of `worked_cases.csv`, which were worked by hand, and whether the rules agree.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{RULES, at_school, attended, before, contract, day, terms};
use crate::calendar::Region;
use crate::measures::{DayCount, Departed, Excluded, Measure, MeasureResult, ReferralInputs};
use crate::outcomes::{
    AttendanceInputs, ContactDetails, EnrolmentDeadlines, EnrolmentInputs, OutcomeInputs,
    OutcomeTerm, enrolled, outcome_term,
};
use crate::referrals::ReferralKind;
use crate::rules::{ImprovedAttendanceRule, Improvement, OutcomeRules};

const CASES: &str = include_str!("../worked_cases.csv");

/// A row of the table by the names of its columns.
struct Case(BTreeMap<&'static str, &'static str>);

fn cases() -> Vec<Case> {
    let mut lines = CASES.lines();
    let columns: Vec<&str> = lines.next().unwrap().split(',').collect();
    let case = |line: &'static str| {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), columns.len(), "{line}");
        Case(columns.iter().copied().zip(cells).collect())
    };
    lines.map(case).collect()
}

impl Case {
    fn text(&self, column: &str) -> Option<&'static str> {
        Some(self.0[column]).filter(|text| !text.is_empty())
    }

    fn date(&self, column: &str) -> Option<NaiveDate> {
        self.text(column).map(day)
    }

    fn dates(&self, column: &str) -> Vec<NaiveDate> {
        self.0[column].split_whitespace().map(day).collect()
    }

    fn referred(&self) -> NaiveDate {
        self.date("referred").unwrap()
    }

    fn region(&self) -> Option<Region> {
        self.text("region").map(|region| region.parse().unwrap())
    }

    fn half_days(&self, column: &str) -> Option<(u32, u32)> {
        let (present, possible) = self.text(column)?.split_once('/').unwrap();
        Some((present.parse().unwrap(), possible.parse().unwrap()))
    }

    fn referral(&self) -> ReferralInputs {
        let departed = self.text("departed").map(|departed| {
            let (why, on) = departed.split_once(' ').unwrap();
            let at =
                DayCount::business(self.referred(), day(on), contract(), self.region()).unwrap();
            Departed { why: why.parse().unwrap(), at }
        });
        let exclusion = self.text("referral_exclusion");
        let exclusion = exclusion.map(|why| Excluded { why: why.parse().unwrap(), decided: None });
        ReferralInputs { exclusion, departed }
    }

    fn rules(&self) -> OutcomeRules {
        let improvement = match self.text("improvement") {
            Some("points") => Improvement::Points,
            Some("relative") | None => Improvement::Relative,
            Some(other) => panic!("{other}"),
        };
        let improved_attendance =
            ImprovedAttendanceRule { improvement, ..RULES.improved_attendance };
        OutcomeRules { improved_attendance, ..RULES }
    }

    /// The inputs, once the terms and dates on the way to them are those worked by hand.
    fn inputs(&self) -> OutcomeInputs {
        match self.text("kind").unwrap().parse().unwrap() {
            ReferralKind::ChronicAbsence => OutcomeInputs::ImprovedAttendance(self.attendance()),
            ReferralKind::NonEnrolment => OutcomeInputs::Enrolled(self.enrolment()),
        }
    }

    fn attendance(&self) -> AttendanceInputs {
        let key = outcome_term(self.referred(), &terms()).unwrap().to_string();
        assert_eq!(Some(key.as_str()), self.text("outcome_term"), "case {}", self.0["number"]);
        let (present, possible) = self.half_days("attended").unwrap_or_default();
        let attended_then = attended(&key, present, possible);
        let outcome = OutcomeTerm::of(attended_then, &terms(), contract(), self.region());
        let half_days = self.text("term_half_days").map(|text| text.parse().unwrap());
        assert_eq!(outcome.known.map(|term| term.half_days), half_days);
        assert_eq!(outcome.known.map(|term| term.ends_on), self.date("last_day"));
        let baseline = self.half_days("baseline").map(before);
        AttendanceInputs { baseline, outcome: Some(outcome) }
    }

    fn enrolment(&self) -> EnrolmentInputs {
        let (referred, calendar, region) = (self.referred(), contract(), self.region());
        let deadlines =
            EnrolmentDeadlines::of(referred, &RULES.enrolled, calendar, region).unwrap();
        assert_eq!(Some(deadlines.due_on), self.date("last_day"), "case {}", self.0["number"]);
        let first_days = self.dates("enrolled_from");
        let confirmed = self.dates("contact_confirmed");
        EnrolmentInputs {
            enrolled: enrolled(referred, &at_school(&first_days), calendar, region)
                .unwrap()
                .map(|enrolled| enrolled.at),
            contact_details: ContactDetails::confirmed(referred, &confirmed, &[], calendar, region)
                .unwrap(),
            deadlines,
        }
    }

    fn expected(&self) -> MeasureResult {
        match self.text("expected").unwrap() {
            "met" => MeasureResult::Met,
            "missed" => MeasureResult::Missed,
            "pending" => MeasureResult::Pending,
            "excluded" => {
                MeasureResult::Excluded(self.text("excluded_because").unwrap().parse().unwrap())
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
fn every_worked_case_comes_out_as_it_was_worked_by_hand() {
    let mut differing = Vec::new();
    for case in cases() {
        let as_of = case.date("as_of").unwrap();
        let found = case.inputs().classify(&case.referral(), &case.rules(), as_of);
        if found != case.expected() {
            differing.push(format!("{} {}: {found:?}", case.0["number"], case.0["shows"]));
        }
    }
    assert!(differing.is_empty(), "{differing:#?}");
}

#[test]
fn the_table_is_numbered_and_has_both_measures_and_every_standing() {
    let cases = cases();
    assert!(cases.len() >= 40);
    for (number, case) in (1..).zip(&cases) {
        assert_eq!(case.0["number"], format!("{number}"));
        assert!(case.text("shows").is_some() && case.text("why").is_some());
    }
    for measure in [Measure::ImprovedAttendance, Measure::Enrolled] {
        for expected in ["met", "missed", "pending", "excluded"] {
            let fits = |case: &&Case| {
                case.inputs().measure() == measure && case.text("expected") == Some(expected)
            };
            assert!(cases.iter().any(|case| fits(&case)), "{measure} {expected}");
        }
    }
}
