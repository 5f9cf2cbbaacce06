//! What changed of a number between two instants, and what of a referral's life did it.

use serde_json::{Value, json};

use super::levels;
use crate::given::{self, SCHOOL};
use crate::support::{Answer, TestApp, on_both};

async fn changes(app: &TestApp, within: u32, more: &str) -> Answer {
    let path = format!(
        "/v1/measures/changes?measure=school_contact&withinDays={within}&level=national&term=2026-1{more}"
    );
    app.as_("ministry-analyst").get(&path).await.expect(200)
}

/// The only one: from what to what, by what, since when.
fn told(found: &Answer) -> [Value; 4] {
    let items = found.json["items"].as_array().expect("items");
    let [item] = items.as_slice() else { panic!("not one change: {}", found.text) };
    let standing = |side: &str| item[side]["standing"].clone();
    [standing("before"), standing("after"), item["cause"].clone(), item["knownFrom"].clone()]
}

/// The student at a day of the outcome's term, which moves a clock and no number of contact.
async fn attended(app: &TestApp, student: &str) {
    let day = json!({ "date": "2026-07-20", "halfDays": { "present": 2 } });
    let body =
        json!({ "schoolNumber": SCHOOL, "students": [{ "studentId": student, "days": [day] }] });
    let sent = app.as_("office-support").post("/v1/attendance", body).await.expect(200);
    assert_eq!(sent.json["newDays"], 1);
}

async fn student_of(app: &TestApp, case: &str) -> String {
    let found = app.as_("workflow-lead").get(&format!("/v1/cases/{case}")).await.expect(200);
    found.json["student"]["id"].as_str().expect("a student").to_owned()
}

#[on_both]
async fn a_cause_is_what_moved_this_number_and_not_what_came_last(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    app.set_time("2026-03-18T00:00:00Z");
    let made = app.reached(&case, "school", "2026-03-17T00:00:00Z").await.expect(201).id();
    app.set_time("2026-03-20T00:00:00Z");
    let withdrawn = json!({ "contact": null, "reason": "Another student's." });
    app.step("workflow-lead", &case, &format!("contacts/{made}/correction"), withdrawn)
        .await
        .expect(200);
    app.set_time("2026-08-03T00:00:00Z");
    attended(&app, &student_of(&app, &case).await).await;
    app.set_time("2026-08-10T00:00:00Z");
    let found = changes(&app, 5, "&since=2026-03-19T00:00:00Z").await;
    assert_eq!(
        told(&found),
        [json!("met"), json!("missed"), json!("contact"), json!("2026-03-20T00:00:00Z")]
    );
    // By attendance alone nothing changed.
    let since = changes(&app, 5, "&since=2026-08-02T00:00:00Z").await;
    assert_eq!(since.json["items"], json!([]));
    // Of a referral that came in since, what made it count as it does.
    let new = changes(&app, 5, "&since=2026-03-01T00:00:00Z&asOf=2026-03-19T00:00:00Z").await;
    assert_eq!(
        told(&new),
        [Value::Null, json!("met"), json!("contact"), json!("2026-03-18T00:00:00Z")]
    );
}

#[on_both]
async fn days_that_pass_are_a_cause_of_their_own(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    app.set_time("2026-03-20T00:00:00Z");
    app.reached(&case, "whanau", "2026-03-19T00:00:00Z").await.expect(201);
    app.set_time("2026-04-01T00:00:00Z");
    let found = changes(&app, 5, "&since=2026-03-18T00:00:00Z").await;
    assert_eq!(told(&found)[..3], [json!("pending"), json!("missed"), json!("days_passed")]);
}

#[on_both]
async fn a_limit_that_moved_is_the_same_number(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    app.set_time("2026-03-26T00:00:00Z");
    // On the sixth business day.
    app.reached(&case, "school", "2026-03-24T00:00:00Z").await.expect(201);
    app.set_time("2026-03-30T00:00:00Z");
    let of = |days: [u32; 2]| days.map(|days| json!({ "withinDays": days, "targetPercent": 80 }));
    let body = json!({
        "version": "service-levels-2026-2", "validFrom": "2026-01-27",
        "serviceLevels": {
            "schoolContact": of([7, 10]), "whanauContact": of([10, 15]), "whanauContactMeans": "both",
        },
    });
    app.as_("ministry-admin").post("/v1/rules/service_levels/versions", body).await.expect(201);
    app.set_time("2026-03-31T00:00:00Z");
    // It is asked for by its limit of either side.
    for within in [5, 7] {
        let found = changes(&app, within, "&since=2026-03-29T00:00:00Z").await;
        assert_eq!(told(&found)[..3], [json!("missed"), json!("met"), json!("rule")], "{within}");
        let limit = |side: &str| found.json[side]["withinDays"].clone();
        assert_eq!([limit("before"), limit("after")], [json!(5), json!(7)]);
    }
    let path = "/v1/measures/changes?measure=school_contact&withinDays=6&level=national&term=2026-1&since=2026-03-29T00:00:00Z";
    app.as_("ministry-analyst").get(path).await.refused(422, "invalid_query");
}

