//! One bad value is the fault of its item alone: of a thousand students the others are taken.

use serde_json::{Value, json};

use crate::given::{self, SCHOOL, with};
use crate::support::{Answer, TestApp, on_both};

fn faults(answer: &Answer) -> Vec<String> {
    let items = answer.json["faults"].as_array().unwrap_or_else(|| panic!("{}", answer.text));
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let of = |item: &Value| format!("{} {}", text(&item["pointer"]), text(&item["code"]));
    items.iter().map(of).collect()
}

/// So many students who are enrolled at the school, by their ids.
async fn enrolled(app: &TestApp, many: usize) -> Vec<String> {
    let mut students = Vec::new();
    for at in 0..many {
        let sent = app.submitted(&format!("Child {at}")).await;
        students.push(sent.json["student"]["id"].as_str().expect("a student").to_owned());
    }
    students
}

fn day(date: &str) -> Value {
    json!({ "date": date, "halfDays": { "present": 1, "justified": 0, "unjustified": 1 } })
}

async fn attendance(app: &TestApp, students: Value) -> Answer {
    let count = students.as_array().map_or(0, Vec::len);
    let body = json!({ "schoolNumber": SCHOOL, "count": count, "students": students });
    app.as_("office-support").post("/v1/attendance", body).await
}

/// Values that no date, number, number of a student or id is.
fn bad_days() -> Vec<(Value, &'static str)> {
    let counts =
        |member: &str, value: Value| with(day("2026-03-04"), &format!("/halfDays/{member}"), value);
    vec![
        (day("2026-02-30"), "/date format"),
        (day("0000-00-00"), "/date format"),
        (day("04/03/2026"), "/date format"),
        (day(""), "/date format"),
        (with(day("2026-03-04"), "/date", Value::Null), "/date wrong_type"),
        (with(day("2026-03-04"), "/date", json!(20_260_304)), "/date wrong_type"),
        (counts("present", Value::Null), "/halfDays/present wrong_type"),
        (counts("present", json!(-1)), "/halfDays/present too_small"),
        (counts("present", json!("2")), "/halfDays/present wrong_type"),
        (counts("justified", json!(0.5)), "/halfDays/justified wrong_type"),
        (counts("unjustified", json!(10_001)), "/halfDays/unjustified too_large"),
        (with(day("2026-03-04"), "/halfDay", json!(1)), "/halfDay unknown_member"),
        (with(day("2026-03-04"), "/morning", json!("\u{7}")), "/morning pattern"),
        (json!("2026-03-04"), " wrong_type"),
        (Value::Null, " wrong_type"),
    ]
}

#[on_both]
async fn a_bad_day_is_its_own_fault(app: TestApp) {
    let [one, two] = enrolled(&app, 2).await.try_into().expect("two");
    for (bad, fault) in bad_days() {
        app.set_time("2026-03-16T00:00:00Z");
        let days = json!([day("2026-03-02"), bad, day("2026-03-03")]);
        let students = json!([{ "studentId": one, "days": [day("2026-03-02")] }, { "studentId": two, "days": days }]);
        let sent = attendance(&app, students).await.expect(200);
        assert_eq!(faults(&sent), [format!("/students/1/days/1{fault}")], "{}", sent.text);
        let taken = sent.json["newDays"].as_u64().unwrap()
            + sent.json["unchangedDays"].as_u64().unwrap()
            + sent.json["replacedDays"].as_u64().unwrap();
        assert_eq!((taken, &sent.json["moreFaults"]), (3, &json!(0)), "{}", sent.text);
    }
}

#[on_both]
async fn a_bad_student_is_their_own_fault(app: TestApp) {
    let [one, two] = enrolled(&app, 2).await.try_into().expect("two");
    let good = |id: &str| json!({ "studentId": id, "days": [day("2026-03-02")] });
    let day_of =
        |member: &str, value: Value| with(json!({ "days": [day("2026-03-02")] }), member, value);
    let terms = json!([{ "term": "2026-9", "halfDays": { "present": 1 } }]);
    let many: Vec<Value> = (0..101).map(|_| day("2026-03-02")).collect();
    let students = json!([
        good(&one),
        day_of("/nsn", json!(931_284_341)),
        day_of("/studentId", json!("")),
        day_of("/studentId", json!("01990000000070008000000000000006")),
        with(good(&one), "/birthDate", json!("2013-02-30")),
        with(good(&one), "/name", json!("Hemi")),
        with(good(&one), "/days", json!("none")),
        with(good(&one), "/days", json!(many)),
        with(good(&one), "/terms", terms),
        Value::Null,
        json!("Hemi"),
        good(&two),
    ]);
    let sent = attendance(&app, students).await.expect(200);
    assert_eq!(
        faults(&sent),
        [
            "/students/1/nsn wrong_type",
            "/students/2/studentId format",
            "/students/3/studentId format",
            "/students/4/birthDate format",
            "/students/5/name unknown_member",
            "/students/6/days wrong_type",
            "/students/7/days too_many_items",
            "/students/8/terms/0/term pattern",
            "/students/9 wrong_type",
            "/students/10 wrong_type",
            "/students/8/days/0 repeated",
        ],
        "{}",
        sent.text
    );
    assert_eq!(sent.json["newDays"], 2, "{}", sent.text);
}

