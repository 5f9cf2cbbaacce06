//! Attendance as schools' systems send it: late, corrected, twice, out of order; what stands of it,
//! and what stood at an instant.

use std::collections::BTreeMap;

use ascms_domain::attendance::{DayRecord, MonthDays};
use sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult, Statement};
use serde_json::{Value, json};

use crate::given::{self, OTHER_SCHOOL, SCHOOL};
use crate::support::{Answer, TestApp, on_both};

const SENDER: &str = "office-support";
const READER: &str = "attendance-lead";

/// A student of Example College.
async fn student(app: &TestApp, name: &str) -> String {
    app.submitted(name).await.json["student"]["id"].as_str().expect("a student").to_owned()
}

fn push(student: &str, days: Value) -> Value {
    json!({ "schoolNumber": SCHOOL, "students": [{ "studentId": student, "days": days }] })
}

fn half_days(present: u32, justified: u32, unjustified: u32) -> Value {
    json!({ "present": present, "justified": justified, "unjustified": unjustified })
}

async fn send(app: &TestApp, body: Value) -> Answer {
    app.as_(SENDER).post("/v1/attendance", body).await
}

async fn read(app: &TestApp, student: &str, more: &str) -> Value {
    let path = format!("/v1/students/{student}/attendance?term=2026-1{more}");
    app.as_(READER).get(&path).await.expect(200).json
}

/// New, replaced, outdated, unchanged.
fn told(answer: &Answer) -> [u64; 4] {
    ["newDays", "replacedDays", "outdatedDays", "unchangedDays"]
        .map(|member| answer.json[member].as_u64().expect("a number"))
}

/// Present, justified, unjustified, unclassified.
fn counts(shown: &Value) -> [u64; 4] {
    ["present", "justified", "unjustified", "unclassified"]
        .map(|member| shown["halfDays"][member].as_u64().expect("a number"))
}

/// Pointer and code of each.
fn remarks(answer: &Answer, member: &str) -> Vec<(String, String)> {
    let items = answer.json[member].as_array().expect("a list");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    items.iter().map(|item| (text(&item["pointer"]), text(&item["code"]))).collect()
}

async fn rows(db: &DatabaseConnection, query: &str) -> Vec<QueryResult> {
    let statement = Statement::from_string(db.get_database_backend(), query.to_owned());
    db.query_all_raw(statement).await.expect("rows")
}

#[on_both]
async fn a_day_is_sent_in_any_of_three_forms(app: TestApp) {
    let aria = student(&app, "Aria").await;
    let days = json!([
        { "date": "2026-03-03", "codes": ".PPP.LP.P" },
        { "date": "2026-03-04", "codes": ".TTT.MM.M" },
        { "date": "2026-03-05", "morning": "P", "afternoon": "M" },
        { "date": "2026-03-06", "halfDays": half_days(1, 0, 1) },
        { "date": "2026-03-09", "halfDays": half_days(1, 0, 0), "codes": "PPP" },
    ]);
    let sent = send(&app, push(&aria, days)).await.expect(200);
    assert_eq!((told(&sent), remarks(&sent, "faults")), ([5, 0, 0, 0], vec![]));
    let shown = read(&app, &aria, "").await;
    assert_eq!(counts(&shown), [5, 2, 2, 0]);
    assert_eq!((&shown["halfDays"]["possible"], &shown["rate"]), (&json!(9), &json!(0.5556)));
    assert_eq!((&shown["band"], &shown["daysAbsent"]), (&json!("chronic"), &json!(2)));
    let days = shown["days"].as_array().expect("days");
    let of_day = |at: usize| (days[at]["date"].clone(), counts(&days[at]));
    assert_eq!(of_day(1), (json!("2026-03-04"), [0, 1, 1, 0]));
    assert_eq!(of_day(2), (json!("2026-03-05"), [1, 1, 0, 0]));
    assert_eq!(days[4]["schoolNumber"], SCHOOL);
}

