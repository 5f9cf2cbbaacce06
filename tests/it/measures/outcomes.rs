//! Outcomes: from a school's push of attendance to the number, and back to what was known when.

use serde_json::{Value, json};

use super::{all_numbers, levels};
use crate::given::{self, SCHOOL};
use crate::support::{Answer, TestApp, on_both};

/// The school days of the week that begins on that Monday, one half-day word for all of them.
fn week(monday: &str, present: u32) -> Vec<Value> {
    let monday: chrono::NaiveDate = monday.parse().expect("a day");
    let days = (0..5).map(|n| monday + chrono::Days::new(n));
    days.map(|day| json!({ "date": day, "halfDays": { "present": present, "unjustified": 2 - present } })).collect()
}

/// What the school says of some weeks of the outcome term: of so many half-days a day attended.
pub(super) async fn attended(app: &TestApp, student: &str, weeks: &[(&str, u32)]) {
    let days: Vec<Value> =
        weeks.iter().flat_map(|(monday, present)| week(monday, *present)).collect();
    let body =
        json!({ "schoolNumber": SCHOOL, "students": [{ "studentId": student, "days": days }] });
    let sent = app.as_("office-support").post("/v1/attendance", body).await.expect(200);
    assert_eq!(sent.json["faults"], json!([]));
}

async fn members(app: &TestApp, more: &str) -> Answer {
    let path = format!(
        "/v1/measures/members?measure=improved_attendance&level=national&term=2026-1{more}"
    );
    app.as_("ministry-analyst").get(&path).await.expect(200)
}

async fn changes(app: &TestApp, more: &str) -> Vec<Value> {
    let path = format!(
        "/v1/measures/changes?measure=improved_attendance&level=national&term=2026-1{more}"
    );
    let found = app.as_("ministry-analyst").get(&path).await.expect(200);
    found.json["items"].as_array().expect("changes").clone()
}

/// A chronic referral of the first term with a baseline of one half, whose student is to be
/// measured in the third.
pub(super) async fn referred(app: &TestApp, name: &str) -> String {
    app.set_time("2026-03-09T00:00:00Z");
    let half = json!([{ "term": "2026-1", "possibleHalfDays": 40, "presentHalfDays": 20 }]);
    let body = given::with(given::referral(name), "/supportRequest/attendance", half);
    let sent = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    sent.json["student"]["id"].as_str().expect("a student").to_owned()
}

const IMPROVED: usize = 4;

async fn improved(app: &TestApp, more: &str) -> String {
    let national = levels(app, &format!("level=national&term=2026-1{more}")).await;
    all_numbers(&national, "national")[IMPROVED].clone()
}

#[on_both]
async fn an_outcome_is_pending_until_its_term_is_over(app: TestApp) {
    let aria = referred(&app, "Aria").await;
    app.set_time("2026-08-10T00:00:00Z");
    attended(&app, &aria, &[("2026-07-20", 2), ("2026-07-27", 2), ("2026-08-03", 1)]).await;
    // Friday the 25th of September is the term's last day.
    app.set_time("2026-09-25T11:00:00Z");
    assert_eq!(improved(&app, "").await, "improved_attendance null: 0/0 1 70 null");
    assert_eq!(members(&app, "").await.json["items"][0]["outcome"]["attendance"], Value::Null);
    // One o'clock at night of the 26th in New Zealand.
    app.set_time("2026-09-25T13:00:00Z");
    assert_eq!(improved(&app, "").await, "improved_attendance null: 1/1 0 70 true");
    let item = members(&app, "").await.json["items"][0].clone();
    assert_eq!(item["standing"], "met");
    assert_eq!(item["dueOn"], "2026-09-25");
    assert_eq!(
        item["outcome"],
        json!({
            "baseline": { "presentHalfDays": 20, "possibleHalfDays": 40, "rate": 0.5 }, "contradictedBy": null,
            "term": "2026-3", "termHalfDays": 100,
            "attendance": { "presentHalfDays": 25, "possibleHalfDays": 30, "rate": 0.8333 },
            "enrolledOn": null, "enrolledBy": null, "pathway": null,
            "reachedBeforeOn": null, "reachedAfterOn": null,
            "confirmedBeforeOn": null, "confirmedAfterOn": null,
        })
    );
}

