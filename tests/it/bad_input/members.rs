//! Members of a body that are unknown, missing, or hold what they may not: each with its pointer.

use serde_json::{Value, json};

use crate::given::{self, with};
use crate::support::{Answer, TestApp, on_both};

async fn push(app: &TestApp, body: Value) -> Answer {
    app.as_("office-support").post("/v1/referrals", body).await
}

/// The only fault of a referral with one member changed.
async fn fault(app: &TestApp, pointer: &str, value: Value) -> String {
    let answer = push(app, with(given::referral("Hemi"), pointer, value)).await;
    answer.refused(422, "invalid_body");
    let faults = answer.faults();
    assert_eq!(faults.len(), 1, "{}", answer.text);
    let (at, code) = faults[0].rsplit_once(' ').expect("a place and a code");
    assert_eq!(at, pointer, "{}", answer.text);
    code.to_owned()
}

fn detail(answer: &Answer) -> &str {
    answer.json["errors"][0]["detail"].as_str().expect("a detail")
}

/// A student, and an assigned case, to edit and to log on.
async fn stage(app: &TestApp) -> (String, String) {
    let (_, case) = app.assigned("Rewi").await;
    let read = app.as_("workflow-lead").get(&format!("/v1/cases/{case}")).await.expect(200);
    (read.json["student"]["id"].as_str().unwrap().to_owned(), case)
}

#[on_both]
async fn an_unknown_member_is_named_with_the_likely_one(app: TestApp) {
    for (pointer, likely) in [
        ("/schoolNumer", Some("schoolNumber")),
        ("/student/birthdate", Some("birthDate")),
        ("/student/legalGivenName", Some("legalGivenNames")),
        ("/supportRequest/reasons", Some("reason")),
        ("/supportRequest/schoolResponse/starstep", Some("starSteps")),
        ("/supportRequest/attendance/0/possibleHalfDay", Some("possibleHalfDays")),
        ("/entirelyDifferent", None),
    ] {
        let answer = push(&app, with(given::referral("Hemi"), pointer, json!("x"))).await;
        answer.refused(422, "invalid_body");
        assert_eq!(answer.faults(), [format!("{pointer} unknown_member")]);
        let expected = likely.map(|name| format!("is not a member; `{name}` is"));
        assert_eq!(detail(&answer), expected.as_deref().unwrap_or("is not a member"));
    }
}

#[on_both]
async fn a_member_of_a_body_that_has_none_is_named_like_any_other(app: TestApp) {
    let case = app.closure_proposed("Rewi").await;
    let path = format!("/v1/cases/{case}/closure-approval");
    let lead = app.as_("workflow-lead");
    for (body, named) in [
        (json!({ "comment": "Well done." }), &["/comment unknown_member"][..]),
        (
            json!({ "a/b": [1, { "c": 2 }], "d": null, "": {} }),
            &["/ unknown_member", "/a~1b unknown_member", "/d unknown_member"],
        ),
        (json!([]), &[" wrong_type"]),
        (json!("x"), &[" wrong_type"]),
    ] {
        let refused = lead.post(&path, body.clone()).await;
        refused.refused(422, "invalid_body");
        let mut faults = refused.faults();
        faults.sort_unstable();
        assert_eq!(faults, named, "{body}");
    }
    let claim = "/v1/enrolment-claims/01900000-0000-7000-8000-000000000001/agreement";
    let refused = app.as_("attendance-lead").post(claim, json!({ "agreed": true })).await;
    assert_eq!(
        (refused.status, refused.faults()),
        (422, vec!["/agreed unknown_member".to_owned()])
    );
    assert_eq!(app.count("attendance_case", "status = 'closed'").await, 0);
    lead.post(&path, json!({})).await.expect(200);
}

#[on_both]
async fn names_with_a_slash_or_a_tilde_are_escaped(app: TestApp) {
    let mut body = given::referral("Hemi");
    body["a/b~c"] = json!(1);
    let answer = push(&app, body).await;
    assert_eq!(answer.faults(), ["/a~1b~0c unknown_member"]);
}