#[on_both]
async fn of_a_day_sent_again_the_later_sent_stands(app: TestApp) {
    let aria = student(&app, "Aria").await;
    let sent = |at: &str, present| {
        let days =
            json!([{ "date": "2026-03-03", "halfDays": half_days(present, 0, 2 - present) }]);
        let mut body = push(&aria, days);
        body["sentAt"] = json!(at);
        body
    };
    let of = async |body| told(&send(&app, body).await.expect(200));
    assert_eq!(of(sent("2026-03-04T04:00:00Z", 0)).await, [1, 0, 0, 0]);
    assert_eq!(of(sent("2026-03-05T04:00:00Z", 2)).await, [0, 1, 0, 0]);
    // Sent before the second, and held up on its way.
    assert_eq!(of(sent("2026-03-04T16:00:00Z", 1)).await, [0, 0, 1, 0]);
    assert_eq!(counts(&read(&app, &aria, "").await), [2, 0, 0, 0]);
    // Five times the same during an outage.
    for _ in 0..5 {
        assert_eq!(of(sent("2026-03-05T04:00:00Z", 2)).await, [0, 0, 0, 1]);
    }
    assert_eq!(app.count("attendance_report", "1 = 1").await, 3);
    assert_eq!(app.count("attendance_month", "1 = 1").await, 1);
}

#[on_both]
async fn what_was_known_at_an_instant_is_known_for_ever(app: TestApp) {
    let aria = student(&app, "Aria").await;
    let days = |present: u64| {
        let half_days = json!({ "present": present, "unjustified": 2 - present });
        json!([{ "date": "2026-03-03", "halfDays": half_days }])
    };
    let mut known = Vec::new();
    for (day, present) in [("16", 0_u64), ("17", 2), ("18", 1)] {
        app.set_time(&format!("2026-03-{day}T00:00:00Z"));
        send(&app, push(&aria, days(present))).await.expect(200);
        let instant = format!("&asOf=2026-03-{day}T00:00:00Z");
        known.push((instant.clone(), read(&app, &aria, &instant).await, present));
    }
    app.set_time("2026-03-30T00:00:00Z");
    send(&app, push(&aria, days(2))).await.expect(200);
    for (instant, then, present) in known {
        assert_eq!(counts(&then), [present, 0, 2 - present, 0], "{instant}");
        assert_eq!(read(&app, &aria, &instant).await, then, "{instant}");
    }
    let before = read(&app, &aria, "&asOf=2026-03-15T00:00:00Z").await;
    assert_eq!((counts(&before), &before["band"]), ([0, 0, 0, 0], &json!(null)));
    assert_eq!(counts(&read(&app, &aria, "").await), [2, 0, 0, 0]);
}

#[on_both]
async fn calendars_terms_and_merges_of_later_change_no_earlier_answer(app: TestApp) {
    let (aria, ariana) = (student(&app, "Aria").await, student(&app, "Ariana").await);
    for (id, date) in [(&aria, "2026-03-03"), (&aria, "2026-03-04"), (&ariana, "2026-03-05")] {
        let day = json!([{ "date": date, "halfDays": half_days(2, 0, 0) }]);
        send(&app, push(id, day)).await.expect(200);
    }
    app.set_time("2026-03-17T00:00:00Z");
    let then = "&asOf=2026-03-17T00:00:00Z";
    let known = [read(&app, &aria, then).await, read(&app, &ariana, then).await];
    assert_eq!(known.each_ref().map(|shown| counts(shown)[0]), [4, 2]);
    app.set_time("2026-03-18T00:00:00Z");
    let holiday = json!({ "date": "2026-03-03", "region": null, "nameEn": "Day of Kōwhai", "nameMi": "Te Rā Kōwhai" });
    let admin = app.as_("ministry-admin");
    admin.post("/v1/calendars/contract-2026/holidays", holiday).await.expect(201);
    let dates = json!({ "startsOn": "2026-03-05", "endsOn": "2026-04-02" });
    admin.post("/v1/terms/2026-1", dates).await.expect(200);
    let body = json!({ "intoStudentId": aria, "reason": "One student." });
    app.as_("workflow-lead").post(&format!("/v1/students/{ariana}/merge"), body).await.expect(200);
    for (id, known) in [&aria, &ariana].into_iter().zip(&known) {
        assert_eq!(&read(&app, id, then).await, known);
        assert_eq!(counts(&read(&app, id, "").await), [2, 0, 0, 0]);
    }
    let path = format!("/v1/students/{aria}/attendance?term=2026-1&asOf=2026-03-19T00:00:00Z");
    let ahead = app.as_(READER).get(&path).await;
    ahead.refused(422, "invalid_query");
    assert_eq!(ahead.faults(), ["asOf too_large"]);
}

