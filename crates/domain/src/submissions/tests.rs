use std::collections::BTreeSet;

use chrono::NaiveDate;
use expect_test::expect_file;
use proptest::prelude::*;
use serde_json::{Value, json};
use utoipa::PartialSchema;

use super::{
    BeginSubmission, ContentFault, ContentPlace, ContentRefusal, MissingPart, PolicyKind,
    Submission, SubmissionBasis, SubmissionPeriod, SubmissionStatus, SubmissionStep, counted_of,
    days_late,
};
use crate::ids::{ContractId, RegisterEntryId};
use crate::measures::Measure;
use crate::registers::{Lifecycle, Register, StepRefusal, read, written};
use crate::templates::{QuestionPlace, SubmissionKind, Template};
use crate::terms::TermKey;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn term(text: &str) -> TermKey {
    text.parse().expect("a term")
}

fn template(kind: &str) -> Template {
    let question = |key: &str, of: &str, required: bool| json!({ "key": key, "promptEn": "Say more.", "type": of, "required": required });
    let mut text = question("trend", "text", true);
    text["maxLength"] = json!(10);
    let mut number = question("staff", "number", true);
    number["minimum"] = json!(1);
    number["maximum"] = json!(20);
    let mut choice = question("ready", "choice", false);
    choice["choices"] = json!([
        { "code": "yes", "labelEn": "Yes" }, { "code": "no", "labelEn": "No" },
    ]);
    let mut table = question("changes", "table", false);
    table["columns"] = json!([{ "code": "what", "labelEn": "What" }]);
    let mut figures = question("levels", "figures", true);
    figures["figure"] = json!("service_levels");
    serde_json::from_value(json!({
        "code": "a-template",
        "templateVersion": 1,
        "kind": kind,
        "titleEn": "A template",
        "sections": [
            { "titleEn": "One", "questions": [text, number] },
            { "titleEn": "Two", "questions": [
                choice, table, figures, question("costs", "money", true),
                question("evidence", "document", false),
            ] },
        ],
    }))
    .expect("a template")
}

fn submission(content: Value) -> Submission {
    serde_json::from_value(content).expect("content")
}

fn answers() -> Value {
    json!([
        { "question": "trend", "text": "Up" },
        { "question": "staff", "number": 4 },
        { "question": "costs", "cents": 1250 },
    ])
}

fn milestone(key: &str, quarter: u8, due_on: &str) -> Value {
    json!({
        "key": key, "quarter": quarter, "title": "Meet every school", "target": "All of them.",
        "owner": "Workflow lead", "dueOn": due_on,
    })
}

fn year_of_milestones() -> Vec<Value> {
    let due = ["2027-03-31", "2027-06-30", "2027-09-30", "2027-12-31"];
    due.iter().zip(1..).map(|(due, at)| milestone(&format!("m{at}"), at, due)).collect()
}

fn policies(reviewed: &str) -> Vec<Value> {
    let each = PolicyKind::ALL
        .iter()
        .map(|kind| json!({ "policy": kind, "fit": true, "reviewedOn": reviewed, "version": "3" }));
    each.collect()
}

const TODAY: &str = "2026-11-10";

fn checked(kind: &str, content: Value) -> Result<(), ContentRefusal> {
    let (template, today) = (template(kind), day(TODAY));
    let period = SubmissionPeriod::Year(2027);
    submission(content).check(SubmissionBasis { template: &template, period, today })
}

fn complete(kind: &str, content: Value, last: &str) -> Result<(), ContentRefusal> {
    let (template, today) = (template(kind), day(TODAY));
    let period = SubmissionPeriod::Year(2027);
    let basis = SubmissionBasis { template: &template, period, today };
    submission(content).check_complete(basis, day(last))
}