#[on_both]
async fn all_faults_come_at_once(app: TestApp) {
    let mut body = given::referral("Hemi");
    body["schoolNumber"] = json!("12345");
    body["unknown"] = json!(true);
    body["student"]["nsn"] = json!("12A");
    body["student"]["birthDate"] = json!("2026-02-30");
    body["student"]["yearLevel"] = json!(14);
    body["student"]["legalFamilyName"] = json!("Smith\u{0}");
    body["supportRequest"]["kind"] = json!("truancy");
    body["supportRequest"]["attendance"][0]["presentHalfDays"] = json!("many");
    body["supportRequest"].as_object_mut().unwrap().remove("reason");
    body["student"]["whanauContacts"] =
        json!([{ "name": "A" }, { "relationship": "parent", "name": "", "email": "no" }]);
    let answer = push(&app, body).await;
    answer.refused(422, "invalid_body");
    let mut faults = answer.faults();
    faults.dedup();
    assert_eq!(
        faults,
        [
            "/schoolNumber pattern",
            "/schoolNumber too_long",
            "/student/birthDate format",
            "/student/legalFamilyName pattern",
            "/student/nsn pattern",
            "/student/whanauContacts/0/relationship required",
            "/student/whanauContacts/1/email format",
            "/student/whanauContacts/1/email pattern",
            "/student/whanauContacts/1/email too_short",
            "/student/whanauContacts/1/name too_short",
            "/student/yearLevel too_large",
            "/supportRequest/attendance/0/presentHalfDays wrong_type",
            "/supportRequest/kind not_one_of",
            "/supportRequest/reason required",
            "/unknown unknown_member",
        ]
    );
}

#[on_both]
async fn each_kind_of_fault_has_its_code(app: TestApp) {
    for (pointer, value, code) in [
        ("/schoolNumber", json!(9001), "wrong_type"),
        ("/schoolNumber", json!(null), "wrong_type"),
        ("/schoolNumber", json!(""), "too_short"),
        ("/schoolNumber", json!("9O01"), "pattern"),
        ("/student", json!([]), "wrong_type"),
        ("/student/nsn", json!("ABC"), "pattern"),
        ("/student/nsn", json!("12345678901"), "pattern"),
        ("/student/legalFamilyName", json!("x".repeat(101)), "too_long"),
        ("/student/legalFamilyName", json!(""), "too_short"),
        ("/student/birthDate", json!("2026-02-30"), "format"),
        ("/student/birthDate", json!("06/05/2013"), "format"),
        ("/student/birthDate", json!("2013-05-06T00:00:00Z"), "format"),
        ("/student/yearLevel", json!(0), "too_small"),
        ("/student/yearLevel", json!(8.5), "wrong_type"),
        ("/student/ethnicities", json!(["1", "2", "3", "4"]), "too_many_items"),
        ("/student/ethnicities", json!(["1", "2", "1"]), "repeated"),
        ("/student/iwi", json!(["1", "1"]), "repeated"),
        ("/supportRequest/barriers", json!(["transport", "transport"]), "repeated"),
        ("/supportRequest/agencies", json!(["police", "police"]), "repeated"),
        ("/supportRequest/safetyAlerts", json!(["a", "a"]), "repeated"),
        ("/supportRequest/schoolResponse/starSteps", json!(["a", "b", "a"]), "repeated"),
        ("/student/interpreterWanted", json!("yes"), "wrong_type"),
        ("/primaryContactId", json!("not an id"), "format"),
        ("/inSchoolProvision", json!(1), "wrong_type"),
        ("/supportRequest/kind", json!("Chronic_Absence"), "not_one_of"),
        ("/supportRequest/reason", json!("x".repeat(4001)), "too_long"),
    ] {
        let answer = push(&app, with(given::referral("Hemi"), pointer, value.clone())).await;
        answer.refused(422, "invalid_body");
        assert!(answer.faults().contains(&format!("{pointer} {code}")), "{value}: {}", answer.text);
        let elsewhere = answer.faults().into_iter().find(|fault| !fault.starts_with(pointer));
        assert_eq!(elsewhere, None, "{value}: {}", answer.text);
    }
}