/// The terms of 2027 are not published: whichever one the referral belongs to, its baseline is
/// on record.
#[on_both]
async fn a_baseline_is_shown_before_the_outcome_term_is_known(app: TestApp) {
    app.set_time("2027-01-16T00:00:00Z");
    let half = json!([{ "term": "2026-4", "possibleHalfDays": 40, "presentHalfDays": 20 }]);
    let body = given::with(given::referral("Aria"), "/supportRequest/attendance", half);
    let body = given::with(body, "/supportRequest/whanauToldOn", json!("2027-01-12"));
    app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    let path = "/v1/measures/members?measure=improved_attendance&level=national&year=2027";
    let found = app.as_("ministry-analyst").get(path).await.expect(200);
    let item = &found.json["items"][0];
    assert_eq!((&item["standing"], &item["outcome"]["term"]), (&json!("pending"), &Value::Null));
    assert_eq!(item["outcome"]["baseline"]["rate"], 0.5);
}

#[on_both]
async fn what_is_corrected_later_changes_today_and_not_yesterday(app: TestApp) {
    let aria = referred(&app, "Aria").await;
    app.set_time("2026-09-20T00:00:00Z");
    attended(&app, &aria, &[("2026-07-20", 2), ("2026-07-27", 2)]).await;
    app.set_time("2026-10-05T00:00:00Z");
    let before = levels(&app, "level=school&term=2026-1").await;
    let listed = members(&app, "").await;
    assert_eq!(improved(&app, "").await, "improved_attendance null: 1/1 0 70 true");
    // The school had sent another student's days.
    app.set_time("2026-10-20T00:00:00Z");
    attended(&app, &aria, &[("2026-07-20", 1), ("2026-07-27", 0)]).await;
    assert_eq!(improved(&app, "").await, "improved_attendance null: 0/1 0 70 false");
    let then = "&asOf=2026-10-05T00:00:00Z";
    assert_eq!(levels(&app, &format!("level=school&term=2026-1{then}")).await.text, before.text);
    assert_eq!(members(&app, then).await.text, listed.text);
    let known = "&since=2026-10-05T00:00:00Z";
    let change = changes(&app, known).await[0].clone();
    let said = [&change["before"]["standing"], &change["after"]["standing"], &change["cause"]];
    assert_eq!(said, [&json!("met"), &json!("missed"), &json!("attendance")]);
    assert_eq!(change["knownFrom"], "2026-10-20T00:00:00Z");
    // Between two days on which nothing became known, only days passed.
    let passed = changes(&app, "&since=2026-09-22T00:00:00Z&asOf=2026-10-05T00:00:00Z").await;
    let said =
        [&passed[0]["before"]["standing"], &passed[0]["after"]["standing"], &passed[0]["cause"]];
    assert_eq!(said, [&json!("pending"), &json!("met"), &json!("days_passed")]);
    assert!(
        changes(&app, "&since=2026-10-06T00:00:00Z&asOf=2026-10-07T00:00:00Z").await.is_empty()
    );
}

#[on_both]
async fn a_quarter_better_than_the_baseline_is_enough(app: TestApp) {
    let exactly = referred(&app, "Exactly").await;
    let below = referred(&app, "Below").await;
    app.set_time("2026-09-20T00:00:00Z");
    // Of 80 half-days 50 are 62.5 %, a quarter more than the half; 49 are less.
    let whole = [
        ("2026-07-20", 2),
        ("2026-07-27", 2),
        ("2026-08-03", 2),
        ("2026-08-10", 2),
        ("2026-08-17", 2),
    ];
    attended(&app, &exactly, &whole).await;
    attended(&app, &exactly, &[("2026-08-24", 0), ("2026-08-31", 0), ("2026-09-07", 0)]).await;
    attended(&app, &below, &whole).await;
    attended(&app, &below, &[("2026-08-24", 0), ("2026-08-31", 0), ("2026-09-07", 0)]).await;
    let one = json!([{ "date": "2026-07-20", "halfDays": { "present": 1, "unjustified": 1 } }]);
    let body = json!({ "schoolNumber": SCHOOL, "students": [{ "studentId": below, "days": one }] });
    app.set_time("2026-09-21T00:00:00Z");
    app.as_("office-support").post("/v1/attendance", body).await.expect(200);
    app.set_time("2026-10-01T00:00:00Z");
    assert_eq!(improved(&app, "").await, "improved_attendance null: 1/2 0 70 false");
}

