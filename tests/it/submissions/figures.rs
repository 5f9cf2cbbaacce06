//! Figures of reports: of the right referrals, as they are now in a draft, and frozen with a version.

use serde_json::{Value, json};

use super::{
    LEAD, accept, begin, begun, contract, contract_of, edited, path, sent_back, submit, vary,
};
use crate::funds::{self, BUDGET, MANAGER, approved, on_need, opened, spending};
use crate::given::{closure, with};
use crate::support::{Answer, TestApp, on_both};
use crate::templates;

/// The report of P01's contract on a term, with its words.
async fn report(app: &TestApp, contract: &str, term: &str) -> Answer {
    let listed = app.as_(LEAD).get("/v1/templates?code=a-report").await.expect(200);
    if listed.json["items"] == json!([]) {
        templates::published(app, templates::short("termly", "a-report")).await;
    }
    let listed = app.as_(LEAD).get("/v1/templates?code=a-report").await.expect(200);
    let body = json!({
        "contractId": contract, "templateId": listed.json["items"][0]["id"],
        "contractYear": 2026, "term": term,
    });
    let report = begun(app, body).await;
    let words = json!({ "answers": [{ "question": "words", "text": "All of it." }] });
    edited(app, &report, words).await.expect(200)
}

async fn figures(app: &TestApp, report: &Answer) -> Value {
    app.as_(LEAD).get(&format!("{}/figures", path(report))).await.expect(200).json
}

/// The first number of a measure.
fn number<'a>(figures: &'a Value, measure: &str) -> &'a Value {
    let items = figures["items"].as_array().expect("items");
    let mut numbers = items.iter().flat_map(|item| item["numbers"].as_array().expect("numbers"));
    numbers.find(|number| number["measure"] == measure).expect("a number")
}

