//! Enrolments as schools' systems and the national register send them: late, corrected, twice, out
//! of order; what stands of them, and what follows for referrals and cases.

use serde_json::{Value, json};

use crate::given::{self, LONE_SCHOOL, OTHER_SCHOOL, SCHOOL, SCHOOL_WITH_TEAM};
use crate::support::{Answer, TestApp, on_both};

mod ahead;
mod merged;
mod never;

const BORN: &str = "2013-05-06";

/// A student of Example College with a number; the student's id.
async fn student(app: &TestApp, name: &str, nsn: &str) -> String {
    let body = given::with(given::referral(name), "/student/nsn", json!(nsn));
    let sent = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    // The referral is a word on the enrolment too; what is sent afterwards is a later one.
    app.set_time("2026-03-16T01:00:00Z");
    sent.json["student"]["id"].as_str().expect("a student").to_owned()
}

/// A non-enrolment referral that waits; the referral's id.
async fn nowhere(app: &TestApp, name: &str, nsn: &str) -> String {
    let body = given::with(given::non_enrolment(name), "/student/nsn", json!(nsn));
    app.as_("office-support").post("/v1/referrals", body).await.expect(201).id()
}

fn enrolled(school: &str, nsn: &str, first_day: &str) -> Value {
    json!({
        "said": "enrolled", "schoolNumber": school, "nsn": nsn, "birthDate": BORN,
        "firstDay": first_day,
    })
}

fn left(school: &str, nsn: &str, last_day: &str) -> Value {
    json!({
        "said": "left", "schoolNumber": school, "nsn": nsn, "lastDay": last_day,
        "leavingReason": "other_school",
    })
}

async fn send_as(app: &TestApp, who: &str, sent_at: &str, statements: Value) -> Answer {
    let mut body = json!({ "statements": statements });
    if !sent_at.is_empty() {
        body["sentAt"] = json!(sent_at);
    }
    static LAST: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let key = LAST.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_string();
    app.as_(who).post_keyed("/v1/enrolments", &key, body).await
}

/// By the national register.
async fn send(app: &TestApp, sent_at: &str, statements: Value) -> Answer {
    send_as(app, "enrolment-register", sent_at, statements).await.expect(200)
}

/// Changed, without effect, unchanged.
fn told(answer: &Answer) -> [u64; 3] {
    ["changed", "withoutEffect", "unchanged"]
        .map(|member| answer.json[member].as_u64().expect("a number"))
}

/// Pointer and code of each.
fn remarks(answer: &Answer, member: &str) -> Vec<String> {
    let items = answer.json[member].as_array().expect("a list").iter();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    items.map(|item| format!("{} {}", text(&item["pointer"]), text(&item["code"]))).collect()
}

/// School, first day, last day of each, by the first day.
async fn periods(app: &TestApp, who: &str, student: &str) -> Vec<String> {
    let path = format!("/v1/students/{student}/enrolments");
    let listed = app.as_(who).get(&path).await.expect(200);
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let items = listed.json["items"].as_array().expect("items").iter();
    let mut shown: Vec<String> = items
        .map(|item| {
            let number = text(&item["school"]["number"]);
            format!("{} {} {number}", text(&item["firstDay"]), text(&item["lastDay"]))
        })
        .collect();
    shown.sort();
    shown
}

async fn status(app: &TestApp, referral: &str) -> String {
    let path = format!("/v1/referrals/{referral}");
    let read = app.as_("workflow-lead").get(&path).await.expect(200);
    read.json["status"].as_str().expect("a status").to_owned()
}

#[on_both]
async fn what_was_sent_later_stands_in_whatever_order_it_arrives(app: TestApp) {
    let expected =
        [format!("2026-02-03 2026-03-05 {SCHOOL}"), format!("2026-03-10 - {OTHER_SCHOOL}")];
    let orders = [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3]];
    for (order, nsn) in orders.into_iter().zip(["17", "18", "19"]) {
        let statements = [
            ("2026-03-10T01:00:00Z", enrolled(SCHOOL, nsn, "2026-02-03")),
            ("2026-03-10T02:00:00Z", left(SCHOOL, nsn, "2026-03-06")),
            ("2026-03-10T03:00:00Z", enrolled(OTHER_SCHOOL, nsn, "2026-03-09")),
            ("2026-03-10T04:00:00Z", enrolled(OTHER_SCHOOL, nsn, "2026-03-10")),
            ("2026-03-10T05:00:00Z", left(SCHOOL, nsn, "2026-03-05")),
        ];
        app.set_time("2026-03-09T00:00:00Z");
        let student = student(&app, nsn, nsn).await;
        app.set_time("2026-03-16T00:00:00Z");
        for at in order {
            let (sent_at, statement) = &statements[at];
            send(&app, sent_at, json!([statement])).await;
        }
        assert_eq!(periods(&app, "workflow-lead", &student).await, expected, "{order:?}");
    }
    // The referral's own word, and each statement.
    assert_eq!(app.count("enrolment_report", "1 = 1").await, 18);
    assert_eq!(app.count("enrolment", "left_on IS NULL").await, 3);
}