#[on_both]
async fn text_that_reads_differently_from_what_it_says_is_refused(app: TestApp) {
    for evil in ["\u{0}", "\u{7}", "\u{7f}", "\u{85}", "\u{202e}", "\u{2066}", "\u{200f}"] {
        for pointer in
            ["/student/legalGivenNames", "/student/legalFamilyName", "/supportRequest/reason"]
        {
            let code = fault(&app, pointer, json!(format!("Ma{evil}ra"))).await;
            assert!(matches!(code.as_str(), "pattern" | "forbidden_character"), "{evil:?} {code}");
        }
    }
    let lines = with(given::referral("Hemi"), "/supportRequest/reason", json!("One.\n\tTwo.\r\n"));
    push(&app, lines).await.expect(201);
}

#[on_both]
async fn evil_text_in_the_name_of_a_member_does_not_come_back(app: TestApp) {
    let mut body = given::referral("Hemi");
    body["a\u{0}\u{202e}b"] = json!(1);
    let answer = push(&app, body).await;
    answer.refused(422, "invalid_body");
    assert_eq!(answer.faults(), ["/a\u{fffd}\u{fffd}b unknown_member"]);
}

#[on_both]
async fn faults_without_end_are_cut(app: TestApp) {
    let mut body = given::referral("Hemi");
    body["x".repeat(100_000)] = json!(1);
    for n in 0..2000 {
        body[format!("unknown{n}")] = json!(n);
    }
    let answer = push(&app, body).await;
    answer.refused(422, "invalid_body");
    assert_eq!(answer.faults().len(), 500);
}

#[on_both]
async fn names_of_every_people_are_taken_as_they_are(app: TestApp) {
    for name in [
        "Ngā-Pō",
        "O’Brien",
        "D'Souza",
        "Þórður",
        "李",
        "Нина",
        "علي",
        "n̄a",
        "می‌نا",
        "Robert'); DROP TABLE student;--",
    ] {
        let sent = push(&app, with(given::referral("x"), "/student/legalGivenNames", json!(name)))
            .await
            .expect(201);
        let shown = sent.json["student"]["givenNames"].as_str().unwrap();
        assert_eq!(shown.chars().count(), name.chars().count(), "{name}");
    }
    assert_eq!(app.count("student", "1 = 1").await, 10);
}

#[on_both]
async fn a_school_that_does_not_exist_is_named(app: TestApp) {
    for number in ["9998", "0", "0000", "1"] {
        assert_eq!(fault(&app, "/schoolNumber", json!(number)).await, "unknown", "{number}");
    }
    let zeros = with(given::referral("Zero"), "/schoolNumber", json!("0901"));
    push(&app, zeros).await.refused(422, "invalid_body");
}

#[on_both]
async fn days_that_have_not_come_are_refused(app: TestApp) {
    for pointer in ["/student/birthDate", "/supportRequest/whanauToldOn"] {
        assert_eq!(fault(&app, pointer, json!("2026-03-17")).await, "in_the_future", "{pointer}");
    }
}