#[test]
fn every_status_and_every_step_of_every_kind() {
    use SubmissionStatus::{Accepted, Draft, Returned, Submitted};
    use SubmissionStep::{Accept, Return, Submit, Vary};
    for kind in SubmissionKind::ALL {
        for status in SubmissionStatus::ALL {
            for step in SubmissionStep::ALL {
                let expected = match (status, step) {
                    (Draft, Submit) | (Returned, Submit) => Ok(Submitted),
                    (Submitted, Return) => Ok(Returned),
                    (Submitted, Accept) => Ok(Accepted),
                    (Accepted, Vary) if *kind == SubmissionKind::Plan => Ok(Draft),
                    (_, Submit | Return | Accept | Vary) => Err(StepRefusal::NotInThisState),
                };
                let taken = step.require_for(*kind).and_then(|()| status.take(*step));
                assert_eq!(taken, expected, "{kind} {status} {step}");
            }
        }
    }
    let editable = SubmissionStatus::ALL.iter().filter(|status| status.editable().is_ok());
    assert_eq!(editable.collect::<Vec<_>>(), [&Draft, &Returned]);
    assert!(SubmissionStatus::ALL.iter().all(|status| !status.is_frozen()));
}

#[test]
fn a_report_on_a_term_has_a_term_of_its_year_and_nothing_else_has_one() {
    let begun = |term: Option<&str>| BeginSubmission {
        contract_id: ContractId::generate(),
        template_id: RegisterEntryId::generate(),
        contract_year: 2026,
        term: term.map(|term| term.parse().expect("a term")),
    };
    for kind in SubmissionKind::ALL {
        let of = |term| begun(term).period(*kind);
        let found = (of(None), of(Some("2026-2")), of(Some("2025-4")));
        let (year, term) = (SubmissionPeriod::Year(2026), SubmissionPeriod::Term(term("2026-2")));
        let expected = if kind.is_of_term() {
            (Err(ContentRefusal::NoTerm), Ok(term), Err(ContentRefusal::OutsideYear))
        } else {
            let other = || Err(ContentRefusal::TermOfOther);
            (Ok(year), other(), other())
        };
        assert_eq!(found, expected, "{kind}");
    }
    for text in ["2026", "2026-2"] {
        assert_eq!(text.parse::<SubmissionPeriod>().expect("a period").to_string(), text);
    }
    assert!("2026-5".parse::<SubmissionPeriod>().is_err());
}

#[test]
fn an_answer_fits_the_type_and_the_limits_of_its_question() {
    use ContentFault::{
        OtherType, Repeated, Required, TooLarge, TooLong, TooSmall, UnknownChoice, UnknownColumn,
        UnknownQuestion,
    };
    use ContentPlace::{AnsweredQuestion, Cents, Choice, Number, Rows, Text};
    let row = |columns: &[&str]| {
        let cells: Vec<Value> =
            columns.iter().map(|column| json!({ "column": column, "value": "x" })).collect();
        json!([{ "cells": cells }])
    };
    let rows = [
        (json!({ "question": "trend", "text": "Up" }), None),
        (json!({ "question": "trend", "text": "Up and down" }), Some((Text(0), TooLong))),
        (json!({ "question": "trend" }), Some((Text(0), Required))),
        (json!({ "question": "trend", "number": 4 }), Some((Number(0), OtherType))),
        (json!({ "question": "trend", "text": "Up", "cents": 4 }), Some((Cents(0), OtherType))),
        (json!({ "question": "staff", "number": 1 }), None),
        (json!({ "question": "staff", "number": 20 }), None),
        (json!({ "question": "staff", "number": 0 }), Some((Number(0), TooSmall))),
        (json!({ "question": "staff", "number": 21 }), Some((Number(0), TooLarge))),
        (json!({ "question": "ready", "choice": "yes" }), None),
        (json!({ "question": "ready", "choice": "maybe" }), Some((Choice(0), UnknownChoice))),
        (json!({ "question": "changes", "rows": row(&["what"]) }), None),
        (json!({ "question": "changes", "rows": row(&["why"]) }), Some((Rows(0), UnknownColumn))),
        (
            json!({ "question": "changes", "rows": row(&["what", "what"]) }),
            Some((Rows(0), UnknownColumn)),
        ),
        (json!({ "question": "levels", "text": "98 %" }), Some((AnsweredQuestion(0), OtherType))),
        (json!({ "question": "who", "text": "x" }), Some((AnsweredQuestion(0), UnknownQuestion))),
    ];
    for (answer, fault) in rows {
        let found = checked("annual", json!({ "answers": [answer] }));
        let expected = fault.map_or(Ok(()), |fault| Err(ContentRefusal::Faults(vec![fault])));
        assert_eq!(found, expected, "{answer}");
    }
    let twice = json!({ "question": "staff", "number": 4 });
    let found = checked("annual", json!({ "answers": [twice, twice] }));
    assert_eq!(found, Err(ContentRefusal::Faults(vec![(AnsweredQuestion(1), Repeated)])));
}