#[on_both]
async fn a_school_that_refers_again_corrects_its_own_word_of_the_last_day(app: TestApp) {
    let body = given::with(given::non_enrolment("Nia"), "/student/nsn", json!("17"));
    let first = app.as_("office-support").post("/v1/referrals", body.clone()).await.expect(201);
    let path = format!("/v1/referrals/{}/withdrawal", first.id());
    let reason = json!({ "reasonCode": "attendance_improved" });
    app.as_("office-support").post(&path, reason).await.expect(200);
    app.set_time("2026-03-16T01:00:00Z");
    let body = given::with(body, "/supportRequest/nonEnrolment/leftOn", json!("2026-02-20"));
    let again = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    let nia = again.json["student"]["id"].as_str().expect("a student");
    let expected = [format!("- 2026-02-20 {SCHOOL}")];
    assert_eq!(periods(&app, "workflow-lead", nia).await, expected);
}

#[on_both]
async fn a_push_that_is_sent_again_changes_nothing(app: TestApp) {
    let aria = student(&app, "Aria", "17").await;
    let push = json!([enrolled(OTHER_SCHOOL, "17", "2026-03-09")]);
    let first = send(&app, "2026-03-16T00:30:00Z", push.clone()).await;
    assert_eq!(
        (told(&first), remarks(&first, "warnings")),
        ([1, 0, 0], vec!["/statements/0 ended_elsewhere".to_owned()])
    );
    assert!(
        first.json["warnings"][0]["detail"].as_str().unwrap().contains(SCHOOL),
        "{}",
        first.text
    );
    let before = periods(&app, "workflow-lead", &aria).await;
    for _ in 0..3 {
        assert_eq!(told(&send(&app, "2026-03-16T00:30:00Z", push.clone()).await), [0, 0, 1]);
    }
    assert_eq!(periods(&app, "workflow-lead", &aria).await, before);
    assert_eq!(app.count("event", "kind = 'student.school_changed'").await, 1);
    assert_eq!(app.count("enrolment_report", "1 = 1").await, 2);
    // The same key gets the first answer; a dry run keeps nothing.
    let body = json!({ "statements": [left(OTHER_SCHOOL, "17", "2026-03-13")] });
    let register = app.as_("enrolment-register");
    for _ in 0..2 {
        let dry =
            register.post_keyed("/v1/enrolments?validateOnly=true", "dry", body.clone()).await;
        assert_eq!(told(&dry.expect(200)), [1, 0, 0]);
    }
    assert_eq!(periods(&app, "workflow-lead", &aria).await, before);
}

#[on_both]
async fn a_leaving_fits_once_the_first_day_that_it_goes_by_has_arrived(app: TestApp) {
    let words = [
        ("2026-03-17T00:00:00Z", enrolled(SCHOOL, "17", "2026-03-09")),
        ("2026-03-18T00:00:00Z", enrolled(SCHOOL, "17", "2026-03-02")),
        ("2026-03-19T00:00:00Z", left(SCHOOL, "17", "2026-03-04")),
    ];
    let aria = student(&app, "Aria", "17").await;
    app.set_time("2026-03-20T00:00:00Z");
    for at in [0, 2] {
        send(&app, words[at].0, json!([words[at].1])).await;
    }
    assert_eq!(periods(&app, "workflow-lead", &aria).await, [format!("2026-03-09 - {SCHOOL}")]);
    send(&app, words[1].0, json!([words[1].1])).await;
    assert_eq!(
        periods(&app, "workflow-lead", &aria).await,
        [format!("2026-03-02 2026-03-04 {SCHOOL}")]
    );
}