#[on_both]
async fn before_anything_was_known_there_was_nothing(app: TestApp) {
    app.submitted("Hana").await;
    let early = levels(&app, "level=national&year=2026&asOf=2016-01-01T00:00:00Z").await;
    let number = &early.json["items"][0]["numbers"][0];
    assert_eq!((&number["denominator"], &number["pending"]), (&json!(0), &json!(0)));
    let path = "/v1/measures/changes?measure=school_contact&withinDays=5&level=national&year=2026&since=2016-01-01T00:00:00Z";
    let found = app.as_("ministry-analyst").get(path).await.expect(200);
    assert_eq!(told(&found)[..3], [Value::Null, json!("pending"), json!("referral")]);
    let analyst = app.as_("ministry-analyst");
    for (path, parameter) in [
        ("measures?level=national&year=2026&asOf=2015-12-31T00:00:00Z", "asOf too_small"),
        ("measures/rows?level=national&year=2026&asOf=0001-01-01T00:00:00Z", "asOf too_small"),
        (
            "measures/members?measure=enrolled&withinDays=50&level=national&year=2026&asOf=2030-01-01T00:00:00Z",
            "asOf too_large",
        ),
        (
            "measures/changes?measure=enrolled&withinDays=50&level=national&year=2026&since=2014-01-01T00:00:00Z",
            "since too_small",
        ),
        (
            "measures/changes?measure=enrolled&withinDays=50&level=national&year=2026&since=2030-01-01T00:00:00Z",
            "since too_large",
        ),
    ] {
        let refused = analyst.get(&format!("/v1/{path}")).await;
        refused.refused(422, "invalid_query");
        assert_eq!(refused.faults(), [parameter], "{path}");
    }
}

/// A year at school ends, and what was counted of the last one stays what it was; who names an ethnic group later is
/// another part of theirs, with a cause.
#[on_both]
async fn the_year_level_is_that_of_the_referral_and_every_move_between_parts_is_explained(
    app: TestApp,
) {
    let body = given::with(given::referral("Hana"), "/student/yearLevel", json!(8));
    let body = given::with(body, "/student/nsn", json!("17"));
    let sent = app.as_("office-support").post("/v1/referrals", body.clone()).await.expect(201);
    let accepted = app.decide(&sent.id(), json!({ "outcome": "accepted" })).await.expect(200);
    assert_ne!(accepted.json["caseId"], Value::Null);
    let parts = async |by: &str, more: &str| -> Vec<Value> {
        let read = levels(&app, &format!("level=national&term=2026-1&by={by}{more}")).await.json;
        read["items"].as_array().expect("items").iter().map(|item| item["part"].clone()).collect()
    };
    assert_eq!(parts("year_level", "").await, ["8"]);
    app.set_time("2026-03-18T00:00:00Z");
    let path = format!("/v1/students/{}", sent.json["student"]["id"].as_str().expect("an id"));
    let lead = app.as_("workflow-lead");
    let read = lead.get(&path).await.expect(200);
    lead.patch(&path, &read, json!({ "yearLevel": 9, "ethnicities": ["21111"] })).await.expect(200);
    // Another referral says the same of the year, and joins the case.
    app.set_time("2026-03-19T00:00:00Z");
    app.as_("office-support")
        .post("/v1/referrals", given::with(body, "/student/yearLevel", json!(9)))
        .await
        .expect(201);
    assert_eq!(parts("year_level", "&asOf=2026-03-18T12:00:00Z").await, ["8"]);
    assert_eq!(parts("year_level", "").await, ["8", "9"]);
    assert_eq!(parts("ethnic_group", "").await, ["maori"]);
    assert_eq!(parts("ethnic_group", "&asOf=2026-03-17T12:00:00Z").await, ["not_stated"]);
    let until = "&since=2026-03-17T12:00:00Z&asOf=2026-03-18T12:00:00Z";
    for (by, expected) in [("", 0), ("&by=year_level", 0), ("&by=ethnic_group", 1)] {
        let found = changes(&app, 5, &format!("{by}{until}")).await.json;
        let items = found["items"].as_array().expect("items");
        assert_eq!(items.len(), expected, "{by} {found}");
        for item in items {
            assert_eq!([&item["before"]["part"], &item["after"]["part"]], ["not_stated", "maori"]);
            assert_eq!(
                (&item["cause"], &item["knownFrom"]),
                (&json!("student"), &json!("2026-03-18T00:00:00Z"))
            );
        }
    }
}

#[on_both]
async fn a_holiday_that_moves_a_deadline_is_the_calendar(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    app.set_time("2026-03-20T00:00:00Z");
    app.reached(&case, "whanau", "2026-03-19T00:00:00Z").await.expect(201);
    // The fifth business day is Monday the 23rd; with a holiday more it is the 24th.
    app.set_time("2026-03-24T00:00:00Z");
    let body = json!({ "date": "2026-03-19", "nameEn": "Kōwhai Day", "nameMi": "Te Rā Kōwhai" });
    app.as_("ministry-admin").post("/v1/calendars/contract-2026/holidays", body).await.expect(201);
    app.set_time("2026-03-24T01:00:00Z");
    let found = changes(&app, 5, "&since=2026-03-23T12:00:00Z").await;
    assert_eq!(told(&found)[..3], [json!("missed"), json!("pending"), json!("calendar")]);
}