#[on_both]
async fn a_student_is_at_least_three_and_was_told_of_after_birth(app: TestApp) {
    for (born, code) in
        [("2023-03-17", "too_large"), ("2026-03-16", "too_large"), ("1995-03-15", "too_small")]
    {
        assert_eq!(fault(&app, "/student/birthDate", json!(born)).await, code, "{born}");
    }
    for pointer in ["/supportRequest/whanauToldOn"] {
        assert_eq!(fault(&app, pointer, json!("2013-05-05")).await, "before_birth");
    }
    let mut never = given::non_enrolment("Hemi");
    never["supportRequest"]["nonEnrolment"]["lastDayAttended"] = json!("2012-05-05");
    let answer = push(&app, never).await;
    answer.refused(422, "invalid_body");
    assert_eq!(answer.faults(), ["/supportRequest/nonEnrolment/lastDayAttended before_birth"]);
    let (student, _) = stage(&app).await;
    let path = format!("/v1/students/{student}");
    for (born, code) in
        [("2023-03-17", "too_large"), ("1995-03-15", "too_small"), ("2026-03-17", "in_the_future")]
    {
        let answer =
            app.as_("workflow-lead").patch_if(&path, Some("*"), json!({ "birthDate": born })).await;
        answer.refused(422, "invalid_body");
        assert_eq!(answer.faults(), [format!("/birthDate {code}")]);
    }
}

#[on_both]
async fn an_integer_may_be_written_with_a_point(app: TestApp) {
    let body = with(given::referral("Hemi"), "/student/yearLevel", json!(8.0));
    let body = with(body, "/supportRequest/attendance/0/possibleHalfDays", json!(60.0));
    let sent = push(&app, body).await.expect(201);
    assert_eq!(sent.json["student"]["yearLevel"], 8);
    assert_eq!(sent.json["assessment"]["baseline"]["possibleHalfDays"], 60);
}

#[on_both]
async fn half_days_are_blamed_where_they_are_wrong(app: TestApp) {
    let possible = "/supportRequest/attendance/0/possibleHalfDays";
    assert_eq!(fault(&app, possible, json!(0)).await, "too_small");
    let present = "/supportRequest/attendance/0/presentHalfDays";
    assert_eq!(fault(&app, present, json!(61)).await, "too_large");
}

#[on_both]
async fn codes_that_no_set_holds_are_named(app: TestApp) {
    let body = with(
        given::referral("Hemi"),
        "/supportRequest/barriers",
        json!(["transport", "no_such", "nor_this"]),
    );
    let answer = push(&app, body).await;
    answer.refused(422, "invalid_body");
    assert_eq!(
        answer.faults(),
        ["/supportRequest/barriers/1 unknown_code", "/supportRequest/barriers/2 unknown_code"]
    );
}

#[on_both]
async fn an_edit_of_a_student_is_checked_alike(app: TestApp) {
    let (student, _) = stage(&app).await;
    let path = format!("/v1/students/{student}");
    for (body, expected) in [
        (json!({ "nsn": "12E4" }), "/nsn pattern"),
        (json!({ "legalFamilyName": null }), "/legalFamilyName wrong_type"),
        (json!({ "birthDate": "2013-02-29" }), "/birthDate format"),
        (json!({ "birthDate": "2030-01-01" }), "/birthDate in_the_future"),
        (json!({ "yearLevels": 9 }), "/yearLevels unknown_member"),
        (json!({ "yearLevel": "nine" }), "/yearLevel wrong_type"),
        (json!({ "preferredGivenNames": "a\u{202e}b" }), "/preferredGivenNames pattern"),
        (json!({ "safetyAlerts": ["a", "a"] }), "/safetyAlerts repeated"),
        (json!({ "id": student }), "/id unknown_member"),
        (json!({ "version": 9 }), "/version unknown_member"),
    ] {
        let answer = app.as_("workflow-lead").patch_if(&path, Some("*"), body).await;
        answer.refused(422, "invalid_body");
        assert_eq!(answer.faults(), [expected], "{}", answer.text);
    }
}

