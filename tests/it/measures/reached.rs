//! A whānau who was reached has contact details that are right.

use serde_json::{Value, json};

use super::{all_numbers, levels};
use crate::given;
use crate::support::{TestApp, on_both};

const ENROLLED: usize = 5;

/// Enrolled in time, of a referral of the 2nd of March without a word on its contact details; its case.
async fn nowhere(app: &TestApp) -> String {
    app.set_time("2026-03-02T00:00:00Z");
    let body = given::with(given::non_enrolment("Aria"), "/student/nsn", json!("17"));
    let referral = app.as_("office-support").post("/v1/referrals", body).await.expect(201).id();
    let decided = app.decide(&referral, json!({ "outcome": "accepted" })).await.expect(200);
    let case = decided.json["caseId"].as_str().expect("a case").to_owned();
    app.set_time("2026-03-09T00:00:00Z");
    let statement = json!({ "said": "enrolled", "schoolNumber": given::OTHER_SCHOOL, "nsn": "17", "firstDay": "2026-03-09" });
    let body = json!({ "statements": [statement] });
    app.as_("enrolment-register").post_keyed("/v1/enrolments", "17", body).await.expect(200);
    app.set_time("2026-04-20T00:00:00Z");
    case
}

async fn standing(app: &TestApp) -> Value {
    let path = "/v1/measures/members?measure=enrolled&withinDays=50&level=national&term=2026-1";
    let found = app.as_("ministry-analyst").get(path).await.expect(200);
    let item = &found.json["items"][0];
    let number =
        &all_numbers(&levels(app, "level=national&term=2026-1").await, "national")[ENROLLED];
    let exclusion = &item["exclusion"];
    json!([number, item["standing"], exclusion, item["outcome"]["reachedAfterOn"]])
}

#[on_both]
async fn reached_on_day_two_and_enrolled_on_day_five_is_met(app: TestApp) {
    let case = nowhere(&app).await;
    let unreached =
        json!(["enrolled 50: 0/0 0 60 null", "excluded", "contact_details_not_current", null]);
    assert_eq!(standing(&app).await, unreached);
    for (party, outcome) in
        [("school", "reached"), ("agency", "reached"), ("whanau", "message_left")]
    {
        let body = json!({ "party": party, "channel": "phone", "outcome": outcome, "occurredAt": "2026-03-04T00:00:00Z" });
        app.step("workflow-lead", &case, "contacts", body).await.expect(201);
    }
    assert_eq!(standing(&app).await, unreached);
    // The tenth business day is the 16th.
    app.reached(&case, "whanau", "2026-03-17T00:00:00Z").await.expect(201);
    assert_eq!(standing(&app).await[2], "contact_details_not_current");
    let made = app.reached(&case, "student", "2026-03-16T00:00:00Z").await.expect(201).id();
    assert_eq!(
        standing(&app).await,
        json!(["enrolled 50: 1/1 0 60 true", "met", null, "2026-03-16"])
    );
    let never = json!({ "contact": null, "reason": "Another student's." });
    app.step("workflow-lead", &case, &format!("contacts/{made}/correction"), never)
        .await
        .expect(200);
    assert_eq!(standing(&app).await[2], "contact_details_not_current");
    let hui = json!({
        "occurredAt": "2026-03-05T00:00:00Z", "visibility": "shared", "kind": "whanau_hui", "people": [],
        "agencies": [], "decisions": "x", "reached": ["whanau"],
    });
    app.step("workflow-lead", &case, "meetings", hui).await.expect(201);
    assert_eq!(
        standing(&app).await,
        json!(["enrolled 50: 1/1 0 60 true", "met", null, "2026-03-05"])
    );
}

#[on_both]
async fn a_contact_on_the_case_before_confirms_the_details_too(app: TestApp) {
    app.set_time("2026-02-02T00:00:00Z");
    let attendance = json!([{ "term": "2025-4", "possibleHalfDays": 80, "presentHalfDays": 39 }]);
    let body = given::with(given::referral("Aria"), "/supportRequest/attendance", attendance);
    let body = given::with(body, "/supportRequest/whanauToldOn", json!("2026-02-02"));
    let referral = app.as_("office-support").post("/v1/referrals", body).await.expect(201).id();
    let decided = app.decide(&referral, json!({ "outcome": "accepted" })).await.expect(200);
    let first = decided.json["caseId"].as_str().unwrap().to_owned();
    let to = json!({ "caseManagerId": app.world.case_manager });
    app.step("workflow-lead", &first, "assignment", to).await.expect(200);
    app.reached(&first, "whanau", "2026-02-02T00:00:00Z").await.expect(201);
    app.step("case-manager", &first, "closure", given::closure()).await.expect(200);
    app.step("workflow-lead", &first, "closure-approval", json!({})).await.expect(200);
    nowhere(&app).await;
    let path = "/v1/measures/members?measure=enrolled&withinDays=50&level=national&term=2026-1";
    let found = app.as_("ministry-analyst").get(path).await.expect(200);
    let item = &found.json["items"][0];
    assert_eq!(
        (&item["outcome"]["reachedBeforeOn"], &item["standing"]),
        (&json!("2026-02-02"), &json!("met")),
        "{item:#}"
    );
}
