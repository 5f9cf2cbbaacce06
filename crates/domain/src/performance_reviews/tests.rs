//! Performance reviews: every step, every requirement, every cent.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use expect_test::expect_file;
use proptest::prelude::*;
use serde_json::json;
use utoipa::PartialSchema;
use uuid::Uuid;

use super::*;
use crate::contracts::{ContractTerm, WithholdingPeriod};
use crate::duties::{DutyKind, DutyOutcome};
use crate::ids::{DutyId, UserId};
use crate::measures::Measure;
use crate::registers::{read, written};
use crate::submissions::{CountedFigure, CountedFigures, FigureNumber, NoFigure, digest};
use crate::templates::FigureKind;
use crate::terms::{Term, Terms};

mod decisions;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn id(number: u128) -> UserId {
    UserId(Uuid::from_u128(number))
}

#[test]
fn each_step_follows_from_one_state() {
    use PerformanceReviewStatus::{Commented, Concluded, MetWith, Opened};
    use ReviewStep::{Comment, Conclude, Meet, MeetAfterTime};
    for status in PerformanceReviewStatus::ALL {
        for step in ReviewStep::ALL {
            let expected = match (*status, *step) {
                (Opened, Comment) => Ok(Commented),
                (Opened | Commented, MeetAfterTime) | (Commented, Meet) => Ok(MetWith),
                (MetWith, Conclude) => Ok(Concluded),
                _ => Err(StepRefusal::NotInThisState),
            };
            assert_eq!(status.take(*step), expected, "{status} {step}");
        }
        assert_eq!(status.is_frozen(), *status == Concluded, "{status}");
        assert_eq!(status.shows_findings(), *status == Concluded, "{status}");
        let documents = match *status {
            Opened | Commented => Err(StepRefusal::NotInThisState),
            MetWith => Ok(()),
            Concluded => Err(StepRefusal::Frozen),
        };
        assert_eq!(status.takes_documents(), documents, "{status}");
    }
    assert_eq!([false, true].map(ReviewStep::of_meeting), [Meet, MeetAfterTime]);
}

#[test]
fn an_action_is_done_before_it_is_verified() {
    use ReviewActionStatus::{Done, Dropped, Open, Verified};
    use ReviewActionStep::{Drop, Finish, Verify};
    for status in ReviewActionStatus::ALL {
        for step in ReviewActionStep::ALL {
            let expected = match (*status, *step) {
                (Open, Finish) => Ok(Done),
                (Done, Verify) => Ok(Verified),
                (Open | Done, Drop) => Ok(Dropped),
                _ => Err(StepRefusal::NotInThisState),
            };
            assert_eq!(status.take(*step), expected, "{status} {step}");
        }
    }
    for (outcome, reason, lacks) in [
        (ReviewActionOutcome::Verified, None, false),
        (ReviewActionOutcome::Dropped, None, true),
        (ReviewActionOutcome::Dropped, Some("No longer needed.".into()), false),
    ] {
        assert_eq!(SettleReviewAction { outcome, reason }.lacks_reason(), lacks, "{outcome}");
    }
}

#[test]
fn a_concern_without_an_action_is_open() {
    let finding = |grade, has_action| FindingStanding { grade, has_action };
    let all = [
        finding(FindingGrade::Note, false),
        finding(FindingGrade::Concern, true),
        finding(FindingGrade::Concern, false),
        finding(FindingGrade::Breach, false),
    ];
    assert_eq!(open_findings(&all), 2);
    assert_eq!(open_findings(&all[..2]), 0);
}

fn duty(kind: DutyKind, ended: Option<(DutyOutcome, &str)>) -> DutyEvidence {
    let due_on = day("2026-05-06");
    let ended = ended.map(|(outcome, on)| (outcome, day(on)));
    DutyEvidence { id: DutyId(Uuid::nil()), kind, due_on, ended }
}

fn number(measure: Measure, within_days: Option<u16>, met: Option<bool>) -> FigureNumber {
    FigureNumber {
        measure,
        within_days,
        from: day("2026-01-26"),
        to: day("2026-04-02"),
        numerator: 8,
        denominator: 10,
        pending: 0,
        excluded: 0,
        target_percent: 80,
        met,
        rule_version: "a-rule".to_owned(),
    }
}

fn figures(items: Vec<CountedFigure>) -> CountedFigures {
    CountedFigures {
        as_of: "2026-04-10T00:00:00Z".parse().expect("an instant"),
        calendar_version: "contract-2026.1".to_owned(),
        items,
    }
}

fn rules(requirements: &[WithholdingRequirement]) -> WithholdingRules {
    let rule = |requirement: &WithholdingRequirement| RequirementRule {
        requirement: *requirement,
        gate: *requirement == WithholdingRequirement::PlanOnTime,
    };
    WithholdingRules { requirements: requirements.iter().map(rule).collect() }
}

fn judged(
    requirement: WithholdingRequirement,
    duties: &[DutyEvidence],
    figures: &CountedFigures,
) -> RequirementResult {
    let basis = RequirementBasis { duties, figures, today: day("2026-05-06") };
    rules(&[requirement]).judged(basis)[0].result
}