#[on_both]
async fn a_bad_statement_is_its_own_fault(app: TestApp) {
    let [one, two] = enrolled(&app, 2).await.try_into().expect("two");
    let left = |id: &str| {
        json!({
            "said": "left", "schoolNumber": SCHOOL, "studentId": id, "lastDay": "2026-03-13", "leavingReason": "other_school",
        })
    };
    let bad = [
        (with(left(&one), "/lastDay", json!("2026-02-30")), "/lastDay format"),
        (with(left(&one), "/lastDay", json!("0000-00-00")), "/lastDay format"),
        (with(left(&one), "/lastDay", json!(-1)), "/lastDay wrong_type"),
        (with(left(&one), "/schoolNumber", json!(9001)), "/schoolNumber wrong_type"),
        (with(left(&one), "/studentId", json!("")), "/studentId format"),
        (with(left(&one), "/nsn", json!(17)), "/nsn wrong_type"),
        (with(left(&one), "/yearLevel", json!("8")), "/yearLevel wrong_type"),
        (with(left(&one), "/said", json!("gone")), "/said not_one_of"),
        (with(left(&one), "/destination", json!("  ")), "/destination blank"),
        (with(left(&one), "/reason", json!("x")), "/reason unknown_member"),
        (json!(7), " wrong_type"),
    ];
    let good = [left(&one), left(&two)];
    let statements: Vec<Value> =
        good[..1].iter().chain(bad.iter().map(|(bad, _)| bad)).chain(&good[1..]).cloned().collect();
    let body = json!({ "count": statements.len(), "statements": statements });
    let sent = app.as_("office-support").post("/v1/enrolments", body).await.expect(200);
    let expected: Vec<String> = bad
        .iter()
        .enumerate()
        .map(|(at, (_, fault))| format!("/statements/{}{fault}", at + 1))
        .collect();
    assert_eq!(faults(&sent), expected, "{}", sent.text);
    assert_eq!(
        (&sent.json["changed"], &sent.json["moreFaults"]),
        (&json!(2), &json!(0)),
        "{}",
        sent.text
    );
}

#[on_both]
async fn a_bad_notice_is_its_own_fault(app: TestApp) {
    let notice = |reference: &str, name: &str| {
        json!({
            "sourceReference": reference, "schoolNumber": SCHOOL, "notEnrolledSince": "2026-02-16", "reason": "Enrolled nowhere.",
            "student": { "legalGivenNames": name, "legalFamilyName": "Example", "birthDate": "2013-05-06" },
        })
    };
    let notices = json!([
        notice("N-1", "Aria"),
        with(notice("N-2", "Hemi"), "/student/birthDate", json!("2013-13-01")),
        with(notice("N-3", "Hemi"), "/student/nsn", json!(17)),
        with(notice("N-4", "Hemi"), "/student/whanauContacts", json!([{ "name": "Mere" }])),
        with(notice("N-5", "Hemi"), "/notEnrolledSince", Value::Null),
        notice("N-6", "Wiki"),
    ]);
    let register = app.as_("enrolment-register");
    let sent = register
        .post_keyed("/v1/non-enrolment-notices", "n", json!({ "count": 6, "notices": notices }))
        .await
        .expect(200);
    assert_eq!(
        faults(&sent),
        [
            "/notices/1/student/birthDate format",
            "/notices/2/student/nsn wrong_type",
            "/notices/3/student/whanauContacts/0/relationship required",
            "/notices/4/notEnrolledSince wrong_type",
        ],
        "{}",
        sent.text
    );
    let made: Vec<&Value> =
        sent.json["items"].as_array().unwrap().iter().map(|item| &item["pointer"]).collect();
    assert_eq!(made, ["/notices/0", "/notices/5"]);
}

