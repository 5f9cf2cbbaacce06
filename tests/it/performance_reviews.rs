//! Performance reviews: opened with frozen figures, commented on, met about, concluded, and decided on.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use crate::contracts;
use crate::given::{LONE_SCHOOL, OTHER_SCHOOL, SCHOOL, SCHOOL_WITH_TEAM, with};
use crate::support::{Answer, TestApp, on_both};

mod action_walks;
mod allowed;
mod decision_walks;
mod frozen;
mod minutes;
mod openings;
mod walks;
mod withholding;

use minutes::upload;

const ADMIN: &str = "ministry-admin";
const LEAD: &str = "workflow-lead";
const REVIEWS: &str = "/v1/performance-reviews";

/// After the first term of 2026, before anything on it is due.
const AFTER_TERM: &str = "2026-04-10T00:00:00Z";

pub fn path(review: &Answer) -> String {
    format!("{REVIEWS}/{}", review.id())
}

/// The schools of which each has such a contract on each day.
const REVIEWED: [&str; 4] = [SCHOOL, SCHOOL_WITH_TEAM, OTHER_SCHOOL, LONE_SCHOOL];
/// The days of the last term of 2025 on which such a contract may be in force.
const REVIEWED_DAYS: u32 = 70;

/// A contract of P01 that no other review is of: for a school and one day of the last term of 2025.
pub async fn next_contract(app: &TestApp) -> String {
    static LAST: AtomicU32 = AtomicU32::new(0);
    let last = LAST.fetch_add(1, Ordering::Relaxed);
    let first = chrono::NaiveDate::from_ymd_opt(2025, 10, 6).expect("a day");
    let day = first + chrono::Days::new(u64::from(last % REVIEWED_DAYS));
    let place = usize::try_from(last / REVIEWED_DAYS).expect("a place");
    let team = json!({
        "number": format!("AS-R{last}"), "organisationId": app.world.provider,
        "kind": "in_school", "schoolNumber": REVIEWED[place % REVIEWED.len()],
        "startsOn": day, "endsOn": day,
        "approvalPolicy": "second_person", "dutyProfile": "in_school",
    });
    let contract = contracts::active(app, team).await;
    pay(app, &contract.id(), 2025, 10).await;
    contract.id()
}

/// Sets what a contract pays in a year, and the share of it that is withheld.
async fn pay(app: &TestApp, contract: &str, year: i32, percent: i32) {
    let read = app.as_(ADMIN).get(&format!("/v1/contracts/{contract}")).await.expect(200);
    let amounts = json!({
        "amountCents": 100_000_030, "withholdingPercent": percent, "withholdingPer": "term",
        "basicNeedsCents": 0,
    });
    let to = format!("/v1/contracts/{contract}/years/{year}");
    app.as_(ADMIN).patch(&to, &read, amounts).await.expect(200);
}

/// P01's contract for its catchment, and the review of the first term of 2026.
async fn opened(app: &TestApp) -> (String, Answer) {
    let contract = contracts::with_a_year(app).await.id();
    app.set_time(AFTER_TERM);
    let review = open(app, &contract, "2026-1").await.expect(201);
    (contract, review)
}

pub async fn open(app: &TestApp, contract: &str, term: &str) -> Answer {
    app.as_(ADMIN).post(REVIEWS, json!({ "contractId": contract, "term": term })).await
}

/// A review of its own of P01's.
pub async fn next_opened(app: &TestApp) -> Answer {
    let contract = next_contract(app).await;
    open(app, &contract, "2025-4").await.expect(201)
}

pub async fn comment(app: &TestApp, review: &Answer) -> Answer {
    let body = json!({ "comment": "Two kaimahi were ill." });
    app.as_(LEAD).post(&format!("{}/comment", path(review)), body).await
}

pub async fn meet(app: &TestApp, review: &Answer, attended: bool) -> Answer {
    let body = json!({
        "heldAt": app.now(), "providerAttended": attended, "minutes": "We read the figures.",
    });
    app.as_(ADMIN).post(&format!("{}/meeting", path(review)), body).await
}

async fn find(app: &TestApp, review: &Answer, grade: &str) -> Answer {
    let body = json!({ "grade": grade, "comment": "Whānau are reached late." });
    app.as_(ADMIN).post(&format!("{}/findings", path(review)), body).await
}

async fn agree(app: &TestApp, review: &Answer, finding: Value) -> Answer {
    let body = json!({
        "findingId": finding, "action": "Call in the evening.", "owner": "Workflow lead",
        "dueOn": "2026-06-30",
    });
    app.as_(ADMIN).post(&format!("{}/actions", path(review)), body).await
}