#[test]
fn what_is_due_is_met_when_it_was_done_in_time() {
    use RequirementResult::{Met, NotApplicable, NotYet, Unmet};
    let nothing = figures(Vec::new());
    for (ended, expected) in [
        (Some((DutyOutcome::Done, "2026-05-06")), Met),
        (Some((DutyOutcome::Done, "2026-05-07")), Unmet),
        (Some((DutyOutcome::Waived, "2026-05-01")), NotApplicable),
        (Some((DutyOutcome::Lapsed, "2026-05-01")), NotApplicable),
        // It can still be done today.
        (None, NotYet),
    ] {
        for (requirement, kind) in [
            (WithholdingRequirement::PlanOnTime, DutyKind::ServiceDeliveryPlan),
            (WithholdingRequirement::ReportsOnTime, DutyKind::FundReport),
            (WithholdingRequirement::Policies, DutyKind::PolicyConfirmation),
            (WithholdingRequirement::Security, DutyKind::SecurityAssurance),
        ] {
            let found = judged(requirement, &[duty(kind, ended)], &nothing);
            assert_eq!(found, expected, "{requirement} {ended:?}");
        }
    }
    let plan = duty(DutyKind::ServiceDeliveryPlan, None);
    let basis = RequirementBasis { duties: &[plan], figures: &nothing, today: day("2026-05-07") };
    let late = rules(&[WithholdingRequirement::PlanOnTime]).judged(basis);
    assert_eq!((late[0].result, late[0].gate), (Unmet, true));
    assert_eq!(late[0].evidence, [plan.id]);
    // Two reports: the worse one counts, and a waived one does not.
    let reports =
        |one, other| [duty(DutyKind::TermlyReport, one), duty(DutyKind::FundReport, other)];
    let done = Some((DutyOutcome::Done, "2026-05-01"));
    let of = |reports: [DutyEvidence; 2]| {
        judged(WithholdingRequirement::ReportsOnTime, &reports, &nothing)
    };
    assert_eq!(of(reports(done, None)), NotYet);
    assert_eq!(of(reports(done, Some((DutyOutcome::Done, "2026-05-09")))), Unmet);
    assert_eq!(of(reports(done, Some((DutyOutcome::Waived, "2026-05-09")))), Met);
    assert_eq!(judged(WithholdingRequirement::PlanOnTime, &[], &nothing), NotApplicable);
}

#[test]
fn a_number_that_is_pending_is_not_yet_known() {
    use RequirementResult::{Met, NotApplicable, NotYet, Unmet};
    // In another order than the levels have.
    let levels = vec![
        number(Measure::SchoolContact, Some(10), Some(false)),
        number(Measure::SchoolContact, Some(5), Some(true)),
        FigureNumber { pending: 1, ..number(Measure::WhanauContact, Some(10), None) },
        FigureNumber { denominator: 0, ..number(Measure::WhanauContact, Some(15), None) },
    ];
    let outcomes = CountedFigure::not_yet(FigureKind::Outcomes, NoFigure::UnknownTerm);
    let all = figures(vec![
        CountedFigure::counted(FigureKind::ServiceLevels, levels, Vec::new()),
        outcomes,
    ]);
    for (requirement, expected) in [
        (WithholdingRequirement::SchoolContactFirst, Met),
        (WithholdingRequirement::SchoolContactSecond, Unmet),
        (WithholdingRequirement::WhanauContactFirst, NotYet),
        (WithholdingRequirement::WhanauContactSecond, NotApplicable),
        (WithholdingRequirement::ImprovedAttendance, NotYet),
        (WithholdingRequirement::Enrolled, NotYet),
        (WithholdingRequirement::TookPart, NotYet),
    ] {
        assert_eq!(judged(requirement, &[], &all), expected, "{requirement}");
    }
}

fn requirement(
    requirement: WithholdingRequirement,
    gate: bool,
    result: RequirementResult,
) -> Requirement {
    Requirement { requirement, gate, result, evidence: Vec::new() }
}

#[test]
fn taking_part_is_known_after_the_meeting() {
    let frozen = [
        requirement(WithholdingRequirement::TookPart, true, RequirementResult::NotYet),
        requirement(WithholdingRequirement::Enrolled, false, RequirementResult::NotYet),
    ];
    let meeting = |provider_attended| ReviewMeeting {
        held_at: "2026-05-01T01:00:00Z".parse().expect("an instant"),
        provider_attended,
        minutes: "All there.".into(),
    };
    for (meeting, expected) in [
        (None, RequirementResult::NotYet),
        (Some(meeting(true)), RequirementResult::Met),
        (Some(meeting(false)), RequirementResult::Unmet),
    ] {
        let found = after_meeting(&frozen, meeting.as_ref());
        let results: Vec<RequirementResult> = found.iter().map(|one| one.result).collect();
        assert_eq!(results, [expected, RequirementResult::NotYet]);
    }
}

