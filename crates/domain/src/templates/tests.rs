use std::collections::BTreeSet;

use expect_test::expect_file;
use serde_json::{Value, json};
use utoipa::PartialSchema;

use super::{
    QuestionFault, QuestionPlace, QuestionType, SubmissionKind, Template, TemplateRefusal,
    TemplateStatus, TemplateStep,
};
use crate::registers::{Lifecycle, Register, StepRefusal, read, written};

fn template(questions: Value) -> Template {
    serde_json::from_value(json!({
        "code": "termly-report",
        "templateVersion": 1,
        "kind": "termly",
        "titleEn": "Report on the term",
        "titleMi": "Te pūrongo mō te wāhanga",
        "sections": [{ "titleEn": "Results", "titleMi": "Ngā hua", "questions": questions }],
    }))
    .expect("a template")
}

fn question(key: &str, of: &str, limits: Value) -> Value {
    let mut question =
        json!({ "key": key, "promptEn": "What went well?", "type": of, "required": true });
    for (name, value) in limits.as_object().expect("members") {
        question[name] = value.clone();
    }
    question
}

fn choices(codes: &[&str]) -> Value {
    codes.iter().map(|code| json!({ "code": code, "labelEn": code })).collect()
}

#[test]
fn every_status_and_every_step() {
    use TemplateStatus::{Draft, Published, Retired};
    use TemplateStep::{Publish, Retire};
    let no = Err(StepRefusal::NotInThisState);
    let rows = [
        (Draft, Publish, Ok(Published)),
        (Draft, Retire, no),
        (Published, Publish, no),
        (Published, Retire, Ok(Retired)),
        (Retired, Publish, no),
        (Retired, Retire, no),
    ];
    assert_eq!(rows.len(), TemplateStatus::ALL.len() * TemplateStep::ALL.len());
    for (status, step, expected) in rows {
        assert_eq!(status.take(step), expected, "{status}, {step}");
    }
    let of = |is: fn(TemplateStatus) -> bool| {
        TemplateStatus::ALL.iter().copied().filter(|status| is(*status)).collect::<Vec<_>>()
    };
    assert_eq!(of(TemplateStatus::is_frozen), [Published, Retired]);
    assert_eq!(of(TemplateStatus::is_public), [Published, Retired]);
    assert_eq!(of(TemplateStatus::is_in_use), [Published]);
}

#[test]
fn each_kind_has_its_period() {
    let of = |is: fn(SubmissionKind) -> bool| {
        SubmissionKind::ALL.iter().copied().filter(|kind| is(*kind)).collect::<Vec<_>>()
    };
    use SubmissionKind::{Annual, Fund, Initiatives, Plan, Policies, Termly};
    assert_eq!(of(SubmissionKind::is_of_term), [Termly, Fund]);
    assert_eq!(of(SubmissionKind::looks_back), [Termly, Fund, Initiatives, Annual]);
    assert_eq!(of(SubmissionKind::is_plan), [Plan]);
    assert_eq!(of(SubmissionKind::confirms_policies), [Policies]);
}

#[test]
fn a_question_has_the_limits_of_its_type_and_no_others() {
    let limits = [
        ("maxLength", json!(100), &["text"][..]),
        ("minimum", json!(1), &["number", "money"]),
        ("maximum", json!(9), &["number", "money"]),
        ("choices", choices(&["yes", "no"]), &["choice"]),
        ("columns", choices(&["what"]), &["table"]),
        ("figure", json!("outcomes"), &["figures"]),
    ];
    for of in QuestionType::ALL {
        for (name, value, types) in &limits {
            let own = match of {
                QuestionType::Choice => json!({ "choices": choices(&["yes", "no"]) }),
                QuestionType::Table => json!({ "columns": choices(&["what"]) }),
                QuestionType::Figures => json!({ "figure": "outcomes" }),
                QuestionType::Text
                | QuestionType::Number
                | QuestionType::Money
                | QuestionType::Document => json!({}),
            };
            let mut with = own;
            with[*name] = value.clone();
            let found = template(json!([question("q1", of.as_str(), with)])).check();
            let place = QuestionPlace { section: 0, question: 0 };
            let refused = TemplateRefusal::Questions(vec![(place, QuestionFault::OtherTypesLimit)]);
            let expected = if types.contains(&of.as_str()) { Ok(()) } else { Err(refused) };
            assert_eq!(found, expected, "{of} {name}");
        }
    }
}

#[test]
fn all_questions_that_do_not_fit_are_named_at_once() {
    let found = template(json!([
        question("q1", "choice", json!({ "choices": choices(&["yes"]) })),
        question("q1", "text", json!({})),
        question("q2", "table", json!({})),
        question("q3", "figures", json!({})),
        question("q4", "money", json!({ "minimum": 5, "maximum": 4 })),
        question("q5", "choice", json!({ "choices": choices(&["yes", "yes"]) })),
        question("q6", "number", json!({ "minimum": 5, "maximum": 5 })),
    ]))
    .check();
    let Err(TemplateRefusal::Questions(faults)) = found else { panic!("{found:?}") };
    let faults: Vec<_> = faults.into_iter().map(|(at, fault)| (at.question, fault)).collect();
    assert_eq!(
        faults,
        [
            (0, QuestionFault::TooFewChoices),
            (1, QuestionFault::RepeatedKey),
            (2, QuestionFault::NoColumn),
            (3, QuestionFault::NoFigure),
            (4, QuestionFault::BelowMinimum),
            (5, QuestionFault::RepeatedCode),
        ]
    );
    assert_eq!(template(json!([])).check(), Err(TemplateRefusal::NoQuestion));
}

/// What is kept in a form is read for as long as there are entries: when this fails, the form has changed.
#[test]
fn the_form_in_which_templates_are_kept_is_pinned() {
    let template = template(json!([question("q1", "text", json!({}))]));
    let schema = serde_json::to_string_pretty(&Template::schema()).expect("a schema");
    expect_file![format!("forms/template-{}.json", Template::FORM)].assert_eq(&(schema + "\n"));
    let kept = written::<Template>(&template);
    let members: BTreeSet<&str> =
        kept.as_object().expect("members").keys().map(String::as_str).collect();
    assert_eq!(members, Template::MEMBERS.iter().copied().collect());
    expect_file![format!("forms/template-{}-kept.json", Template::FORM)]
        .assert_eq(&(serde_json::to_string_pretty(&kept).expect("json") + "\n"));
    assert_eq!(read::<Template>(kept, Template::FORM).expect("it reads"), template);
}