#[on_both]
async fn what_can_not_be_taken_is_named_and_the_rest_is_kept(app: TestApp) {
    let aria = student(&app, "Aria").await;
    let day = |date: &str, present| json!({ "date": date, "halfDays": half_days(present, 0, 0) });
    let body = json!({
        "schoolNumber": SCHOOL, "count": 5,
        "students": [
            { "studentId": aria, "birthDate": "2013-05-06", "days": [
                day("2026-03-03", 2), day("2026-03-03", 1), day("2026-03-04", 3),
                day("2026-03-17", 2), day("2013-05-05", 2),
                { "date": "2026-03-05" },
                { "date": "2026-03-06", "halfDays": { "present": 1, "unjustified": 1, "possible": 1 } },
                { "date": "2026-03-09", "morning": "P", "codes": "PPP" },
                { "date": "2026-03-10", "codes": "PPPPPPPPPPP" },
                { "date": "2026-03-11", "codes": "P-P" },
                { "date": "2026-03-12", "morning": "PP" },
                { "date": "2026-03-13", "codes": "PP", "categories": "XY" },
                { "date": "2026-02-27", "halfDays": half_days(2, 0, 0), "categories": "P" },
            ] },
            { "nsn": "0000000099", "days": [day("2026-03-03", 2)] },
            { "studentId": aria, "birthDate": "2013-05-07", "days": [day("2026-03-02", 2)] },
            { "days": [day("2026-03-03", 2)] },
        ],
    });
    let sent = send(&app, body).await.expect(200);
    let expected = [
        ("/count", "count_differs"),
        ("/students/0/days/1", "repeated"),
        ("/students/0/days/2", "over_two_half_days"),
        ("/students/0/days/3", "in_the_future"),
        ("/students/0/days/4", "before_birth"),
        ("/students/0/days/5", "nothing_sent"),
        ("/students/0/days/6", "does_not_add_up"),
        ("/students/0/days/7", "two_forms"),
        ("/students/0/days/8", "too_many_slots"),
        ("/students/0/days/9", "not_a_code"),
        ("/students/0/days/10", "not_one_code"),
        ("/students/0/days/11", "not_a_category"),
        ("/students/0/days/12", "categories_without_codes"),
        ("/students/1", "unknown_student"),
        ("/students/2", "birth_date_differs"),
        ("/students/3", "not_named_once"),
    ];
    let expected = expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
    assert_eq!(remarks(&sent, "faults"), expected);
    assert_eq!(told(&sent), [1, 0, 0, 0]);
    assert_eq!(counts(&read(&app, &aria, "").await), [2, 0, 0, 0]);
}

#[on_both]
async fn an_unknown_code_is_kept_and_a_closed_day_does_not_count(app: TestApp) {
    let aria = student(&app, "Aria").await;
    let days = json!([
        { "date": "2026-03-03", "morning": "P", "afternoon": "9" },
        // A Saturday, and a code that ended before 2025.
        { "date": "2026-03-07", "codes": "PPPP" },
        { "date": "2026-03-09", "codes": "HHHH" },
    ]);
    let sent = send(&app, push(&aria, days)).await.expect(200);
    let expected = [
        ("/students/0/days/0", "unknown_code"),
        ("/students/0/days/1", "closed_day"),
        ("/students/0/days/2", "unknown_code"),
    ];
    let expected = expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
    assert_eq!((remarks(&sent, "faults"), remarks(&sent, "warnings")), (vec![], expected.to_vec()));
    assert_eq!(told(&sent), [3, 0, 0, 0]);
    let shown = read(&app, &aria, "").await;
    assert_eq!((counts(&shown), &shown["halfDays"]["possible"]), ([1, 0, 0, 3], &json!(1)));
}

#[on_both]
async fn a_code_that_the_set_does_not_classify_counts_as_its_sender_says(app: TestApp) {
    let aria = student(&app, "Aria").await;
    let days = json!([
        { "date": "2026-03-03", "codes": "QQQQ", "categories": "PPPP" },
        { "date": "2026-03-04", "codes": "QQPP" },
    ]);
    let sent = send(&app, push(&aria, days)).await.expect(200);
    let expected = [("/students/0/days/1".to_owned(), "unclassified_code".to_owned())];
    assert_eq!((remarks(&sent, "faults"), remarks(&sent, "warnings")), (vec![], expected.to_vec()));
    assert_eq!(counts(&read(&app, &aria, "").await), [3, 0, 0, 1]);
}