#[test]
fn no_requirement_is_listed_twice() {
    use WithholdingRequirement::{PlanOnTime, TookPart};
    assert!(!rules(&[PlanOnTime, TookPart]).repeats());
    assert!(rules(&[PlanOnTime, TookPart, PlanOnTime]).repeats());
}

fn terms() -> Terms {
    let term = |key: &str, starts_on: &str, ends_on: &str| Term {
        key: key.parse().expect("a term"),
        starts_on: day(starts_on),
        ends_on: day(ends_on),
    };
    let known = vec![
        term("2026-1", "2026-01-26", "2026-04-02"),
        term("2026-2", "2026-04-20", "2026-07-03"),
        term("2026-3", "2026-07-20", "2026-09-25"),
    ];
    Terms::new(known).expect("terms")
}

#[test]
fn the_terms_of_a_contract_are_those_in_which_it_runs() {
    let of = |starts_on: &str, ends_on: Option<&str>, term: &str| {
        let contract = ContractTerm { starts_on: day(starts_on), ends_on: ends_on.map(day) };
        let found = PaymentPeriods::of(contract, term.parse().expect("a term"), &terms());
        (found.count, found.is_last)
    };
    assert_eq!(of("2025-01-01", None, "2026-1"), (4, false));
    // Nobody knows the dates of the fourth.
    assert_eq!(of("2025-01-01", None, "2026-4"), (4, true));
    assert_eq!(of("2026-07-01", None, "2026-3"), (3, false));
    assert_eq!(of("2026-07-04", None, "2026-3"), (2, false));
    assert_eq!(of("2026-01-01", Some("2026-04-10"), "2026-1"), (2, false));
}

#[test]
fn a_year_is_paid_with_its_last_review() {
    let last = PaymentPeriods { count: 4, is_last: true };
    let first = PaymentPeriods { count: 4, is_last: false };
    let (year, term) = (WithholdingPeriod::Year, WithholdingPeriod::Term);
    assert_eq!(payment_cents(100_000_001, 10, year, last), Some(10_000_000));
    assert_eq!(payment_cents(100_000_001, 10, year, first), None);
    assert_eq!(payment_cents(100_000_030, 10, term, first), Some(2_500_000));
    assert_eq!(payment_cents(100_000_030, 10, term, last), Some(2_500_003));
    assert_eq!(payment_cents(100_000_000, 0, term, first), None);
    assert_eq!(payment_cents(10, 10, term, first), None);
    assert_eq!(payment_cents(10, 10, term, last), Some(1));
}

#[test]
fn the_form_in_which_reviews_are_kept_is_pinned() {
    let review: PerformanceReview = serde_json::from_value(json!({
        "providerComment": "Two kaimahi were ill.",
        "meeting": {
            "heldAt": "2026-05-01T01:00:00Z", "providerAttended": true, "minutes": "All there.",
        },
    }))
    .expect("a review");
    let schema = serde_json::to_string_pretty(&PerformanceReview::schema()).expect("a schema");
    let form = PerformanceReview::FORM;
    expect_file![format!("forms/performance_review-{form}.json")].assert_eq(&(schema + "\n"));
    let kept = written::<PerformanceReview>(&review);
    let members: BTreeSet<&str> =
        kept.as_object().expect("members").keys().map(String::as_str).collect();
    assert_eq!(members, PerformanceReview::MEMBERS.iter().copied().collect());
    expect_file![format!("forms/performance_review-{form}-kept.json")]
        .assert_eq(&(serde_json::to_string_pretty(&kept).expect("json") + "\n"));
    assert_eq!(read::<PerformanceReview>(kept, form).expect("it reads"), review);
}

proptest! {
    /// The parts are equal but for the last, are never less than nothing, and are the whole share together.
    #[test]
    fn no_cent_is_lost(amount in 1_i64..=10_000_000_000, percent in 0_i32..=100, count in 1_i64..=4) {
        let part = |is_last| {
            let periods = PaymentPeriods { count, is_last };
            payment_cents(amount, percent, WithholdingPeriod::Term, periods).unwrap_or(0)
        };
        let whole = i128::from(amount) * i128::from(percent) / 100;
        let (each, last) = (part(false), part(true));
        prop_assert_eq!(i128::from(each) * i128::from(count - 1) + i128::from(last), whole);
        prop_assert!(each >= 0 && last >= each && last - each < count);
    }

    #[test]
    fn any_other_result_has_another_digest(one in 0_usize..4, other in 0_usize..4) {
        let of = |result: usize| {
            digest(&FrozenReview {
                contract_id: crate::ids::ContractId(Uuid::nil()),
                term: "2026-1".parse().expect("a term"),
                figures: figures(Vec::new()),
                requirements: vec![requirement(
                    WithholdingRequirement::PlanOnTime,
                    true,
                    RequirementResult::ALL[result],
                )],
                rule_version: "withholding-2026-1".to_owned(),
            })
        };
        prop_assert_eq!(of(one) == of(other), one == other);
    }
}