#[test]
fn all_required_answers_that_are_missing_are_named_at_once() {
    let missing = |content: Value| match complete("annual", content, "2026-11-09") {
        Err(ContentRefusal::Missing(parts)) => parts,
        other => panic!("{other:?}"),
    };
    let part = |section: usize, question: usize, key: &str| MissingPart::Answer {
        place: QuestionPlace { section, question },
        key: key.to_owned(),
    };
    let all = [part(0, 0, "trend"), part(0, 1, "staff"), part(1, 3, "costs")];
    assert_eq!(missing(json!({})), all);
    let some = json!({ "answers": [{ "question": "staff", "number": 4 }] });
    assert_eq!(missing(some), [all[0].clone(), all[2].clone()]);
    // The service answers `levels`, and the others are not required.
    assert_eq!(complete("annual", json!({ "answers": answers() }), "2026-11-09"), Ok(()));
}

#[test]
fn what_looks_back_is_submitted_after_its_last_day() {
    for kind in SubmissionKind::ALL {
        let content = json!({
            "answers": answers(),
            "milestones": if kind.is_plan() { year_of_milestones() } else { Vec::new() },
            "policies": if kind.confirms_policies() { policies("2026-01-01") } else { Vec::new() },
        });
        for (last, is_over) in [(TODAY, false), ("2026-11-09", true), ("2027-12-31", false)] {
            let found = complete(kind.as_str(), content.clone(), last);
            let waits = kind.looks_back() && !is_over;
            let expected = if waits { Err(ContentRefusal::NotOver) } else { Ok(()) };
            assert_eq!(found, expected, "{kind} {last}");
        }
    }
}

#[test]
fn a_plan_has_a_milestone_in_each_quarter_and_all_within_its_year() {
    let plan = |milestones: Vec<Value>| json!({ "answers": answers(), "milestones": milestones });
    assert_eq!(complete("plan", plan(year_of_milestones()), "2027-12-31"), Ok(()));
    let mut some = year_of_milestones();
    some.remove(2);
    some.remove(0);
    assert_eq!(
        complete("plan", plan(some), "2027-12-31"),
        Err(ContentRefusal::QuartersWithoutMilestone(vec![1, 3]))
    );
    let mut outside = year_of_milestones();
    outside[0]["dueOn"] = json!("2026-12-31");
    outside[3]["dueOn"] = json!("2028-01-01");
    assert_eq!(
        checked("plan", plan(outside)),
        Err(ContentRefusal::MilestonesOutsideYear(vec![0, 3]))
    );
    let twice = vec![milestone("m1", 1, "2027-03-31"), milestone("m1", 2, "2027-06-30")];
    assert_eq!(
        checked("plan", plan(twice)),
        Err(ContentRefusal::Faults(vec![(ContentPlace::MilestoneKey(1), ContentFault::Repeated)]))
    );
    assert_eq!(
        checked("annual", plan(year_of_milestones())),
        Err(ContentRefusal::Faults(vec![(ContentPlace::Milestones, ContentFault::OfOtherKind)]))
    );
}