pub async fn conclude(app: &TestApp, review: &Answer) -> Answer {
    app.as_(ADMIN).post_empty(&format!("{}/conclusion", path(review))).await
}

/// A review that is met about.
pub async fn met(app: &TestApp) -> Answer {
    let review = next_opened(app).await;
    comment(app, &review).await.expect(200);
    meet(app, &review, true).await.expect(200)
}

/// A review that is concluded, with an action that is done where it says so; its id and the action's.
pub async fn concluded(app: &TestApp, done: bool) -> (Answer, String) {
    let review = met(app).await;
    let agreed = agree(app, &review, Value::Null).await.expect(200);
    let action = agreed.json["actions"][0]["id"].as_str().expect("an action").to_owned();
    let review = conclude(app, &review).await.expect(200);
    if done {
        finish(app, &review, &action).await.expect(200);
    }
    (review, action)
}

/// A concluded review with an action and a document of its meeting; its ids and theirs.
pub async fn concluded_with_document(app: &TestApp) -> (Answer, String, String) {
    let review = met(app).await;
    let document = upload(app, ADMIN, &review, b"Minutes.").await.expect(201).id();
    let agreed = agree(app, &review, Value::Null).await.expect(200);
    let action = agreed.json["actions"][0]["id"].as_str().expect("an action").to_owned();
    (conclude(app, &review).await.expect(200), action, document)
}

async fn finish(app: &TestApp, review: &Answer, action: &str) -> Answer {
    app.as_(LEAD).post_empty(&format!("{}/actions/{action}/completion", path(review))).await
}

async fn settle(app: &TestApp, review: &Answer, action: &str, body: Value) -> Answer {
    let to = format!("{}/actions/{action}/settlement", path(review));
    app.as_(ADMIN).post(&to, body).await
}

pub async fn propose(app: &TestApp, who: &str, review: &Answer, body: Value) -> Answer {
    app.as_(who).post(&format!("{}/withholding-decisions", path(review)), body).await
}

pub async fn step(app: &TestApp, who: &str, review: &Answer, number: i32, step: &str) -> Answer {
    let to = format!("{}/withholding-decisions/{number}/{step}", path(review));
    app.as_(who).post_empty(&to).await
}

/// A review whose release is proposed, and confirmed where it says so.
pub async fn released(app: &TestApp, confirmed: bool) -> Answer {
    let (review, _) = concluded(app, false).await;
    let proposed = propose(app, ADMIN, &review, json!({ "outcome": "released" })).await;
    if !confirmed {
        return proposed.expect(200);
    }
    step(app, ADMIN, &review, 1, "confirmation").await.expect(200)
}

/// A review with a finding and a confirmed decision.
pub async fn decided(app: &TestApp) {
    let review = met(app).await;
    find(app, &review, "note").await.expect(200);
    agree(app, &review, Value::Null).await.expect(200);
    conclude(app, &review).await.expect(200);
    propose(app, ADMIN, &review, json!({ "outcome": "released" })).await.expect(200);
    step(app, ADMIN, &review, 1, "confirmation").await.expect(200);
}

async fn read(app: &TestApp, who: &str, review: &Answer) -> Answer {
    app.as_(who).get(&path(review)).await.expect(200)
}

/// The result of each requirement, by its code.
pub fn results(review: &Answer) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().expect("a word").to_owned();
    let all = review.json["requirements"].as_array().expect("requirements").iter();
    all.map(|one| (text(&one["requirement"]), text(&one["result"]))).collect()
}

async fn duty(app: &TestApp, kind: &str) -> Value {
    let listed = app.as_(ADMIN).get(&format!("/v1/obligations?kind={kind}")).await.expect(200);
    listed.json["items"][0].clone()
}

