//! Notices of the national enrolment register: students who are enrolled nowhere become referrals.

use serde_json::{Value, json};

use crate::given::{self, OTHER_SCHOOL, SCHOOL};
use crate::support::{Answer, TestApp, on_both};

fn notice(reference: &str, name: &str, nsn: &str, since: &str) -> Value {
    json!({
        "sourceReference": reference, "schoolNumber": SCHOOL,
        "student": {
            "nsn": nsn, "legalGivenNames": name, "legalFamilyName": "Example",
            "birthDate": "2013-05-06",
        },
        "notEnrolledSince": since, "reason": "Enrolled nowhere.",
    })
}

async fn send(app: &TestApp, notices: Value) -> Answer {
    let body = json!({ "notices": notices });
    static LAST: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let key = LAST.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_string();
    let register = app.as_("enrolment-register");
    register.post_keyed("/v1/non-enrolment-notices", &key, body).await.expect(200)
}

fn faults(answer: &Answer) -> Vec<String> {
    let items = answer.json["faults"].as_array().expect("a list").iter();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    items.map(|item| format!("{} {}", text(&item["pointer"]), text(&item["code"]))).collect()
}

#[on_both]
async fn a_notice_becomes_a_referral_like_every_other(app: TestApp) {
    let sent = send(&app, json!([notice("NEN-1", "Aria", "17", "2026-02-16")])).await;
    assert_eq!(faults(&sent), Vec::<String>::new());
    let item = &sent.json["items"][0];
    assert_eq!((&item["status"], &item["known"]), (&json!("submitted"), &json!(false)));
    let id = item["referralId"].as_str().expect("a referral");
    let read = app.as_("workflow-lead").get(&format!("/v1/referrals/{id}")).await.expect(200);
    let told = &read.json["supportRequest"]["nonEnrolment"];
    assert_eq!(
        (&told["sender"], &told["leftOn"]),
        (&json!("enrolment_register"), &json!("2026-02-15"))
    );
    assert_eq!(
        (&read.json["kind"], &read.json["sourceReference"]),
        (&json!("non_enrolment"), &json!("NEN-1"))
    );
    assert_eq!(read.json["assessment"]["circumstances"][0], "not_enrolled", "{}", read.text);
    let student = read.json["student"]["id"].as_str().expect("a student");
    let path = format!("/v1/students/{student}/enrolments");
    let listed = app.as_("workflow-lead").get(&path).await.expect(200);
    assert_eq!(listed.json["items"][0]["lastDay"], "2026-02-15");
    assert_eq!(app.count("event", "kind = 'referral.submitted'").await, 1);
}

#[on_both]
async fn a_notice_that_is_sent_again_is_the_same_one(app: TestApp) {
    let first = send(&app, json!([notice("NEN-1", "Aria", "17", "2026-02-16")])).await;
    let again = send(&app, json!([notice("NEN-1", "Aria", "17", "2026-02-16")])).await;
    assert_eq!(again.json["items"][0]["known"], true);
    assert_eq!(again.json["items"][0]["referralId"], first.json["items"][0]["referralId"]);
    let other = send(&app, json!([notice("NEN-1", "Aria", "17", "2026-02-12")])).await;
    assert_eq!(faults(&other), ["/notices/0/sourceReference source_reference_taken"]);
    let waiting = send(&app, json!([notice("NEN-2", "Aria", "17", "2026-02-16")])).await;
    assert_eq!(faults(&waiting), ["/notices/0 already_referred"]);
    assert_eq!(app.count("referral", "1 = 1").await, 1);
}

/// From Tuesday the 17th of February, the 16th of March is the twentieth school day.
#[on_both]
async fn on_the_twentieth_school_day_and_not_before(app: TestApp) {
    let notices = json!([
        notice("NEN-1", "Aria", "17", "2026-02-18"),
        notice("NEN-2", "Tama", "18", "2026-02-17"),
        notice("NEN-3", "Mere", "19", "2026-02-16"),
    ]);
    let sent = send(&app, notices).await;
    assert_eq!(faults(&sent), ["/notices/0/notEnrolledSince too_early"]);
    assert_eq!(sent.json["items"].as_array().expect("items").len(), 2);
    // A school day later the first is due too, and the others are known.
    app.set_time("2026-03-17T00:00:00Z");
    let sent = send(&app, json!([notice("NEN-1", "Aria", "17", "2026-02-18")])).await;
    assert_eq!(faults(&sent), Vec::<String>::new());
}