#[test]
fn every_policy_is_confirmed_once_and_one_that_is_not_fit_says_what_changes() {
    let with = |policies: Vec<Value>| json!({ "answers": answers(), "policies": policies });
    let done = |policies: Vec<Value>| complete("policies", with(policies), "2027-12-31");
    assert_eq!(done(policies("2026-01-01")), Ok(()));
    let mut some = policies("2026-01-01");
    some.truncate(5);
    assert_eq!(
        done(some),
        Err(ContentRefusal::Missing(vec![
            MissingPart::Policy(PolicyKind::BusinessContinuity),
            MissingPart::Policy(PolicyKind::CaseClosure),
        ]))
    );
    // Three years to the day (Children's Act 2014, section 19), for child protection alone.
    assert_eq!(done(policies("2023-11-10")), Ok(()));
    assert_eq!(
        done(policies("2023-11-09")),
        Err(ContentRefusal::Missing(vec![MissingPart::PolicyReview(PolicyKind::ChildProtection)]))
    );
    let mut wrong = policies("2026-01-01");
    wrong[0]["fit"] = json!(false);
    wrong[1]["reviewedOn"] = json!("2026-11-11");
    wrong[2]["policy"] = json!("complaints");
    wrong[4]["fit"] = json!(false);
    wrong[4]["changes"] = json!("A new clause.");
    assert_eq!(
        checked("policies", with(wrong)),
        Err(ContentRefusal::Faults(vec![
            (ContentPlace::PolicyChanges(0), ContentFault::Required),
            (ContentPlace::PolicyReviewedOn(1), ContentFault::InTheFuture),
            (ContentPlace::PolicyKind(3), ContentFault::Repeated),
        ]))
    );
    assert_eq!(
        checked("security", with(policies("2026-01-01"))),
        Err(ContentRefusal::Faults(vec![(ContentPlace::Policies, ContentFault::OfOtherKind)]))
    );
}

#[test]
fn each_measure_is_counted_of_the_referrals_that_are_decided_by_then() {
    let of =
        |measure, period: &str| counted_of(measure, period.parse().expect("a period")).to_string();
    for (measure, of_term_1, of_term_4) in [
        (Measure::SchoolContact, "2026-1", "2026-4"),
        (Measure::WhanauContact, "2026-1", "2026-4"),
        (Measure::Enrolled, "2025-4", "2026-3"),
        (Measure::ImprovedAttendance, "2025-3", "2026-2"),
    ] {
        let found = (of(measure, "2026-1"), of(measure, "2026-4"), of(measure, "2026"));
        assert_eq!(found, (of_term_1.into(), of_term_4.into(), "2026".into()), "{measure}");
    }
}

#[test]
fn late_days_are_days_after_the_day_that_it_was_due() {
    for (submitted, late) in
        [("2026-11-01", 0), ("2026-11-15", 0), ("2026-11-16", 1), ("2027-01-14", 60)]
    {
        assert_eq!(days_late(day("2026-11-15"), day(submitted)), late, "{submitted}");
    }
}

#[test]
fn the_form_in_which_submissions_are_kept_is_pinned() {
    let submission = submission(json!({
        "answers": [{ "question": "trend", "text": "Up" }],
        "milestones": [milestone("m1", 1, "2027-03-31")],
        "policies": [policies("2026-01-01")[0]],
    }));
    let schema = serde_json::to_string_pretty(&Submission::schema()).expect("a schema");
    expect_file![format!("forms/submission-{}.json", Submission::FORM)].assert_eq(&(schema + "\n"));
    let kept = written::<Submission>(&submission);
    let members: BTreeSet<&str> =
        kept.as_object().expect("members").keys().map(String::as_str).collect();
    assert_eq!(members, Submission::MEMBERS.iter().copied().collect());
    expect_file![format!("forms/submission-{}-kept.json", Submission::FORM)]
        .assert_eq(&(serde_json::to_string_pretty(&kept).expect("json") + "\n"));
    assert_eq!(read::<Submission>(kept, Submission::FORM).expect("it reads"), submission);
}

proptest! {
    /// What is complete fits, and stays complete when something more is answered.
    #[test]
    fn what_is_complete_fits(answered in prop::collection::vec(any::<bool>(), 3)) {
        let all = answers();
        let some: Vec<&Value> = all
            .as_array()
            .expect("a list")
            .iter()
            .zip(&answered)
            .filter_map(|(answer, is_there)| is_there.then_some(answer))
            .collect();
        let found = complete("annual", json!({ "answers": some }), "2026-11-09");
        let missing = answered.iter().filter(|is_there| !**is_there).count();
        match found {
            Ok(()) => prop_assert_eq!(missing, 0),
            Err(ContentRefusal::Missing(parts)) => prop_assert_eq!(parts.len(), missing),
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
        }
    }
}