#[on_both]
async fn a_review_goes_from_its_opening_to_its_conclusion(app: TestApp) {
    let (_, review) = opened(&app).await;
    assert_eq!(review.header("location"), Some(path(&review).as_str()));
    let about = ["status", "term", "contractYear", "dueOn", "ruleVersion"]
        .map(|member| review.json[member].clone());
    let expected = json!(["opened", "2026-1", 2026, "2026-04-24", "withholding-2026-1"]);
    assert_eq!(json!(about), expected);
    for (kind, due_on) in [("review_comment", "2026-04-24"), ("review_conclusion", "2026-05-11")] {
        let duty = duty(&app, kind).await;
        assert_eq!(
            (&duty["dueOn"], &duty["status"], &duty["period"]),
            (&json!(due_on), &json!("open"), &json!("2026-1")),
            "{kind}"
        );
    }
    // The conclusion is the Ministry's own.
    let own = app.as_(LEAD).get("/v1/obligations?status=open").await.expect(200).text;
    assert!(own.contains("review_comment") && !own.contains("review_conclusion"), "{own}");
    meet(&app, &review, true).await.refused(409, "not_in_this_state");
    let commented = comment(&app, &review).await.expect(200);
    assert_eq!(
        (&commented.json["status"], &commented.json["dueOn"]),
        (&json!("commented"), &json!("2026-05-11"))
    );
    assert_eq!(commented.json["content"]["providerComment"], "Two kaimahi were ill.");
    assert_eq!(duty(&app, "review_comment").await["status"], "done");
    comment(&app, &review).await.refused(409, "not_in_this_state");
    conclude(&app, &review).await.refused(409, "not_in_this_state");
    let ahead = json!({
        "heldAt": "2026-04-10T00:00:01Z", "providerAttended": true, "minutes": "To come.",
    });
    let refused = app.as_(ADMIN).post(&format!("{}/meeting", path(&review)), ahead).await;
    assert_eq!((refused.status, refused.faults()), (422, vec!["/heldAt in_the_future".to_owned()]));
    assert_eq!(results(&commented)["took_part"], "not_yet");
    let met = meet(&app, &review, true).await.expect(200);
    assert_eq!(
        (&met.json["status"], &results(&met)["took_part"]),
        (&json!("met_with"), &"met".into())
    );
    let concluded = conclude(&app, &review).await.expect(200);
    assert_eq!(
        (&concluded.json["status"], &concluded.json["dueOn"]),
        (&json!("concluded"), &Value::Null)
    );
    assert_eq!(duty(&app, "review_conclusion").await["status"], "done");
    find(&app, &review, "note").await.refused(409, "frozen");
    agree(&app, &review, Value::Null).await.refused(409, "frozen");
    for happened in ["opened", "commented", "met_with", "concluded"] {
        let kind = format!("kind = 'performance_review.{happened}'");
        assert_eq!(app.count("event", &kind).await, 1, "{happened}");
    }
}

#[on_both]
async fn findings_are_hidden_from_the_provider_until_the_conclusion(app: TestApp) {
    let (_, review) = opened(&app).await;
    comment(&app, &review).await.expect(200);
    find(&app, &review, "note").await.expect(200);
    let found = find(&app, &review, "breach").await.expect(200);
    let breach = found.json["findings"][1]["id"].clone();
    let unknown = agree(&app, &review, json!(review.id())).await;
    assert_eq!((unknown.status, unknown.faults()), (422, vec!["/findingId unknown".to_owned()]));
    meet(&app, &review, true).await.expect(200);
    conclude(&app, &review).await.refused(409, "findings_open");
    let agreed = agree(&app, &review, breach.clone()).await.expect(200);
    let action = agreed.json["actions"][0]["id"].as_str().expect("an id").to_owned();
    for who in [LEAD, "case-manager"] {
        let shown = read(&app, who, &review).await;
        assert_eq!((&shown.json["findings"], &shown.json["actions"]), (&json!([]), &json!([])));
        let listed = app.as_(who).get(REVIEWS).await.expect(200);
        assert!(!listed.text.contains("reached late"), "{}", listed.text);
    }
    assert_eq!(read(&app, "auditor", &review).await.json["findings"][1]["id"], breach);
    finish(&app, &review, &action).await.refused(404, "not_found");
    conclude(&app, &review).await.expect(200);
    let shown = read(&app, LEAD, &review).await;
    assert_eq!(shown.json["findings"].as_array().expect("findings").len(), 2);
    assert_eq!(shown.json["actions"][0]["findingId"], breach);
    for who in ["workflow-lead-2", "case-manager-2"] {
        app.as_(who).get(&path(&review)).await.refused(404, "not_found");
    }
    let completion = format!("{}/actions/{action}/completion", path(&review));
    app.as_("workflow-lead-2").post_empty(&completion).await.refused(404, "not_found");
}