#[on_both]
async fn what_is_wrong_with_the_whole_refuses_the_whole(app: TestApp) {
    let [one] = enrolled(&app, 1).await.try_into().expect("one");
    let good = json!({ "studentId": one, "days": [day("2026-03-02")] });
    let many: Vec<Value> = (0..1001).map(|_| json!({})).collect();
    for (member, value, expected) in [
        ("/students", json!({}), "/students wrong_type"),
        ("/students", json!([]), "/students too_few_items"),
        ("/students", Value::Null, "/students wrong_type"),
        ("/students", json!(many), "/students too_many_items"),
        ("/sentAt", json!("yesterday"), "/sentAt format"),
        ("/schoolNumber", json!(9001), "/schoolNumber wrong_type"),
        ("/pupils", json!([]), "/pupils unknown_member"),
    ] {
        let body = with(json!({ "schoolNumber": SCHOOL, "students": [good] }), member, value);
        let refused = app.as_("office-support").post("/v1/attendance", body).await;
        refused.refused(422, "invalid_body");
        assert!(refused.faults().contains(&expected.to_owned()), "{}", refused.text);
    }
    // Beside it the faults of items are told too.
    let body = json!({ "schoolNumber": 9001, "students": [good, { "nsn": 5 }] });
    let refused = app.as_("office-support").post("/v1/attendance", body).await;
    assert_eq!(refused.faults(), ["/schoolNumber wrong_type", "/students/1/nsn wrong_type"]);
    assert_eq!(app.count("attendance_report", "1 = 1").await, 0);
}

#[on_both]
async fn of_a_thousand_students_nine_hundred_and_ninety_nine_are_judged(app: TestApp) {
    let [one] = enrolled(&app, 1).await.try_into().expect("one");
    let mut students: Vec<Value> =
        (0..999).map(|at| json!({ "nsn": format!("{at}"), "days": [day("2026-02-30")] })).collect();
    students.insert(500, json!({ "studentId": one, "days": [day("2026-03-02")] }));
    let sent = attendance(&app, json!(students)).await.expect(200);
    assert_eq!((&sent.json["newDays"], faults(&sent).len()), (&json!(1), 999 + 999));
    assert_eq!(faults(&sent)[0], "/students/0/days/0/date format");
    let all: Vec<Value> = (0..1000)
        .map(|at| {
            let days: Vec<Value> = (0..25).map(|_| json!({ "date": "x", "unknown": 1 })).collect();
            json!({ "nsn": format!("{at}"), "days": days })
        })
        .collect();
    let sent = attendance(&app, json!(all)).await.expect(200);
    assert_eq!(faults(&sent).len(), 10_000);
    assert_eq!(
        sent.json["moreFaults"],
        json!(1000 * 25 * 2 + 1000 - 10_000),
        "{}",
        &sent.text[..200]
    );
}

#[on_both]
async fn a_thousand_statements_on_one_student_are_soon_judged(app: TestApp) {
    let [one] = enrolled(&app, 1).await.try_into().expect("one");
    let first: chrono::NaiveDate = "2018-01-01".parse().unwrap();
    let statements: Vec<Value> = (0..1000_u64).map(|at| {
        let on = first + chrono::Days::new(at * 2);
        if at % 2 == 0 {
            json!({ "said": "enrolled", "schoolNumber": SCHOOL, "studentId": one, "firstDay": on })
        } else {
            json!({ "said": "left", "schoolNumber": SCHOOL, "studentId": one, "lastDay": on, "leavingReason": "other_school" })
        }
    }).collect();
    let office = app.as_("office-support");
    let began = std::time::Instant::now();
    let sent = office.post("/v1/enrolments", json!({ "statements": statements })).await.expect(200);
    let took = began.elapsed();
    eprintln!("a thousand statements on one student: {took:?}");
    assert_eq!(faults(&sent), [""; 0]);
    assert_eq!(sent.json["changed"], 1000, "{}", &sent.text[..200]);
    // In the debug build, on a busy machine; gone through anew for each it took minutes.
    assert!(took.as_secs() < 20, "{took:?}");
}