#[on_both]
async fn a_whanau_contact_is_checked_alike(app: TestApp) {
    let (student, _) = stage(&app).await;
    let path = format!("/v1/students/{student}/whanau-contacts");
    let good = json!({ "name": "Hana", "relationship": "parent" });
    for (pointer, value, expected) in [
        ("/phone", json!("call me"), "/phone pattern"),
        ("/email", json!("nobody"), "/email format"),
        ("/relationship", json!("boss"), "/relationship unknown_code"),
        ("/name", json!("Ha\u{0}na"), "/name pattern"),
        ("/confirmedOn", json!("2026-03-17"), "/confirmedOn in_the_future"),
        ("/fone", json!("021 000 0001"), "/fone unknown_member"),
        ("/address", json!("x".repeat(301)), "/address too_long"),
    ] {
        let answer = app.as_("workflow-lead").post(&path, with(good.clone(), pointer, value)).await;
        answer.refused(422, "invalid_body");
        assert!(answer.faults().contains(&expected.to_owned()), "{}", answer.text);
    }
}

#[on_both]
async fn a_contact_is_checked_alike(app: TestApp) {
    let (_, case) = stage(&app).await;
    let path = format!("/v1/cases/{case}/contacts");
    let good = json!({ "party": "school", "channel": "phone", "outcome": "reached", "occurredAt": "2026-03-15T22:00:00Z" });
    for (pointer, value, expected) in [
        ("/party", json!("police"), "/party not_one_of"),
        ("/channel", json!("pigeon"), "/channel not_one_of"),
        ("/outcome", json!(null), "/outcome not_one_of"),
        ("/occurredAt", json!("2026-03-15"), "/occurredAt format"),
        ("/occurredAt", json!("2026-02-30T00:00:00Z"), "/occurredAt format"),
        ("/occurredAt", json!("2026-03-15T22:00:00"), "/occurredAt format"),
        ("/occuredAt", json!("2026-03-15T22:00:00Z"), "/occuredAt unknown_member"),
        ("/notes", json!("bell \u{7}"), "/notes pattern"),
    ] {
        let answer = app.as_("workflow-lead").post(&path, with(good.clone(), pointer, value)).await;
        answer.refused(422, "invalid_body");
        assert!(answer.faults().contains(&expected.to_owned()), "{}", answer.text);
    }
    assert_eq!(app.count("contact", "1 = 1").await, 0);
}

#[on_both]
async fn a_search_asks_for_something(app: TestApp) {
    let lead = app.as_("workflow-lead");
    let empty = lead.post("/v1/students/search", json!({})).await;
    empty.refused(422, "invalid_body");
    assert_eq!(empty.faults(), [" required"]);
    for (body, fault) in [
        (json!({ "familyName": "E" }), "/familyName too_broad"),
        (json!({ "givenNames": "Ē" }), "/givenNames too_broad"),
        (json!({ "givenNames": " h-", "familyName": "e'" }), "/givenNames too_broad"),
    ] {
        let broad = lead.post("/v1/students/search", body).await;
        broad.refused(422, "invalid_body");
        assert_eq!(broad.faults(), [fault]);
    }
    for body in [
        json!({ "familyName": "E", "birthDate": "2013-05-06" }),
        json!({ "familyName": "E", "nsn": "17" }),
        json!({ "familyName": "E", "givenNames": "He" }),
        json!({ "familyName": "李" }),
    ] {
        lead.post("/v1/students/search", body).await.expect(200);
    }
    let wild = lead.post("/v1/students/search", json!({ "familyName": "%e" })).await.expect(200);
    assert_eq!(wild.json["items"], json!([]));
}

#[on_both]
async fn a_refusal_never_repeats_what_was_sent(app: TestApp) {
    let secret = "0412345678 Secret Road";
    let mut body = given::referral("Hemi");
    body["student"]["nsn"] = json!(secret);
    body["student"]["birthDate"] = json!(secret);
    body["supportRequest"]["kind"] = json!(secret);
    body["student"]["whanauContacts"] = json!([{ "name": 7, "phone": secret, "email": secret }]);
    let answer = push(&app, body).await;
    answer.refused(422, "invalid_body");
    assert!(!answer.text.contains("Secret") && !answer.text.contains("04123"), "{}", answer.text);
}