#[on_both]
async fn what_can_not_be_taken_is_named_and_the_rest_is_kept(app: TestApp) {
    let aria = student(&app, "Aria", "17").await;
    send(&app, "2026-03-15T00:00:00Z", json!([enrolled(SCHOOL, "17", "2026-02-03")])).await;
    let with = |statement: Value, member: &str, value: Value| {
        given::with(statement, &format!("/{member}"), value)
    };
    let statements = json!([
        left(SCHOOL, "17", "2026-02-02"),
        left(SCHOOL, "17", "2026-03-18"),
        with(left(SCHOOL, "17", "2026-03-06"), "leavingReason", json!("dragons")),
        enrolled(OTHER_SCHOOL, "17", "2013-05-05"),
        enrolled(OTHER_SCHOOL, "17", "2027-03-18"),
        with(enrolled(OTHER_SCHOOL, "17", "2026-03-09"), "birthDate", json!("2013-05-07")),
        enrolled("9999", "17", "2026-03-09"),
        enrolled(OTHER_SCHOOL, "99", "2026-03-09"),
        with(enrolled(OTHER_SCHOOL, "17", "2026-03-09"), "studentId", json!(aria)),
        with(enrolled(OTHER_SCHOOL, "17", "2026-03-09"), "lastDay", json!("2026-03-10")),
        json!({ "said": "enrolled", "schoolNumber": OTHER_SCHOOL, "nsn": "17" }),
        json!({ "said": "left", "schoolNumber": SCHOOL, "nsn": "17", "lastDay": "2026-03-06" }),
        enrolled(OTHER_SCHOOL, "17", "2026-03-10"),
        enrolled(OTHER_SCHOOL, "17", "2026-03-09"),
    ]);
    let body = json!({ "statements": statements, "count": 3 });
    let sent = app
        .as_("enrolment-register")
        .post_keyed("/v1/enrolments", "faulty", body)
        .await
        .expect(200);
    let expected = [
        "/count count_differs",
        "/statements/1 in_the_future",
        "/statements/2 unknown_code",
        "/statements/3 before_birth",
        "/statements/4 too_far_ahead",
        "/statements/5 birth_date_differs",
        "/statements/6 unknown_school",
        "/statements/7 unknown_student",
        "/statements/8 not_named_once",
        "/statements/9 not_of_this_kind",
        "/statements/10 required",
        "/statements/11 required",
        "/statements/13 repeated",
    ];
    assert_eq!(remarks(&sent, "faults"), expected);
    let expected =
        ["/statements/0 before_first_day".to_owned(), "/statements/12 ended_elsewhere".to_owned()];
    assert_eq!(remarks(&sent, "warnings"), expected);
    assert_eq!(told(&sent), [1, 1, 0]);
    let expected =
        [format!("2026-02-03 2026-03-09 {SCHOOL}"), format!("2026-03-10 - {OTHER_SCHOOL}")];
    assert_eq!(periods(&app, "workflow-lead", &aria).await, expected);
}

#[on_both]
async fn a_school_tells_of_its_own_and_learns_of_nobody_else(app: TestApp) {
    student(&app, "Aria", "17").await;
    let of = async |statement: Value| {
        let sent = send_as(&app, "office-support-l", "", json!([statement])).await.expect(200);
        (told(&sent), remarks(&sent, "faults"))
    };
    let unknown = ([0, 0, 0], vec!["/statements/0 unknown_student".to_owned()]);
    // Whether number and birth date are somebody's is not told (`unconfirmed`).
    let untold = ([0, 0, 0], vec![]);
    // Somebody of another school, by a number alone or with another birth date, and nobody.
    let without = json!({ "said": "enrolled", "schoolNumber": LONE_SCHOOL, "nsn": "17", "firstDay": "2026-03-09" });
    assert_eq!(of(without).await, unknown);
    let other =
        given::with(enrolled(LONE_SCHOOL, "17", "2026-03-09"), "/birthDate", json!("2013-05-07"));
    assert_eq!(of(other).await, untold);
    assert_eq!(of(left(LONE_SCHOOL, "17", "2026-03-09")).await, unknown);
    assert_eq!(of(enrolled(LONE_SCHOOL, "99", "2026-03-09")).await, untold);
    // A school that knows number and birth date has the student before it, and tells of its own.
    assert_eq!(of(enrolled(LONE_SCHOOL, "17", "2026-03-09")).await, untold);
    assert_eq!(of(left(LONE_SCHOOL, "17", "2026-03-10")).await, ([1, 0, 0], vec![]));
    let elsewhere = json!([enrolled(SCHOOL, "17", "2026-03-11")]);
    send_as(&app, "office-support-l", "", elsewhere).await.refused(403, "school_out_of_reach");
    let both =
        json!([enrolled(LONE_SCHOOL, "17", "2026-03-12"), enrolled(SCHOOL, "17", "2026-03-11")]);
    let sent = send_as(&app, "office-support-l", "", both).await.expect(200);
    assert_eq!(remarks(&sent, "faults"), ["/statements/1 school_out_of_reach"]);
}

