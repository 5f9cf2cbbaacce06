//! Enrolled within 50 business days, of those whose contact details are up to date.

use serde_json::{Value, json};

use super::{all_numbers, levels};
use crate::given;
use crate::support::{TestApp, on_both};

const ENROLLED: usize = 5;

async fn enrolled(app: &TestApp) -> String {
    let national = levels(app, "level=national&term=2026-1").await;
    all_numbers(&national, "national")[ENROLLED].clone()
}

/// A referral of the 2nd of March for somebody who is enrolled nowhere.
async fn nowhere(app: &TestApp, name: &str, nsn: &str, confirmed_on: Option<&str>) -> Value {
    app.set_time("2026-03-02T00:00:00Z");
    let mere = json!([{
        "name": "Mere Example", "relationship": "mother", "phone": "021 555 0100", "confirmedOn": confirmed_on,
    }]);
    let body = given::with(given::non_enrolment(name), "/student/whanauContacts", mere);
    let body = given::with(body, "/student/nsn", json!(nsn));
    app.as_("office-support").post("/v1/referrals", body).await.expect(201).json
}

async fn enrol(app: &TestApp, at: &str, nsn: &str, first_day: &str) {
    app.set_time(at);
    let statement = json!({ "said": "enrolled", "schoolNumber": given::OTHER_SCHOOL, "nsn": nsn, "firstDay": first_day });
    let body = json!({ "statements": [statement] });
    let sent =
        app.as_("enrolment-register").post_keyed("/v1/enrolments", nsn, body).await.expect(200);
    assert_eq!(sent.json["faults"], json!([]));
}

#[on_both]
async fn the_fiftieth_business_day_is_in_time_and_the_day_after_is_not(app: TestApp) {
    // From Monday the 2nd of March, with Good Friday, Easter Monday and Anzac Day (a Saturday, kept on the 27th of
    // April) between, the fiftieth business day is Thursday the 14th of May.
    nowhere(&app, "In time", "17", Some("2026-03-01")).await;
    nowhere(&app, "Late", "18", Some("2026-03-01")).await;
    app.set_time("2026-05-13T00:00:00Z");
    assert_eq!(enrolled(&app).await, "enrolled 50: 0/0 2 60 null");
    enrol(&app, "2026-05-14T02:00:00Z", "17", "2026-05-14").await;
    assert_eq!(enrolled(&app).await, "enrolled 50: 1/1 1 60 null");
    enrol(&app, "2026-05-15T02:00:00Z", "18", "2026-05-15").await;
    assert_eq!(enrolled(&app).await, "enrolled 50: 1/2 0 60 false");
    let path = "/v1/measures/members?measure=enrolled&withinDays=50&level=national&term=2026-1&standing=met";
    let met = app.as_("ministry-analyst").get(path).await.expect(200).json["items"][0].clone();
    assert_eq!((&met["days"], &met["dueOn"]), (&json!(50), &json!("2026-05-14")));
    assert_eq!(met["outcome"]["enrolledOn"], "2026-05-14");
    assert_eq!(met["outcome"]["confirmedBeforeOn"], "2026-03-01");
    assert_eq!(met["cause"], "enrolment");
}

#[on_both]
async fn an_enrolment_that_resolves_a_referral_counts(app: TestApp) {
    let referral = nowhere(&app, "Aria", "17", Some("2026-03-01")).await;
    enrol(&app, "2026-03-10T02:00:00Z", "17", "2026-03-09").await;
    let path = format!("/v1/referrals/{}", referral["id"].as_str().unwrap());
    let now = app.as_("office-support").get(&path).await.expect(200);
    assert_eq!(now.json["status"], "resolved");
    assert_eq!(enrolled(&app).await, "enrolled 50: 1/1 0 60 true");
    // Nobody had to be reached.
    let national = levels(&app, "level=national&term=2026-1").await;
    let contact = &national.json["items"][0]["numbers"][0];
    assert_eq!(contact["excluded"], json!([{ "reason": "resolved", "count": 1 }]));
}

#[on_both]
async fn who_cannot_be_reached_is_not_counted_after_ten_days(app: TestApp) {
    let referral = nowhere(&app, "Aria", "17", Some("2025-12-31")).await;
    let decided = app
        .decide(referral["id"].as_str().unwrap(), json!({ "outcome": "accepted" }))
        .await
        .expect(200);
    assert_eq!(decided.json["status"], "accepted");
    // 61 days before; the tenth business day after is the 16th of March.
    app.set_time("2026-03-16T10:59:00Z");
    assert_eq!(enrolled(&app).await, "enrolled 50: 0/0 1 60 null");
    app.set_time("2026-03-16T11:00:00Z");
    let national = levels(&app, "level=national&term=2026-1").await;
    let number = &national.json["items"][0]["numbers"][ENROLLED];
    assert_eq!(
        number["excluded"],
        json!([{ "reason": "contact_details_not_current", "count": 1 }])
    );
}

#[on_both]
async fn a_confirmation_on_the_tenth_day_brings_a_referral_in(app: TestApp) {
    let referral = nowhere(&app, "Aria", "17", None).await;
    app.decide(referral["id"].as_str().unwrap(), json!({ "outcome": "accepted" }))
        .await
        .expect(200);
    let student = referral["student"]["id"].as_str().unwrap();
    app.set_time("2026-03-20T00:00:00Z");
    let contacts = format!("/v1/students/{student}/whanau-contacts");
    let lead = app.as_("workflow-lead");
    let listed = lead.get(&contacts).await.expect(200);
    let path = format!("{contacts}/{}", listed.json["items"][0]["id"].as_str().unwrap());
    let read = lead.get(&path).await.expect(200);
    let confirm = |day: &str| json!({ "confirmedOn": day });
    lead.patch(&path, &read, confirm("2026-03-16")).await.expect(200);
    assert_eq!(enrolled(&app).await, "enrolled 50: 0/0 1 60 null");
    // A later confirmation takes nothing of the earlier one away; putting the day right does.
    app.set_time("2026-04-20T00:00:00Z");
    let read = lead.get(&path).await.expect(200);
    lead.patch(&path, &read, confirm("2026-04-20")).await.expect(200);
    assert_eq!(enrolled(&app).await, "enrolled 50: 0/0 1 60 null");
    let read = lead.get(&path).await.expect(200);
    lead.patch(&path, &read, json!({ "confirmedOn": null })).await.expect(200);
    let national = levels(&app, "level=national&term=2026-1").await;
    let number = &national.json["items"][0]["numbers"][ENROLLED];
    assert_eq!(
        number["excluded"],
        json!([{ "reason": "contact_details_not_current", "count": 1 }])
    );
}