#[on_both]
async fn who_is_enrolled_is_not_reported(app: TestApp) {
    let body = given::with(given::referral("Aria"), "/student/nsn", json!("17"));
    let body = given::with(body, "/schoolNumber", json!(OTHER_SCHOOL));
    app.as_("office-support-2").post("/v1/referrals", body).await.expect(201);
    let sent = send(&app, json!([notice("NEN-1", "Aria", "17", "2026-02-02")])).await;
    assert_eq!(faults(&sent), ["/notices/0 enrolled_now"]);
    // What the last school said before, the register's later word ends.
    app.submitted("Tama").await;
    let sent = send(&app, json!([notice("NEN-2", "Tama", "18", "2026-02-02")])).await;
    assert_eq!(faults(&sent), Vec::<String>::new());
}

#[on_both]
async fn what_can_not_be_taken_is_named_and_the_rest_becomes_referrals(app: TestApp) {
    let with = |pointer: &str, value: Value| {
        given::with(notice("NEN-9", "Mere", "19", "2026-02-02"), pointer, value)
    };
    let notices = json!([
        with("/notEnrolledSince", json!("2026-03-17")),
        with("/notEnrolledSince", json!("2013-05-06")),
        with("/lastDayAttended", json!("2026-02-02")),
        with("/schoolNumber", json!("9999")),
        with("/leavingReason", json!("dragons")),
        with("/student/birthDate", json!("1999-05-06")),
        notice("NEN-1", "Aria", "17", "2026-02-02"),
    ]);
    let sent = send(&app, notices).await;
    let expected = [
        "/notices/0/notEnrolledSince in_the_future",
        "/notices/1/notEnrolledSince before_birth",
        "/notices/2/lastDayAttended too_large",
        "/notices/3/schoolNumber unknown_school",
        "/notices/4/leavingReason unknown_code",
        "/notices/5/student/birthDate outside_age_range",
    ];
    let mut found = faults(&sent);
    found.retain(|fault| expected.contains(&fault.as_str()));
    found.sort();
    assert_eq!(found, expected, "{}", sent.text);
    assert_eq!(sent.json["items"].as_array().expect("items").len(), 1);
    assert_eq!(app.count("referral", "1 = 1").await, 1);
}

#[on_both]
async fn a_number_of_another_birth_date_is_told_and_nobody_is_lost(app: TestApp) {
    send(&app, json!([notice("NEN-1", "Aria", "17", "2026-02-02")])).await;
    let other = given::with(
        notice("NEN-2", "Tama", "17", "2026-02-02"),
        "/student/birthDate",
        json!("2012-01-09"),
    );
    let sent = send(&app, json!([other, notice("NEN-3", "Mere", "19", "2026-02-02")])).await;
    assert_eq!(faults(&sent), Vec::<String>::new());
    assert_eq!(sent.json["items"].as_array().expect("items").len(), 2);
    let warnings = sent.json["warnings"].as_array().expect("warnings");
    assert_eq!(warnings.len(), 1, "{}", sent.text);
    assert_eq!(warnings[0]["pointer"], "/notices/0/student");
    assert_eq!(warnings[0]["code"], "match_under_review");
}

#[on_both]
async fn nobody_else_reports(app: TestApp) {
    let body = json!({ "notices": [notice("NEN-1", "Aria", "17", "2026-02-02")] });
    for who in ["sms-client", "ministry-admin", "attendance-lead"] {
        let path = "/v1/non-enrolment-notices";
        app.as_(who).post_keyed(path, "one", body.clone()).await.refused(403, "role_may_not");
    }
}