#[on_both]
async fn an_agreed_action_is_done_then_verified_or_dropped(app: TestApp) {
    let (_, review) = opened(&app).await;
    comment(&app, &review).await.expect(200);
    meet(&app, &review, true).await.expect(200);
    agree(&app, &review, Value::Null).await.expect(200);
    let agreed = agree(&app, &review, Value::Null).await.expect(200);
    let action =
        |at: usize| agreed.json["actions"][at]["id"].as_str().expect("an action").to_owned();
    conclude(&app, &review).await.expect(200);
    let verified = json!({ "outcome": "verified" });
    settle(&app, &review, &action(0), verified.clone()).await.refused(409, "not_in_this_state");
    let done = finish(&app, &review, &action(0)).await.expect(200);
    assert_eq!(
        (&done.json["actions"][0]["status"], &done.json["actions"][0]["version"]),
        (&json!("done"), &json!(2))
    );
    finish(&app, &review, &action(0)).await.refused(409, "not_in_this_state");
    let seen = settle(&app, &review, &action(0), verified).await.expect(200);
    assert_eq!(seen.json["actions"][0]["status"], "verified");
    let dropped = json!({ "outcome": "dropped" });
    settle(&app, &review, &action(1), dropped.clone()).await.refused(422, "reason_required");
    let because = with(dropped, "/reason", json!("The school closed."));
    let settled = settle(&app, &review, &action(1), because.clone()).await.expect(200);
    assert_eq!(
        (&settled.json["actions"][1]["status"], &settled.json["actions"][1]["reason"]),
        (&json!("dropped"), &json!("The school closed."))
    );
    settle(&app, &review, &action(0), because).await.refused(409, "not_in_this_state");
    let other = review.id();
    settle(&app, &review, &other, json!({ "outcome": "verified" })).await.refused(404, "not_found");
}

#[on_both]
async fn a_provider_that_says_nothing_is_met_once_its_time_is_over(app: TestApp) {
    let (_, review) = opened(&app).await;
    // The last day to comment is still the provider's.
    app.set_time("2026-04-24T11:59:59Z");
    meet(&app, &review, false).await.refused(409, "not_in_this_state");
    app.set_time("2026-04-24T12:00:00Z");
    let met = meet(&app, &review, false).await.expect(200);
    assert_eq!(met.json["content"]["providerComment"], Value::Null);
    assert_eq!(results(&met)["took_part"], "unmet");
    assert_eq!(duty(&app, "review_comment").await["status"], "lapsed");
    comment(&app, &review).await.refused(409, "not_in_this_state");
}

#[on_both]
async fn a_holiday_that_is_added_moves_what_is_open(app: TestApp) {
    opened(&app).await;
    let holiday = json!({
        "date": "2026-04-22", "region": null, "nameEn": "Day of Kōwhai",
        "nameMi": "Te Rā Kōwhai",
    });
    app.as_(ADMIN).post("/v1/calendars/contract-2026/holidays", holiday).await.expect(201);
    // Anzac Day is observed on the 27th.
    for (kind, due_on) in [("review_comment", "2026-04-28"), ("review_conclusion", "2026-05-12")] {
        let duty = duty(&app, kind).await;
        assert_eq!((&duty["dueOn"], &duty["status"]), (&json!(due_on), &json!("open")), "{kind}");
    }
}

#[on_both]
async fn one_review_a_term_and_only_of_a_term_that_is_over(app: TestApp) {
    let contract = contracts::with_a_year(&app).await.id();
    // The term ends on the 2nd of April, which is over at midnight in New Zealand.
    app.set_time("2026-04-02T10:59:59Z");
    open(&app, &contract, "2026-1").await.refused(409, "term_not_over");
    open(&app, &contract, "2027-1").await.refused(409, "term_not_over");
    open(&app, &contract, "2025-4").await.refused(422, "outside_contract");
    let draft = contracts::added(&app, contracts::contract(&app, "AS-2")).await.id();
    app.set_time("2026-04-02T11:00:00Z");
    open(&app, &draft, "2026-1").await.refused(422, "outside_contract");
    let nobodys = "01990000-0000-7000-8000-000000000000";
    open(&app, nobodys, "2026-1").await.refused(404, "not_found");
    let body = json!({ "contractId": contract, "term": "2026-1" });
    let first = app.as_(ADMIN).post_keyed(REVIEWS, "once", body.clone()).await.expect(201);
    let again = app.as_(ADMIN).post_keyed(REVIEWS, "once", body).await.expect(201);
    assert_eq!(again.text, first.text);
    open(&app, &contract, "2026-1").await.refused(409, "review_exists");
    assert_eq!(app.count("performance_review", "1 = 1").await, 1);
    app.as_(LEAD)
        .post(REVIEWS, json!({ "contractId": contract, "term": "2026-1" }))
        .await
        .refused(403, "role_may_not");
    for (query, many) in [
        ("term=2026-1", 1),
        ("term=2025-4", 0),
        ("status=opened", 1),
        ("status=concluded", 0),
        ("contractYear=2026", 1),
        ("contractYear=2025", 0),
    ] {
        let listed = app.as_(LEAD).get(&format!("{REVIEWS}?{query}")).await.expect(200);
        assert_eq!(listed.json["items"].as_array().expect("a page").len(), many, "{query}");
    }
    let listed = app.as_(LEAD).get(&format!("{REVIEWS}?contractId={contract}")).await.expect(200);
    assert_eq!(listed.json["items"][0]["id"], first.json["id"]);
}