#[on_both]
async fn instants_are_microseconds_from_the_first_answer_on(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let contact = json!({ "party": "school", "channel": "phone", "outcome": "reached", "occurredAt": "2026-03-16T10:30:00.1234567+13:00" });
    let logged = app.step("case-manager", &case, "contacts", contact).await.expect(201);
    assert_eq!(logged.json["occurredAt"], "2026-03-15T21:30:00.123456Z");
    let at = logged.header("location").expect("a place").to_owned();
    assert_eq!(
        app.as_("case-manager").get(&at).await.expect(200).json["occurredAt"],
        logged.json["occurredAt"]
    );
    let [one] = enrolled(&app, 1).await.try_into().expect("one");
    let push = json!({
        "schoolNumber": SCHOOL, "sentAt": "2026-03-15T23:59:59.9999999Z",
        "students": [{ "studentId": one, "days": [day("2026-03-02")] }],
    });
    let office = app.as_("office-support");
    office.post("/v1/attendance", push.clone()).await.expect(200);
    assert_eq!(office.post("/v1/attendance", push).await.expect(200).json["unchangedDays"], 1);
    let path =
        format!("/v1/students/{one}/attendance?term=2026-1&asOf=2026-03-15T23:59:59.9999999Z");
    let read = app.as_("attendance-lead").get(&path).await.expect(200);
    assert_eq!(read.json["asOf"], "2026-03-15T23:59:59.999999Z");
}

#[on_both]
async fn a_byte_order_mark_says_nothing(app: TestApp) {
    let marked = |text: String| format!("\u{feff}{text}").into_bytes();
    let send = async |bytes: Vec<u8>| {
        let request = actix_web::test::TestRequest::default()
            .insert_header(("content-type", "application/json"))
            .set_payload(bytes);
        app.as_("office-support")
            .send(request, actix_web::http::Method::POST, "/v1/referrals", None)
            .await
    };
    send(marked(given::referral("Hemi").to_string())).await.expect(201);
    send(marked(format!("\u{feff}{}", given::referral("Wiki"))))
        .await
        .refused(400, "malformed_json");
    send(marked(String::new())).await.refused(400, "malformed_json");
}

#[on_both]
async fn a_body_in_a_coding_is_refused_wherever_it_is_sent(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    for (who, path) in [
        ("office-support", "/v1/referrals".to_owned()),
        ("office-support", "/v1/attendance".to_owned()),
        ("case-manager", format!("/v1/cases/{case}/documents/raw?name=a.txt&visibility=shared")),
        ("case-manager", format!("/v1/cases/{case}/documents")),
        ("case-manager", "/v1/notifications/reading".to_owned()),
    ] {
        for coding in ["gzip", "br", "x-unknown", "identity, gzip"] {
            let request = actix_web::test::TestRequest::default()
                .insert_header(("content-type", "application/json"))
                .insert_header(("content-encoding", coding))
                .set_payload("{}");
            let answer =
                app.as_(who).send(request, actix_web::http::Method::POST, &path, None).await;
            answer.refused(415, "unsupported_media_type");
            assert_eq!(answer.header("accept-encoding"), Some("identity"), "{path}");
        }
    }
    let plain = actix_web::test::TestRequest::default()
        .insert_header(("content-type", "text/plain"))
        .set_payload("{}");
    let answer = app
        .as_("office-support")
        .send(plain, actix_web::http::Method::POST, "/v1/referrals", None)
        .await;
    assert_eq!((answer.status, answer.header("accept-encoding")), (415, None));
}

#[on_both]
async fn an_id_in_a_path_is_written_in_one_form(app: TestApp) {
    let (referral, case) = app.assigned("Hana").await;
    let task = app.task("case-manager", &case).await;
    let forms = |id: &str| {
        [id.to_uppercase(), format!("%7B{id}%7D"), id.replace('-', ""), format!("urn:uuid:{id}")]
    };
    let lead = app.as_("workflow-lead");
    for (id, path) in [
        (&referral, "/v1/referrals/@".to_owned()),
        (&case, "/v1/cases/@".to_owned()),
        (&case, "/v1/cases/@/timeline".to_owned()),
        (&case, format!("/v1/cases/@/tasks/{task}")),
        (&task, format!("/v1/cases/{case}/tasks/@")),
    ] {
        lead.get(&path.replace('@', id)).await.expect(200);
        for form in forms(id) {
            lead.get(&path.replace('@', &form)).await.refused(404, "not_found");
        }
    }
}

#[on_both]
async fn a_name_without_a_letter_or_a_digit_is_blank(app: TestApp) {
    for name in ["_", "%25", "*", "-", "__", "%20_", "?"] {
        let answer = app.as_("workflow-lead").get(&format!("/v1/schools?name={name}")).await;
        answer.refused(422, "invalid_query");
        assert!(
            answer.faults().iter().all(|fault| fault == "name blank"),
            "{name}: {}",
            answer.text
        );
    }
    app.as_("workflow-lead").get("/v1/schools?name=example_c").await.expect(200);
}