#[on_both]
async fn who_is_named_by_nothing_is_named_and_the_rest_is_kept(app: TestApp) {
    let aria = student(&app, "Aria").await;
    let day = json!([{ "date": "2026-03-03", "halfDays": half_days(2, 0, 0) }]);
    let spaced = json!([{ "date": "2026-03-04", "codes": "P P" }, { "date": "2026-03-05", "codes": "PPPP" }]);
    let students = json!([
        { "nsn": "", "days": day }, { "nsn": "none", "days": day }, { "nsn": null, "studentId": aria, "days": spaced },
    ]);
    let sent =
        send(&app, json!({ "schoolNumber": SCHOOL, "students": students })).await.expect(200);
    let faults = remarks(&sent, "faults");
    let faults: Vec<String> =
        faults.iter().map(|(place, code)| format!("{place} {code}")).collect();
    assert_eq!(
        faults,
        [
            "/students/0 not_named_once",
            "/students/1 unknown_student",
            "/students/2/days/0 not_a_code"
        ]
    );
    assert_eq!(counts(&read(&app, &aria, "").await), [2, 0, 0, 0]);
}

#[on_both]
async fn a_term_of_a_whole_school_fits_into_one_call(app: TestApp) {
    let aria = student(&app, "Aria").await;
    let first: chrono::NaiveDate = "2026-01-01".parse().expect("a day");
    let days: Vec<Value> =
        first.iter_days().take(60).map(|day| json!({ "date": day, "codes": "PPPPPP" })).collect();
    let nobody = json!({ "nsn": "999999998", "days": days });
    let mut students = vec![nobody; 200];
    students
        .push(json!({ "studentId": aria, "days": [{ "date": "2026-03-03", "codes": "PPPP" }] }));
    let body = json!({ "schoolNumber": SCHOOL, "count": 201, "students": students });
    assert!(body.to_string().len() > 400_000);
    assert_eq!(told(&send(&app, body).await.expect(200)), [1, 0, 0, 0]);
    let reason = "x".repeat(300_000);
    app.as_(READER)
        .post("/v1/students/search", json!({ "givenNames": reason }))
        .await
        .refused(413, "body_too_large");
}

#[on_both]
async fn of_two_schools_the_one_of_enrolment_stands(app: TestApp) {
    let case = app.assigned("Aria").await.1;
    let shown = app.as_("workflow-lead").get(&format!("/v1/cases/{case}")).await.expect(200);
    let aria = shown.json["student"]["id"].as_str().expect("a student").to_owned();
    let days =
        |present| json!([{ "date": "2026-03-16", "halfDays": half_days(present, 0, 2 - present) }]);
    app.set_time("2026-03-17T00:00:00Z");
    let path = format!("/v1/students/{aria}/school-changes");
    let there = json!({ "schoolNumber": OTHER_SCHOOL });
    app.as_("workflow-lead").post(&path, there).await.expect(200);
    app.set_time("2026-03-19T00:00:00Z");
    send(&app, push(&aria, days(2))).await.expect(200);
    // After the last day the old school's word is kept, and is no word.
    let late = json!([{ "date": "2026-03-18", "halfDays": half_days(2, 0, 0) }]);
    let kept = send(&app, push(&aria, late)).await.expect(200);
    let expected = [("/students/0/days/0".to_owned(), "not_enrolled".to_owned())];
    assert_eq!((remarks(&kept, "faults"), remarks(&kept, "warnings")), (vec![], expected.to_vec()));
    let path = format!("/v1/students/{aria}/attendance?term=2026-1");
    let shown = app.as_("workflow-lead").get(&path).await.expect(200);
    assert_eq!(counts(&shown.json), [2, 0, 0, 0]);
}

