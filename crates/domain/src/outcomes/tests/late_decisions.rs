//! A decision that comes after an outcome was missed, and one that comes before.

use chrono::NaiveDate;

use super::{RULES, at_school, contract, day};
use crate::measures::{
    DayCount, Excluded, Exclusion, MeasureResult, ReferralExclusion, ReferralInputs,
};
use crate::outcomes::{ContactDetails, EnrolmentDeadlines, EnrolmentInputs, enrolled};
use crate::rules::{LateDecision, OutcomeRules};

/// A referral for non-enrolment of 2 March 2026, with details that are current; its last day is 14
/// May.
fn inputs(enrolled_on: &[&str]) -> EnrolmentInputs {
    let (referred, calendar) = (day("2026-03-02"), contract());
    let days: Vec<NaiveDate> = enrolled_on.iter().copied().map(day).collect();
    let deadlines = EnrolmentDeadlines::of(referred, &RULES.enrolled, calendar, None).unwrap();
    assert_eq!(deadlines.due_on, day("2026-05-14"));
    EnrolmentInputs {
        enrolled: enrolled(referred, &at_school(&days), calendar, None).unwrap().map(|of| of.at),
        contact_details: ContactDetails::confirmed(referred, &[referred], &[], calendar, None)
            .unwrap(),
        deadlines,
    }
}

fn decided(why: ReferralExclusion, on: &str) -> ReferralInputs {
    let decided = DayCount::business(day("2026-03-02"), day(on), contract(), None).unwrap();
    let exclusion = Some(Excluded { why, decided: Some(decided) });
    ReferralInputs { exclusion, departed: None }
}

#[test]
fn what_was_missed_stays_missed_by_the_rule_that_says_so() {
    let stays = OutcomeRules { late_decision: LateDecision::MissedStays, ..RULES };
    let today = day("2026-08-03");
    for (why, excluded) in [
        (ReferralExclusion::Declined, Exclusion::Declined),
        (ReferralExclusion::Withdrawn, Exclusion::Withdrawn),
        (ReferralExclusion::Redirected, Exclusion::Redirected),
        (ReferralExclusion::JoinedToOpenCase, Exclusion::JoinedToOpenCase),
    ] {
        let seen = |on, rules| inputs(&[]).classify(&decided(why, on), rules, today);
        let excluded = MeasureResult::Excluded(excluded);
        assert_eq!(seen("2026-05-14", &stays), excluded, "on the last day");
        assert_eq!(seen("2026-05-15", &stays), MeasureResult::Missed, "the day after");
        assert_eq!(seen("2026-05-15", &RULES), excluded, "by the first versions");
    }
}

#[test]
fn a_late_decision_changes_nothing_of_what_was_reached_either() {
    let stays = OutcomeRules { late_decision: LateDecision::MissedStays, ..RULES };
    let late = decided(ReferralExclusion::Declined, "2026-06-02");
    let found = inputs(&["2026-05-14"]).classify(&late, &stays, day("2026-08-03"));
    assert_eq!(found, MeasureResult::Met);
}

#[test]
fn who_was_reached_has_details_that_are_right_by_the_rule_that_says_so() {
    let (referred, calendar) = (day("2026-03-02"), contract());
    let mut confirming = RULES;
    confirming.enrolled.contact_confirms = true;
    let seen = |reached: &str, rules: &OutcomeRules| {
        let details =
            ContactDetails::confirmed(referred, &[], &[day(reached)], calendar, None).unwrap();
        let known = EnrolmentInputs { contact_details: details, ..inputs(&["2026-03-09"]) };
        known.classify(&ReferralInputs::default(), rules, day("2026-08-03"))
    };
    let not_current = MeasureResult::Excluded(Exclusion::ContactDetailsNotCurrent);
    // 60 days before, 10 business days after.
    for reached in ["2026-01-01", "2026-03-02", "2026-03-04", "2026-03-16"] {
        assert_eq!(seen(reached, &confirming), MeasureResult::Met, "{reached}");
        assert_eq!(seen(reached, &RULES), not_current, "{reached}");
    }
    for reached in ["2025-12-31", "2026-03-17"] {
        assert_eq!(seen(reached, &confirming), not_current, "{reached}");
    }
}