#[on_both]
async fn an_enrolment_resolves_what_nobody_has_decided(app: TestApp) {
    let submitted = nowhere(&app, "Aria", "17").await;
    let returned = nowhere(&app, "Tama", "18").await;
    app.decide(&returned, json!({ "outcome": "returned", "comment": "Which school?" }))
        .await
        .expect(200);
    let declined = nowhere(&app, "Mere", "19").await;
    let decline = json!({ "outcome": "declined", "reasonCode": "duplicate" });
    app.decide(&declined, decline).await.expect(200);
    let other = nowhere(&app, "Hemi", "20").await;
    let push = json!([
        enrolled(OTHER_SCHOOL, "17", "2026-03-16"),
        enrolled(OTHER_SCHOOL, "18", "2026-03-09"),
        enrolled(OTHER_SCHOOL, "19", "2026-03-09"),
        left(SCHOOL, "20", "2026-02-20"),
    ]);
    send(&app, "2026-03-16T00:30:00Z", push).await;
    for (referral, expected) in [
        (&submitted, "resolved"),
        (&returned, "resolved"),
        (&declined, "declined"),
        (&other, "submitted"),
    ] {
        assert_eq!(status(&app, referral).await, expected);
    }
    assert_eq!(app.count("event", "kind = 'referral.resolved'").await, 2);
    assert_eq!(app.count("referral_clock", "exclusion = 'resolved'").await, 2);
    let path = format!("/v1/referrals/{submitted}/history");
    let past = app.as_("workflow-lead").get(&path).await.expect(200);
    assert_eq!(past.json["items"][0]["field"], "status", "{}", past.text);
    app.decide(&submitted, json!({ "outcome": "accepted" }))
        .await
        .refused(409, "referral_already_decided");
}

#[on_both]
async fn another_schools_referral_and_a_school_change_resolve_too(app: TestApp) {
    let waiting = nowhere(&app, "Aria", "17").await;
    let body = given::with(given::referral("Aria"), "/student/nsn", json!("17"));
    let body = given::with(body, "/schoolNumber", json!(OTHER_SCHOOL));
    app.as_("office-support-2").post("/v1/referrals", body).await.expect(201);
    assert_eq!(status(&app, &waiting).await, "resolved");
    let waiting = nowhere(&app, "Tama", "18").await;
    let path = format!("/v1/referrals/{waiting}");
    let read = app.as_("workflow-lead").get(&path).await.expect(200);
    let student = read.json["student"]["id"].as_str().expect("a student");
    let path = format!("/v1/students/{student}/school-changes");
    app.as_("workflow-lead").post(&path, json!({ "schoolNumber": OTHER_SCHOOL })).await.expect(200);
    assert_eq!(status(&app, &waiting).await, "resolved");
}

#[on_both]
async fn an_open_case_goes_on_and_its_case_manager_hears(app: TestApp) {
    let referral = nowhere(&app, "Aria", "17").await;
    let decided = app.decide(&referral, json!({ "outcome": "accepted" })).await.expect(200);
    let case = decided.json["caseId"].as_str().expect("a case").to_owned();
    let to = json!({ "caseManagerId": app.world.case_manager });
    app.as_("workflow-lead").post(&format!("/v1/cases/{case}/assignment"), to).await.expect(200);
    send(&app, "2026-03-16T00:30:00Z", json!([enrolled(OTHER_SCHOOL, "17", "2026-03-16")])).await;
    assert_eq!(status(&app, &referral).await, "accepted");
    let told = app.as_("case-manager").get("/v1/notifications").await.expect(200);
    assert_eq!(told.json["items"][0]["kind"], "case.school_changed", "{}", told.text);
    let timeline =
        app.as_("case-manager").get(&format!("/v1/cases/{case}/timeline")).await.expect(200);
    let kinds: Vec<&Value> =
        timeline.json["items"].as_array().unwrap().iter().map(|item| &item["kind"]).collect();
    assert!(kinds.contains(&&json!("school_change")), "{}", timeline.text);
    app.as_("attendance-lead-2").get(&format!("/v1/cases/{case}")).await.expect(200);
}