#[on_both]
async fn attendance_of_a_joined_record_is_read_through_the_other(app: TestApp) {
    let (from, into) = (student(&app, "Aria").await, student(&app, "Ariana").await);
    let day = |date: &str| json!([{ "date": date, "halfDays": half_days(2, 0, 0) }]);
    send(&app, push(&from, day("2026-03-03"))).await.expect(200);
    send(&app, push(&into, day("2026-03-04"))).await.expect(200);
    let lead = app.as_("workflow-lead");
    let body = json!({ "intoStudentId": into, "reason": "One student." });
    lead.post(&format!("/v1/students/{from}/merge"), body).await.expect(200);
    // The school's system does not know of it, and sends under the old id.
    send(&app, push(&from, day("2026-03-05"))).await.expect(200);
    for id in [&from, &into] {
        assert_eq!(counts(&read(&app, id, "").await), [6, 0, 0, 0], "{id}");
    }
    let body = json!({ "reason": "Two." });
    lead.post(&format!("/v1/students/{from}/merge-reversal"), body).await.expect(200);
    // What came under the old id meanwhile is its own.
    assert_eq!(counts(&read(&app, &from, "").await), [4, 0, 0, 0]);
    assert_eq!(counts(&read(&app, &into, "").await), [2, 0, 0, 0]);
}

#[on_both]
async fn a_terms_totals_count_until_there_are_days(app: TestApp) {
    let aria = student(&app, "Aria").await;
    let term = |present| {
        json!({
            "schoolNumber": SCHOOL,
            "students": [{ "studentId": aria, "terms": [{
                "term": "2026-1", "halfDays": { "present": present, "justified": 6, "unjustified": 10 },
            }] }],
        })
    };
    assert_eq!(send(&app, term(40)).await.expect(200).json["terms"], 1);
    app.set_time("2026-03-17T00:00:00Z");
    send(&app, term(44)).await.expect(200);
    let shown = read(&app, &aria, "").await;
    assert_eq!((counts(&shown), &shown["band"]), ([44, 6, 10, 0], &json!("moderate")));
    assert_eq!(shown["summarisedSchools"], json!([SCHOOL]));
    let days = json!([{ "date": "2026-03-16", "halfDays": half_days(2, 0, 0) }]);
    send(&app, push(&aria, days)).await.expect(200);
    let shown = read(&app, &aria, "").await;
    assert_eq!((counts(&shown), &shown["summarisedSchools"]), ([2, 0, 0, 0], &json!([])));
}

#[on_both]
async fn five_days_absent_are_told_with_the_day(app: TestApp) {
    let aria = student(&app, "Aria").await;
    let absent = ["02", "03", "04", "05", "06"];
    let day = |day: &str, unjustified| json!({ "date": format!("2026-03-{day}"), "halfDays": half_days(0, 0, unjustified) });
    let four: Vec<Value> = absent[..4].iter().map(|at| day(at, 2)).collect();
    send(&app, push(&aria, json!(four))).await.expect(200);
    send(&app, push(&aria, json!([day("06", 1)]))).await.expect(200);
    assert_eq!(read(&app, &aria, "").await["thresholds"], json!([]));
    send(&app, push(&aria, json!([day("09", 1)]))).await.expect(200);
    let crossed = json!([{ "daysAbsent": 5, "on": "2026-03-09" }]);
    assert_eq!(read(&app, &aria, "").await["thresholds"], crossed);
}

#[on_both]
async fn a_call_takes_so_many_days_and_no_more(app: TestApp) {
    let days: Vec<Value> =
        (1..=26).map(|day| json!({ "date": format!("2026-01-{day:02}"), "codes": "P" })).collect();
    let students = |many: u32| -> Vec<Value> {
        (0..many).map(|n| json!({ "nsn": format!("18{n:08}"), "days": days })).collect()
    };
    let sent = |many| json!({ "schoolNumber": given::SCHOOL, "students": students(many) });
    let refused = app.as_(SENDER).post("/v1/attendance", sent(962)).await;
    refused.refused(422, "invalid_body");
    assert_eq!(refused.faults(), ["/students too_many_days"]);
    // Nobody is known there, which is a fault of each.
    app.as_(SENDER).post("/v1/attendance", sent(961)).await.expect(200);
}