#[on_both]
async fn a_report_on_a_term_counts_the_referrals_that_are_decided_by_then(app: TestApp) {
    let contract = contract(&app).await;
    let report = report(&app, &contract, "2026-2").await;
    let found = figures(&app, &report).await;
    for (measure, from, to) in [
        ("school_contact", "2026-04-20", "2026-07-03"),
        ("whanau_contact", "2026-04-20", "2026-07-03"),
        ("enrolled", "2026-01-26", "2026-04-02"),
        ("improved_attendance", "2025-10-06", "2025-12-19"),
    ] {
        let number = number(&found, measure);
        assert_eq!((&number["from"], &number["to"]), (&json!(from), &json!(to)), "{measure}");
    }
    let kinds: Vec<(&Value, &Value, &Value)> = found["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| (&item["figure"], &item["standing"], &item["reason"]))
        .collect();
    assert_eq!(
        kinds,
        [
            (&json!("service_levels"), &json!("counted"), &Value::Null),
            (&json!("outcomes"), &json!("counted"), &Value::Null),
            (&json!("fund"), &json!("not_yet"), &json!("no_fund")),
        ]
    );
}

#[on_both]
async fn a_report_is_submitted_after_its_term(app: TestApp) {
    let contract = contract(&app).await;
    let report = report(&app, &contract, "2026-1").await;
    // The term ends on the 2nd of April, which is over at midnight in New Zealand.
    app.set_time("2026-04-02T10:59:59Z");
    submit(&app, &report).await.refused(409, "term_not_over");
    app.set_time("2026-04-02T11:00:00Z");
    submit(&app, &report).await.expect(200);
    let unknown = with(
        json!({ "contractId": contract, "contractYear": 2027, "term": "2027-1" }),
        "/templateId",
        report.json["templateId"].clone(),
    );
    let unknown = begun(&app, unknown).await;
    app.set_time("2027-12-31T00:00:00Z");
    let words = json!({ "answers": [{ "question": "words", "text": "All of it." }] });
    edited(&app, &unknown, words).await.expect(200);
    // Nobody knows the dates of that term.
    submit(&app, &unknown).await.refused(409, "term_not_over");
    let found = figures(&app, &unknown).await;
    assert_eq!(found["items"][0]["reason"], "unknown_term");
    vary(&app, &report).await.refused(409, "not_in_this_state");
}

#[on_both]
async fn figures_live_in_a_draft_and_stay_as_they_were_with_a_version(app: TestApp) {
    let contract = contract(&app).await;
    // Two referrals of the 16th of March; the school of one is reached in time.
    let first = app.accepted("Aria").await.1;
    app.accepted("Tama").await;
    app.reached(&first, "school", "2026-03-15T22:00:00Z").await.expect(201);
    let report = report(&app, &contract, "2026-1").await;
    let live = figures(&app, &report).await;
    let school = number(&live, "school_contact");
    assert_eq!((&school["numerator"], &school["pending"]), (&json!(1), &json!(1)));
    let other = contract_of(&app, "K-002", json!(app.world.other_provider), "C02").await;
    assert_ne!(other, contract);
    app.set_time("2026-04-10T00:00:00Z");
    let submitted = submit(&app, &report).await.expect(200);
    // The contract has no fund.
    assert_eq!(submitted.json["warnings"], json!(["figures_pending"]));
    let frozen = app.as_(LEAD).get(&format!("{}/versions/1", path(&report))).await.expect(200);
    let school = number(&frozen.json["figures"], "school_contact");
    assert_eq!((&school["numerator"], &school["denominator"]), (&json!(1), &json!(2)));
    assert_eq!(school["met"], false);
    // The provider finds that the other school was reached in time, too.
    let listed = app.as_(LEAD).get("/v1/cases?limit=10").await.expect(200);
    let cases = listed.json["items"].as_array().expect("a page");
    let mut ids = cases.iter().map(|case| case["id"].as_str().expect("an id"));
    let second = ids.find(|id| *id != first).expect("the other").to_owned();
    app.reached(&second, "school", "2026-03-15T23:00:00Z").await.expect(201);
    let live = figures(&app, &report).await;
    assert_eq!(number(&live, "school_contact")["numerator"], 2);
    let again = app.as_(LEAD).get(&format!("{}/versions/1", path(&report))).await.expect(200);
    assert_eq!(again.text, frozen.text);
    sent_back(&app, &report).await.expect(200);
    submit(&app, &report).await.expect(200);
    let second = app.as_(LEAD).get(&format!("{}/versions/2", path(&report))).await.expect(200);
    assert_eq!(number(&second.json["figures"], "school_contact")["numerator"], 2);
    assert_eq!(accept(&app, &report).await.expect(200).json["acceptedVersion"], 2);
}

#[on_both]
async fn figures_are_those_of_the_contract(app: TestApp) {
    let own = contract(&app).await;
    let other = contract_of(&app, "K-002", json!(app.world.provider), "C02").await;
    let case = app.accepted("Aria").await.1;
    app.reached(&case, "school", "2026-03-15T22:00:00Z").await.expect(201);
    for (contract, met) in [(&own, 1), (&other, 0)] {
        let report = report(&app, contract, "2026-1").await;
        let found = figures(&app, &report).await;
        assert_eq!(number(&found, "school_contact")["numerator"], met, "{contract}");
    }
}

#[on_both]
async fn a_security_assurance_counts_people_with_access(app: TestApp) {
    let contract = contract(&app).await;
    let template = templates::published(&app, templates::of_kind("security")).await;
    let assurance = begun(&app, begin(&contract, &template, 2027)).await;
    let found = figures(&app, &assurance).await;
    // The case manager, the untrained one and two leads; somebody else's account is disabled.
    let expected =
        json!([{ "countOf": "people", "count": 4 }, { "countOf": "untrained", "count": 1 }]);
    assert_eq!(found["items"][0]["counts"], expected);
}

/// The statement of the fund, which is the last of a report's figures.
fn of_fund(figures: &Value) -> &Value {
    let item = figures["items"].as_array().expect("items").last().expect("an item");
    assert_eq!(
        (&item["figure"], &item["standing"], &item["reason"]),
        (&json!("fund"), &json!("counted"), &Value::Null)
    );
    &item["fund"]
}

/// The statement as `[budget, overrides, committed, spent, left, students, others]`.
fn parts(statement: &Value) -> [i64; 7] {
    let members = [
        "budgetCents",
        "overridesCents",
        "committedCents",
        "spentCents",
        "leftCents",
        "students",
        "othersSupported",
    ];
    members.map(|member| statement[member].as_i64().expect(member))
}

#[on_both]
async fn the_fund_is_counted_in_a_draft_and_stays_as_it_was_with_a_version(app: TestApp) {
    let (contract, fund) = opened(&app).await;
    let report = report(&app, &contract, "2026-1").await;
    let live = figures(&app, &report).await;
    assert_eq!(parts(of_fund(&live)), [BUDGET, 0, 0, 0, BUDGET, 0, 0]);
    assert_eq!((&of_fund(&live)["fundId"], &of_fund(&live)["year"]), (&json!(fund), &json!(2026)));
    assert_eq!(of_fund(&live)["byCategory"], json!([]));
    // Shoes are promised to one student; a bus card for two and their two siblings is bought for less.
    let shoes = approved(&app, &app.assigned("Hana").await.1, 12_000).await;
    let second = app.assigned("Aroha").await.1;
    let card = json!({
        "category": "transport", "amountCents": 3_000, "purpose": "A bus card.",
        "furtherCaseIds": [app.assigned("Tama").await.1], "othersSupported": 2,
    });
    let card = app.step(MANAGER, &second, "needs", card).await.expect(201).id();
    on_need(&app, LEAD, &card, "decision", json!({ "outcome": "approved" })).await.expect(200);
    on_need(&app, MANAGER, &card, "spending", spending(2_500)).await.expect(200);
    // A declined need and one that waits are no part of it.
    let declined = funds::asked(&app, &second, 700).await;
    let decline = json!({ "outcome": "declined", "comment": "The school has some." });
    on_need(&app, LEAD, &declined, "decision", decline).await.expect(200);
    funds::asked(&app, &second, 800).await;
    let expected = [BUDGET, 0, 12_500, 2_500, BUDGET - 15_000, 2, 2];
    let categories = json!([
        { "category": "footwear", "needs": 1, "committedCents": 12_000, "spentCents": 0 },
        { "category": "transport", "needs": 1, "committedCents": 500, "spentCents": 2_500 },
    ]);
    let live = figures(&app, &report).await;
    assert_eq!(parts(of_fund(&live)), expected);
    assert_eq!(of_fund(&live)["byCategory"], categories);
    assert_eq!(of_fund(&live)["usedTenThousandths"], 250);
    app.set_time("2026-04-10T00:00:00Z");
    submit(&app, &report).await.expect(200);
    let path = format!("{}/versions/1", path(&report));
    let frozen = app.as_(LEAD).get(&path).await.expect(200);
    assert_eq!(parts(of_fund(&frozen.json["figures"])), expected);
    // The ledger goes on, and the Ministry lets the provider go beyond the budget.
    on_need(&app, MANAGER, &shoes, "spending", spending(9_000)).await.expect(200);
    on_need(&app, MANAGER, &shoes, "settlement", Value::Null).await.expect(200);
    on_need(&app, MANAGER, &card, "refunds", funds::refund(2_500)).await.expect(200);
    let leave = json!({ "amountCents": 700, "reason": "A flood." });
    funds::step(&app, funds::ADMIN, &fund, "overrides", leave).await.expect(200);
    assert_eq!(app.as_(LEAD).get(&path).await.expect(200).text, frozen.text);
    let live = figures(&app, &report).await;
    // Whose money all came back is supported no longer.
    assert_eq!(parts(of_fund(&live)), [BUDGET, 700, 500, 9_000, BUDGET + 700 - 9_500, 1, 0]);
    // The figures say what the fund and its report say.
    let shown = app.as_(LEAD).get(&format!("/v1/funds/{fund}/report")).await.expect(200).json;
    for (part, member) in [("budget", 0), ("overrides", 1), ("committed", 2), ("spent", 3)] {
        assert_eq!(shown[part]["cents"], parts(of_fund(&live))[member], "{part}");
    }
    assert_eq!((&shown["students"], &shown["othersSupported"]), (&json!(1), &json!(0)));
    sent_back(&app, &report).await.expect(200);
    submit(&app, &report).await.expect(200);
    let again = format!("{}/versions/2", super::path(&report));
    let again = app.as_(LEAD).get(&again).await.expect(200);
    assert_eq!(of_fund(&again.json["figures"]), of_fund(&live));
}

#[on_both]
async fn the_fund_of_another_year_is_another_fund(app: TestApp) {
    let (contract, fund) = opened(&app).await;
    let template = templates::published(&app, templates::short("annual", "a-year")).await;
    let of_year = async |year: i32| {
        let begun = begun(&app, begin(&contract, &template, year)).await;
        figures(&app, &begun).await
    };
    assert_eq!(of_fund(&of_year(2026).await)["fundId"], json!(fund));
    let items = of_year(2027).await["items"].as_array().expect("items").clone();
    let last = items.last().expect("an item");
    assert_eq!((&last["reason"], &last["fund"]), (&json!("no_fund"), &Value::Null));
}

#[on_both]
async fn records_of_one_student_are_one_in_the_figures_too(app: TestApp) {
    let (contract, _) = opened(&app).await;
    let report = report(&app, &contract, "2026-1").await;
    let (mut students, mut cases) = (Vec::new(), Vec::new());
    for name in ["Hana", "Aria"] {
        let case = app.assigned(name).await.1;
        let need = approved(&app, &case, 1_000).await;
        on_need(&app, MANAGER, &need, "spending", spending(1_000)).await.expect(200);
        let read = app.as_(LEAD).get(&format!("/v1/cases/{case}")).await.expect(200);
        students.push(read.json["student"]["id"].as_str().expect("an id").to_owned());
        cases.push(case);
    }
    assert_eq!(of_fund(&figures(&app, &report).await)["students"], 2);
    app.step(LEAD, &cases[0], "closure", closure()).await.expect(200);
    app.step(funds::OTHER_LEAD, &cases[0], "closure-approval", json!({})).await.expect(200);
    let into = json!({ "intoStudentId": students[1], "reason": "One student." });
    let merge = format!("/v1/students/{}/merge", students[0]);
    app.as_(LEAD).post(&merge, into).await.expect(200);
    assert_eq!(of_fund(&figures(&app, &report).await)["students"], 1);
}
