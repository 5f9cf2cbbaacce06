//! A clock that jumps, or stands still: nothing that was known is overwritten, and a correction stands
//! over what it corrects.

use serde_json::{Value, json};

use crate::given::SCHOOL;
use crate::support::{TestApp, on_both};

const NUMBERS: &str = "/v1/measures?level=national&term=2026-1";
const MEMBERS: &str =
    "/v1/measures/members?measure=school_contact&withinDays=5&level=national&term=2026-1";

/// What an analyst is answered.
async fn told(app: &TestApp, path: &str) -> String {
    app.as_("ministry-analyst").get(path).await.expect(200).text
}

/// The instant that an answer is as of.
fn as_of(text: &str) -> String {
    let answer: Value = serde_json::from_str(text).expect("an answer");
    answer["asOf"].as_str().expect("an instant").to_owned()
}

/// A contact that reached the school, or none that anybody reached.
async fn contact(app: &TestApp, case: &str, occurred_at: &str) -> String {
    app.reached(case, "school", occurred_at).await.expect(201).id()
}

async fn withdraw(app: &TestApp, case: &str, contact: &str) {
    let withdrawn = json!({ "contact": null, "reason": "Another student's." });
    let step = format!("contacts/{contact}/correction");
    app.step("workflow-lead", case, &step, withdrawn).await.expect(200);
}

async fn student_of(app: &TestApp, case: &str) -> String {
    let found = app.as_("workflow-lead").get(&format!("/v1/cases/{case}")).await.expect(200);
    found.json["student"]["id"].as_str().expect("a student").to_owned()
}

#[on_both]
async fn a_clock_set_back_overwrites_nothing_that_was_known(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    app.set_time("2026-03-18T00:00:00Z");
    let made = contact(&app, &case, "2026-03-17T00:00:00Z").await;
    let mut known = Vec::new();
    for path in [NUMBERS, MEMBERS] {
        for instant in ["2026-03-17T00:00:00Z", "2026-03-18T00:00:00Z"] {
            let path = format!("{path}&asOf={instant}");
            known.push((told(&app, &path).await, path));
        }
    }
    app.set_time("2026-03-17T23:50:00Z");
    withdraw(&app, &case, &made).await;
    let again = contact(&app, &case, "2026-03-17T12:00:00Z").await;
    withdraw(&app, &case, &again).await;
    app.set_time("2026-03-19T00:00:00Z");
    for (before, path) in &known {
        assert_eq!(&told(&app, path).await, before, "{path}");
    }
    // Each of them is a version of its own.
    assert_eq!(app.count("referral_clock_past", "known_until > known_from").await, 4);
    let standing = |text: &str| {
        let answer: Value = serde_json::from_str(text).expect("an answer");
        answer["items"][0]["standing"].clone()
    };
    let then = standing(&known[3].0);
    assert_eq!((then, standing(&told(&app, MEMBERS).await)), (json!("met"), json!("pending")));
}

#[on_both]
async fn what_is_answered_is_answered_again_though_more_happens_at_that_instant(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let mut known = Vec::new();
    for minute in ["00", "30"] {
        let occurred_at = format!("2026-03-15T23:{minute}:00Z");
        let made = contact(&app, &case, &occurred_at).await;
        for path in [NUMBERS, MEMBERS] {
            let then = told(&app, path).await;
            let path = format!("{path}&asOf={}", as_of(&then));
            known.push((then, path));
        }
        for (before, path) in &known {
            assert_eq!(&told(&app, path).await, before, "{path}");
        }
        withdraw(&app, &case, &made).await;
    }
    app.set_time("2026-03-20T00:00:00Z");
    for (before, path) in &known {
        assert_eq!(&told(&app, path).await, before, "{path}");
    }
}

#[on_both]
async fn records_that_are_joined_make_one_version_of_a_clock(app: TestApp) {
    let (from, into) = (app.assigned("Hana").await.1, app.submitted("Hanna").await);
    let from = student_of(&app, &from).await;
    let into = into.json["student"]["id"].as_str().expect("a student").to_owned();
    let before = app.count("referral_clock_past", "1 = 1").await;
    app.set_time("2026-03-17T00:00:00Z");
    let lead = app.as_("workflow-lead");
    let body = json!({ "intoStudentId": into, "reason": "One student." });
    lead.post(&format!("/v1/students/{from}/merge"), body).await.expect(200);
    assert!(app.count("referral_clock_past", "1 = 1").await > before);
    // A second one would be dated later than the clock says.
    assert_eq!(app.count("version_ahead", "known_from > '2026-03-16T23:00:00Z'").await, 0);
}

#[on_both]
async fn term_dates_set_by_a_clock_that_is_behind_overwrite_none(app: TestApp) {
    let admin = app.as_("ministry-admin");
    let set = async |ends_on: &str| {
        let dates = json!({ "startsOn": "2026-07-20", "endsOn": ends_on });
        admin.post("/v1/terms/2026-3", dates).await.expect(200).json["term"]["knownFrom"].clone()
    };
    app.set_time("2026-03-30T01:00:00Z");
    assert_eq!(set("2026-09-18").await, "2026-03-30T01:00:00Z");
    let path = "/v1/measures?level=national&term=2026-3&asOf=2026-03-30T01:00:00Z";
    let before = told(&app, path).await;
    app.set_time("2026-03-30T00:50:00Z");
    assert_eq!(set("2026-09-11").await, "2026-03-30T01:00:00.000001Z");
    assert_eq!(set("2026-09-04").await, "2026-03-30T01:00:00.000002Z");
    app.set_time("2026-03-31T00:00:00Z");
    assert_eq!(told(&app, path).await, before);
    assert_eq!(app.count("term_past", "known_until > known_from").await, 3);
}

#[on_both]
async fn rules_and_holidays_of_a_clock_that_is_behind_were_not_known_before(app: TestApp) {
    app.submitted("Hana").await;
    let admin = app.as_("ministry-admin");
    let holiday = |date: &str| json!({ "date": date, "region": null, "nameEn": "Day of Kōwhai", "nameMi": "Te Rā Kōwhai" });
    app.set_time("2026-03-17T01:00:00Z");
    let path = "/v1/calendars/contract-2026/holidays";
    admin.post(path, holiday("2026-03-18")).await.expect(201);
    let asked = format!("{MEMBERS}&asOf=2026-03-17T01:00:00Z");
    let before = told(&app, &asked).await;
    app.set_time("2026-03-17T00:50:00Z");
    admin.post(path, holiday("2026-03-19")).await.expect(201);
    app.set_time("2026-03-18T00:00:00Z");
    assert_eq!(told(&app, &asked).await, before);
}

#[on_both]
async fn a_correction_by_a_clock_that_is_behind_stands(app: TestApp) {
    let student = student_of(&app, &app.assigned("Hana").await.1).await;
    let present = async |present: u64| {
        let day = json!({ "date": "2026-03-03", "halfDays": { "present": present, "unjustified": 2 - present } });
        let body = json!({ "schoolNumber": SCHOOL, "students": [{ "studentId": student, "days": [day] }] });
        app.as_("office-support").post("/v1/attendance", body).await.expect(200).json
    };
    assert_eq!(present(2).await["newDays"], 1);
    app.set_time("2026-03-15T23:50:00Z");
    let corrected = present(0).await;
    assert_eq!(
        (&corrected["replacedDays"], &corrected["outdatedDays"]),
        (&json!(1), &json!(0)),
        "{corrected}"
    );
}