#[on_both]
async fn too_little_on_record_is_no_outcome(app: TestApp) {
    // A term of 100 half-days: nine days are 18, ten are 20.
    let few = referred(&app, "Few").await;
    let enough = referred(&app, "Enough").await;
    app.set_time("2026-08-10T00:00:00Z");
    let nine: Vec<Value> = [week("2026-07-20", 2), week("2026-07-27", 2)].concat()[..9].to_vec();
    let body = json!({ "schoolNumber": SCHOOL, "students": [{ "studentId": few, "days": nine }] });
    app.as_("office-support").post("/v1/attendance", body).await.expect(200);
    attended(&app, &enough, &[("2026-07-20", 2), ("2026-07-27", 2)]).await;
    app.set_time("2026-10-01T00:00:00Z");
    let national = levels(&app, "level=national&term=2026-1").await;
    let number = &national.json["items"][0]["numbers"][IMPROVED];
    assert_eq!((&number["numerator"], &number["denominator"]), (&json!(1), &json!(1)));
    assert_eq!(number["excluded"], json!([{ "reason": "too_little_attendance", "count": 1 }]));
    assert_eq!(number["ruleVersion"], "outcomes-2026-1b");
}

#[on_both]
async fn the_parts_of_a_group_add_up_to_it(app: TestApp) {
    referred(&app, "Aria").await;
    app.accepted("Hemi").await;
    for by in ["kind", "provision", "year_level", "ethnic_group"] {
        let parts = levels(&app, &format!("level=school&term=2026-1&by={by}")).await;
        let whole = levels(&app, "level=school&term=2026-1").await;
        for key in whole.json["items"].as_array().unwrap().iter().map(|item| &item["key"]) {
            let pending = |answer: &Answer| -> u64 {
                let items = answer.json["items"].as_array().unwrap().iter();
                items
                    .filter(|item| item["key"] == *key)
                    .map(|item| item["numbers"][0]["pending"].as_u64().unwrap())
                    .sum()
            };
            assert_eq!(pending(&parts), pending(&whole), "{by} {key}");
            assert!(
                parts.json["items"].as_array().unwrap().iter().all(|item| item["part"].is_string())
            );
        }
    }
}

#[on_both]
async fn an_instant_ahead_is_not_known(app: TestApp) {
    for (query, fault) in [
        ("measures?level=national&term=2026-1&asOf=2027-01-01T00:00:00Z", "asOf too_large"),
        ("measures?level=national&term=2026-1&quarter=2026-Q1", "term repeated"),
        ("measures?level=national&quarter=2026-Q5", "quarter pattern"),
        ("measures?level=national&year=1800", "year too_small"),
        (
            "measures/changes?measure=enrolled&withinDays=50&level=national&term=2026-1&since=2027-01-01T00:00:00Z",
            "since too_large",
        ),
    ] {
        let answer = app.as_("ministry-analyst").get(&format!("/v1/{query}")).await;
        answer.refused(422, "invalid_query");
        assert!(answer.faults().contains(&fault.to_owned()), "{query}: {}", answer.text);
    }
}

#[on_both]
async fn the_periods_are_terms_quarters_years_and_dates(app: TestApp) {
    referred(&app, "Aria").await;
    for (period, pending) in [
        ("term=2026-1", 1),
        ("quarter=2026-Q1", 1),
        ("quarter=2026-Q2", 0),
        ("year=2026", 1),
        ("year=2025", 0),
        ("from=2026-03-09&to=2026-03-09", 1),
        ("from=2026-03-10&to=2026-12-31", 0),
    ] {
        let national = levels(&app, &format!("level=national&{period}")).await;
        assert_eq!(national.json["items"][0]["numbers"][IMPROVED]["pending"], pending, "{period}");
    }
}