#[on_both]
async fn two_schools_that_both_had_the_student_are_told(app: TestApp) {
    student(&app, "Aria", "17").await;
    let push = json!([
        enrolled(SCHOOL_WITH_TEAM, "17", "2025-02-03"),
        left(SCHOOL_WITH_TEAM, "17", "2025-06-30"),
        enrolled(OTHER_SCHOOL, "17", "2025-06-16"),
        left(OTHER_SCHOOL, "17", "2025-12-12"),
    ]);
    let sent = send(&app, "2026-03-16T00:30:00Z", push).await;
    assert_eq!(remarks(&sent, "faults"), Vec::<String>::new());
    let overlaps = remarks(&sent, "warnings").into_iter().filter(|text| text.contains("overlaps"));
    assert!(overlaps.count() > 0, "{}", sent.text);
}

#[on_both]
async fn each_reading_of_enrolments_is_logged(app: TestApp) {
    let aria = student(&app, "Aria", "17").await;
    periods(&app, "attendance-lead", &aria).await;
    assert_eq!(app.count("audit_entry", "action = 'enrolments:read'").await, 1);
    let path = format!("/v1/students/{aria}/enrolments");
    app.as_("attendance-lead-2").get(&path).await.refused(404, "not_found");
    app.as_("office-support").get(&path).await.refused(403, "role_may_not");
    send(&app, "", json!([enrolled(SCHOOL, "17", "2026-02-03")])).await;
    assert_eq!(app.count("audit_entry", "action = 'enrolments:send'").await, 1);
}

#[on_both]
async fn a_push_is_announced_once_a_school_whoever_is_meant(app: TestApp) {
    student(&app, "Aria", "17").await;
    let received = async || app.count("event", "kind = 'enrolment.received'").await;
    let both = json!([
        left(SCHOOL, "17", "2026-03-01"),
        enrolled(OTHER_SCHOOL, "17", "2026-03-02"),
        enrolled("9999", "17", "2026-03-03"),
    ]);
    let sent = send(&app, "", both).await;
    assert_eq!(remarks(&sent, "faults"), ["/statements/2 unknown_school"]);
    assert_eq!(received().await, 2);
    // Whether a stranger's number and birth date are somebody's is not told by an event either.
    for nsn in ["17", "18"] {
        let new = json!([enrolled(LONE_SCHOOL, nsn, "2026-03-09")]);
        let before = received().await;
        send_as(&app, "office-support-l", "", new).await.expect(200);
        assert_eq!(received().await, before + 1);
    }
}

#[on_both]
async fn a_whole_roll_is_taken_at_once(app: TestApp) {
    let mut roll = Vec::new();
    for n in 0..12 {
        let nsn = format!("{}", 1000 + n);
        student(&app, &format!("Student {n}"), &nsn).await;
        roll.push(enrolled(OTHER_SCHOOL, &nsn, "2026-03-09"));
    }
    app.set_time("2026-03-16T02:00:00Z");
    assert_eq!(told(&send(&app, "", json!(roll)).await), [12, 0, 0]);
    assert_eq!(app.count("enrolment", "left_on IS NULL AND enrolled_on = '2026-03-09'").await, 12);
    assert_eq!(app.count("enrolment", "left_on = '2026-03-08'").await, 12);
}

#[on_both]
async fn two_stays_at_one_school_are_told_in_one_call(app: TestApp) {
    student(&app, "Aria", "17").await;
    let statements = json!([
        enrolled(OTHER_SCHOOL, "17", "2026-02-03"),
        left(OTHER_SCHOOL, "17", "2026-02-13"),
        enrolled(OTHER_SCHOOL, "17", "2026-03-09"),
        enrolled(OTHER_SCHOOL, "17", "2026-03-10"),
        left(OTHER_SCHOOL, "17", "2026-02-13"),
    ]);
    let sent = send(&app, "", statements).await;
    let faults: Vec<String> = sent.json["faults"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|fault| format!("{} {}", fault["pointer"], fault["code"]).replace('"', ""))
        .collect();
    assert_eq!(faults, ["/statements/3 repeated", "/statements/4 repeated"]);
    assert_eq!(told(&sent), [3, 0, 0]);
}