#[on_both]
async fn a_push_is_a_schools_own(app: TestApp) {
    let aria = student(&app, "Aria").await;
    let days = json!([{ "date": "2026-03-03", "halfDays": half_days(2, 0, 0) }]);
    let elsewhere = given::with(push(&aria, days.clone()), "/schoolNumber", json!(OTHER_SCHOOL));
    send(&app, elsewhere.clone()).await.refused(403, "school_out_of_reach");
    send(&app, given::with(elsewhere, "/schoolNumber", json!("9999"))).await.expect(422);
    // Another school's system learns nothing of who is known.
    let theirs = given::with(push(&aria, days.clone()), "/schoolNumber", json!(given::LONE_SCHOOL));
    let told = app.as_("office-support-l").post("/v1/attendance", theirs).await.expect(200);
    assert_eq!(
        remarks(&told, "faults"),
        [("/students/0".to_owned(), "unknown_student".to_owned())]
    );
    send(&app, push(&aria, days)).await.expect(200);
    let written = "action = 'attendance:send' AND decision = 'allowed'";
    assert_eq!(app.count("audit_entry", written).await, 2);
    assert_eq!(app.count("event", "kind = 'attendance.received'").await, 1);
    read(&app, &aria, "").await;
    assert_eq!(app.count("audit_entry", "action = 'attendance:read'").await, 1);
    app.as_(READER)
        .get(&format!("/v1/students/{aria}/attendance?term=2099-1"))
        .await
        .refused(422, "invalid_query");
}

#[on_both]
async fn a_dry_run_keeps_nothing_and_a_retry_once(app: TestApp) {
    let aria = student(&app, "Aria").await;
    let days = json!([{ "date": "2026-03-03", "halfDays": half_days(2, 0, 0) }]);
    let sender = app.as_(SENDER);
    let dry = "/v1/attendance?validateOnly=true";
    let tried = sender.post(dry, push(&aria, days.clone())).await.expect(200);
    assert_eq!(told(&tried), [1, 0, 0, 0]);
    assert_eq!(app.count("attendance_report", "1 = 1").await, 0);
    for _ in 0..3 {
        let body = push(&aria, days.clone());
        let sent = sender.post_keyed("/v1/attendance", "one", body).await.expect(200);
        assert_eq!(told(&sent), [1, 0, 0, 0]);
    }
    assert_eq!(app.count("attendance_report", "1 = 1").await, 1);
}

/// The months are what the reports make them, whatever the order: counted by another way than
/// the store's, the latest of each day by when it was sent and then received.
#[on_both]
async fn the_months_are_made_of_the_reports(app: TestApp) {
    let students = [student(&app, "Aria").await, student(&app, "Tama").await];
    let mut draw = 7_u64;
    let mut below = |limit: u64| {
        draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (draw >> 33) % limit
    };
    for minute in 0..40 {
        app.set_time(&format!("2026-03-16T00:{minute:02}:00Z"));
        let sent_at = format!("2026-03-15T{:02}:00:00Z", below(24));
        let days: BTreeMap<String, Value> = (0..5).map(|_| {
            let date = format!("2026-0{}-{:02}", 2 + below(2), 3 + below(8));
            let present = below(3);
            (date.clone(), json!({ "date": date, "halfDays": { "present": present, "justified": 2 - present } }))
        }).collect();
        let days: Vec<&Value> = days.values().collect();
        let at = usize::try_from(below(2)).unwrap();
        let mut body = push(&students[at], json!(days));
        body["sentAt"] = json!(sent_at);
        let sent = send(&app, body).await.expect(200);
        assert_eq!(sent.json["faults"], json!([]), "{}", sent.text);
    }
    let db = app.database().await;
    let mut latest: BTreeMap<(uuid::Uuid, chrono::NaiveDate), DayRecord> = BTreeMap::new();
    for row in rows(&db, "SELECT student_id, days FROM attendance_report").await {
        let student: uuid::Uuid = row.try_get("", "student_id").expect("an id");
        let days: String = row.try_get("", "days").expect("days");
        for (date, record) in days.parse::<MonthDays>().expect("a month").days() {
            let instants = |of: &DayRecord| (of.reported.sent_at(), of.reported.received_at());
            let known = latest.get(&(student, date));
            if known.is_none_or(|known| instants(known) < instants(record)) {
                latest.insert((student, date), record.clone());
            }
        }
    }
    let mut standing = BTreeMap::new();
    for row in rows(&db, "SELECT student_id, days FROM attendance_month").await {
        let student: uuid::Uuid = row.try_get("", "student_id").expect("an id");
        let days: String = row.try_get("", "days").expect("days");
        for (date, record) in days.parse::<MonthDays>().expect("a month").days() {
            standing.insert((student, date), record.clone());
        }
    }
    assert!(latest.len() > 20, "{}", latest.len());
    assert_eq!(standing, latest);
}
