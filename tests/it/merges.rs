//! Two records of one student: joined, read under every id, and parted again to the letter.

use serde_json::{Value, json};

use crate::given::{self, with};
use crate::support::{Answer, TestApp, on_both};

const WHO: [&str; 6] = [
    "workflow-lead",
    "workflow-lead-2",
    "case-manager",
    "attendance-lead",
    "attendance-lead-2",
    "primary-contact",
];

fn student_of(answer: &Answer) -> String {
    answer.json["student"]["id"].as_str().expect("a student").to_owned()
}

/// A referral with everything that a school can say of a student.
fn full(given_names: &str, nsn: &str, phone: &str) -> Value {
    let body = with(given::referral(given_names), "/student/nsn", json!(nsn));
    let contact = json!({ "name": "Hana", "relationship": "parent", "phone": phone });
    with(body, "/student/whanauContacts", json!([contact]))
}

async fn send(app: &TestApp, body: Value) -> Answer {
    app.as_("office-support").post("/v1/referrals", body).await.expect(201)
}

async fn merge(app: &TestApp, from: &str, into: &str) -> Answer {
    let body = json!({ "intoStudentId": into, "reason": "One student, says the school." });
    app.as_("workflow-lead").post(&format!("/v1/students/{from}/merge"), body).await
}

async fn undo(app: &TestApp, from: &str) -> Answer {
    let body = json!({ "reason": "Cousins." });
    app.as_("workflow-lead").post(&format!("/v1/students/{from}/merge-reversal"), body).await
}

/// Everything that the API answers of two students and what hangs on them, to everybody who may
/// ask: status, ETag and body.
async fn everything(app: &TestApp, students: &[&str]) -> Vec<String> {
    let mut paths: Vec<String> =
        ["/v1/referrals", "/v1/cases"].iter().map(|path| (*path).to_owned()).collect();
    paths.push(
        "/v1/measures/members?measure=school_contact&withinDays=5&level=national&term=2026-1"
            .to_owned(),
    );
    for student in students {
        paths.push(format!("/v1/students/{student}"));
        paths.push(format!("/v1/students/{student}/whanau-contacts"));
    }
    for list in ["/v1/referrals", "/v1/cases"] {
        let listed = app.as_("workflow-lead").get(list).await.expect(200);
        for item in listed.json["items"].as_array().unwrap() {
            paths.push(format!("{list}/{}", item["id"].as_str().unwrap()));
        }
    }
    let mut answers = Vec::new();
    for who in WHO {
        for path in &paths {
            let answer = app.as_(who).get(path).await;
            // A refusal names its own request.
            let text = if answer.status == 200 { &answer.text } else { answer.code() };
            let text = without_versions(text);
            let tag = answer.header("etag").unwrap_or_default().to_owned();
            answers.push(format!("{who} {path} {} {tag} {text}", answer.status));
        }
        for search in [
            json!({ "familyName": "Example" }),
            json!({ "nsn": "17" }),
            json!({ "nsn": "18" }),
            json!({ "givenNames": "Ar" }),
        ] {
            let found = app.as_(who).post("/v1/students/search", search.clone()).await.expect(200);
            answers.push(format!("{who} {search} {}", found.text));
        }
    }
    answers
}

/// That a clock was set by a merge and by its end is no part of what it says, nor is the position,
/// which moves with every change of the service.
fn without_versions(text: &str) -> String {
    let Ok(mut json) = serde_json::from_str::<serde_json::Value>(text) else {
        return text.to_owned();
    };
    if let Some(answer) = json.as_object_mut() {
        answer.remove("asOf");
        answer.remove("position");
    }
    for item in json["items"].as_array_mut().into_iter().flatten() {
        if let Some(members) =
            item.as_object_mut().filter(|members| members.contains_key("standing"))
        {
            members.remove("knownFrom");
            members.remove("cause");
        }
    }
    json.to_string()
}

/// A student with a case that somebody works on, and another one of whom more is known.
async fn two(app: &TestApp) -> (String, String, String) {
    let body = full("Aria", "17", "021 000 0001");
    let body = with(body, "/primaryContactId", json!(app.world.primary_contact));
    let first = send(app, body).await;
    let decided = app.decide(&first.id(), json!({ "outcome": "accepted" })).await.expect(200);
    let case = decided.json["caseId"].as_str().unwrap().to_owned();
    let to = json!({ "caseManagerId": app.world.case_manager });
    app.as_("workflow-lead").post(&format!("/v1/cases/{case}/assignment"), to).await.expect(200);
    app.reached(&case, "school", "2026-03-15T22:00:00Z").await.expect(201);
    let body = full("Arya", "18", "021 000 0002");
    let body = with(body, "/student/birthDate", json!("2013-06-05"));
    let body = with(body, "/student/addressProtected", json!(true));
    let body = with(body, "/student/homeLanguage", json!("mri"));
    let body = with(body, "/student/gender", json!("21"));
    let body = with(body, "/supportRequest/safetyAlerts", json!(["dog"]));
    let second = send(app, body).await;
    (student_of(&first), student_of(&second), case)
}

#[on_both]
async fn a_merge_and_its_end_leave_everything_as_it_was(app: TestApp) {
    let (first, second, _) = two(&app).await;
    for (from, into) in [(&first, &second), (&second, &first)] {
        let before = everything(&app, &[&first, &second]).await;
        merge(&app, from, into).await.expect(200);
        assert_ne!(everything(&app, &[&first, &second]).await, before);
        let undone = undo(&app, from).await.expect(200);
        assert_eq!(undone.json["undoReason"], "Cousins.");
        assert_eq!(everything(&app, &[&first, &second]).await, before);
    }
    assert_eq!(app.count("event", "kind = 'student.merged'").await, 2);
    assert_eq!(app.count("event", "kind = 'student.unmerged'").await, 2);
    assert_eq!(app.count("audit_entry", "action = 'students:merge'").await, 4);
}

#[on_both]
async fn every_old_id_leads_to_the_file_that_shows_both(app: TestApp) {
    let (first, second, case) = two(&app).await;
    let merged = merge(&app, &first, &second).await.expect(200);
    assert_eq!(merged.json["survivorId"], json!(second));
    let lead = app.as_("workflow-lead");
    let file = lead.get(&format!("/v1/students/{first}")).await.expect(200);
    assert_eq!(file.json, lead.get(&format!("/v1/students/{second}")).await.expect(200).json);
    assert_eq!((&file.json["id"], &file.json["mergedIds"]), (&json!(second), &json!([first])));
    assert_eq!(
        (&file.json["addressProtected"], &file.json["homeLanguage"]),
        (&json!(true), &json!("mri"))
    );
    assert_eq!(file.json["enrolments"].as_array().unwrap().len(), 1);
    let contacts = lead.get(&format!("/v1/students/{first}/whanau-contacts")).await.expect(200);
    assert_eq!(contacts.json["items"].as_array().unwrap().len(), 2);
    let read = lead.get(&format!("/v1/cases/{case}")).await.expect(200);
    assert_eq!(read.json["student"]["id"], json!(second));
    app.as_("case-manager").get(&format!("/v1/students/{first}")).await.expect(200);
    for search in [json!({ "nsn": "17" }), json!({ "nsn": "18" }), json!({ "givenNames": "Aria" })]
    {
        let found = lead.post("/v1/students/search", search).await.expect(200);
        let ids: Vec<&Value> =
            found.json["items"].as_array().unwrap().iter().map(|item| &item["id"]).collect();
        assert_eq!(ids, [&json!(second)]);
    }
    let merges = lead.get(&format!("/v1/students/{first}/merges")).await.expect(200);
    assert_eq!(merges.json["items"][0]["fromStudentId"], json!(first));
}

#[on_both]
async fn a_referral_under_either_records_particulars_is_the_survivors(app: TestApp) {
    let (first, second, _) = two(&app).await;
    merge(&app, &first, &second).await.expect(200);
    // A child waits once.
    let waiting = app.as_("workflow-lead").get("/v1/referrals?status=submitted").await.expect(200);
    let waiting = waiting.json["items"][0]["id"].as_str().expect("a referral");
    app.decide(waiting, json!({ "outcome": "accepted" })).await.expect(200);
    let again = send(&app, full("Aria", "17", "021 000 0001")).await;
    assert_eq!((&again.json["matchedBy"], student_of(&again)), (&json!("nsn"), second.clone()));
    let by_name = send(&app, given::referral("Aria")).await;
    assert_eq!(
        (&by_name.json["matchedBy"], student_of(&by_name)),
        (&json!("name_and_birth_date"), second)
    );
}

#[on_both]
async fn what_comes_after_the_merge_is_of_the_record_that_it_names(app: TestApp) {
    let first = send(&app, full("Aria", "17", "021 000 0001")).await;
    let second = send(&app, full("Arya", "18", "021 000 0002")).await;
    let (from, into) = (student_of(&first), student_of(&second));
    merge(&app, &from, &into).await.expect(200);
    let lead = app.as_("workflow-lead");
    let aunt = json!({ "name": "Aunt", "relationship": "parent", "phone": "021 000 0003" });
    let added = lead.post(&format!("/v1/students/{from}/whanau-contacts"), aunt).await.expect(201);
    assert_eq!(added.json["studentId"], json!(into));
    // One of either kind may wait at a school.
    let of_other_kind = given::non_enrolment("Aria")["supportRequest"].clone();
    let third =
        send(&app, with(full("Aria", "17", "021 000 0001"), "/supportRequest", of_other_kind))
            .await;
    assert_eq!(student_of(&third), into);
    let path = format!("/v1/students/{from}");
    let read = lead.get(&path).await.expect(200);
    let edit = json!({ "homeLanguage": "smo", "nsn": "17" });
    lead.patch(&path, &read, edit).await.expect(200);
    undo(&app, &from).await.expect(200);
    let names = |answer: &Answer| {
        let items = answer.json["items"].as_array().unwrap();
        items.iter().map(|item| item["phone"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let left = lead.get(&format!("/v1/students/{into}/whanau-contacts")).await.expect(200);
    assert_eq!(names(&left), ["021 000 0002"]);
    let back = lead.get(&format!("{path}/whanau-contacts")).await.expect(200);
    assert_eq!(names(&back), ["021 000 0001", "021 000 0003"]);
    let referral = lead.get(&format!("/v1/referrals/{}", third.id())).await.expect(200);
    assert_eq!(student_of(&referral), from);
    let survivor = lead.get(&format!("/v1/students/{into}")).await.expect(200);
    assert_eq!(
        (&survivor.json["nsn"], &survivor.json["homeLanguage"]),
        (&json!("18"), &json!("smo"))
    );
    assert_eq!(lead.get(&path).await.expect(200).json["nsn"], "17");
}

#[on_both]
async fn a_case_that_a_moved_referral_opened_goes_back_with_it(app: TestApp) {
    let first = send(&app, full("Aria", "17", "021 000 0001")).await;
    let second = send(&app, full("Arya", "18", "021 000 0002")).await;
    let (from, into) = (student_of(&first), student_of(&second));
    merge(&app, &from, &into).await.expect(200);
    let decided = app.decide(&first.id(), json!({ "outcome": "accepted" })).await.expect(200);
    let joined = app.decide(&second.id(), json!({ "outcome": "accepted" })).await.expect(200);
    assert_eq!(decided.json["caseId"], joined.json["caseId"]);
    undo(&app, &from).await.expect(200);
    let case = format!("/v1/cases/{}", decided.json["caseId"].as_str().unwrap());
    let lead = app.as_("workflow-lead");
    assert_eq!(student_of(&lead.get(&case).await.expect(200)), from);
    for (id, student, status, in_case) in [
        (first.id(), &from, "accepted", &decided.json["caseId"]),
        (second.id(), &into, "submitted", &json!(null)),
    ] {
        let read = lead.get(&format!("/v1/referrals/{id}")).await.expect(200).json;
        assert_eq!(read["student"]["id"], json!(student));
        assert_eq!((&read["status"], &read["caseId"]), (&json!(status), in_case), "{read}");
    }
    // It counts as what it is: a referral that nobody has answered.
    assert_eq!(app.count("referral_clock", "exclusion IS NULL").await, 2);
    app.decide(&second.id(), json!({ "outcome": "accepted" })).await.expect(200);
}

#[on_both]
async fn three_records_are_joined_and_parted_in_any_order(app: TestApp) {
    let mut ids = Vec::new();
    for (name, nsn) in [("Aria", "17"), ("Arya", "18"), ("Arija", "19")] {
        ids.push(student_of(&send(&app, full(name, nsn, "021 000 0001")).await));
    }
    let [a, b, c] = [&ids[0], &ids[1], &ids[2]];
    let before = everything(&app, &[a, b, c]).await;
    for order in [[a, b], [b, a]] {
        merge(&app, a, b).await.expect(200);
        merge(&app, b, c).await.expect(200);
        let file = app.as_("workflow-lead").get(&format!("/v1/students/{a}")).await.expect(200);
        assert_eq!((&file.json["id"], &file.json["mergedIds"]), (&json!(c), &json!([a, b])));
        for id in order {
            undo(&app, id).await.expect(200);
        }
        assert_eq!(everything(&app, &[a, b, c]).await, before);
    }
}

#[on_both]
async fn an_edit_writes_what_the_file_shows_and_may_lift_a_protection(app: TestApp) {
    let (first, second, _) = two(&app).await;
    merge(&app, &second, &first).await.expect(200);
    let lead = app.as_("workflow-lead");
    let path = format!("/v1/students/{first}");
    let read = lead.get(&path).await.expect(200);
    assert_eq!(
        (&read.json["gender"], &read.json["addressProtected"]),
        (&json!("21"), &json!(true))
    );
    lead.patch(&path, &read, json!({ "addressProtected": false }))
        .await
        .refused(409, "address_protected");
    app.name_address_reader(&first, app.world.workflow_lead).await;
    let edited = lead.patch(&path, &read, json!({ "addressProtected": false })).await.expect(200);
    assert_eq!(
        (&edited.json["gender"], &edited.json["addressProtected"]),
        (&json!("21"), &json!(false))
    );
    undo(&app, &second).await.expect(200);
    let own = lead.get(&path).await.expect(200);
    assert_eq!((&own.json["gender"], &own.json["addressProtected"]), (&json!(null), &json!(false)));
    let other = lead.get(&format!("/v1/students/{second}")).await.expect(200);
    assert_eq!(
        (&other.json["gender"], &other.json["addressProtected"]),
        (&json!("21"), &json!(true))
    );
}

#[on_both]
async fn the_later_word_on_the_school_holds_while_the_records_are_one(app: TestApp) {
    let first = student_of(&send(&app, full("Aria", "17", "021 000 0001")).await);
    let there =
        with(full("Arya", "18", "021 000 0002"), "/schoolNumber", json!(given::SCHOOL_WITH_TEAM));
    app.set_time("2026-03-17T00:00:00Z");
    let second = app.as_("office-support-t").post("/v1/referrals", there).await.expect(201);
    let second = student_of(&second);
    for (from, into) in [(&first, &second), (&second, &first)] {
        let before = everything(&app, &[&first, &second]).await;
        merge(&app, from, into).await.expect(200);
        let file = app.as_("workflow-lead").get(&format!("/v1/students/{first}")).await.expect(200);
        let at = |n: usize| {
            (&file.json["enrolments"][n]["school"]["number"], &file.json["enrolments"][n]["leftOn"])
        };
        assert_eq!(at(0), (&json!(given::SCHOOL_WITH_TEAM), &json!(null)));
        assert_eq!(at(1), (&json!(given::SCHOOL), &json!("2026-03-17")));
        app.as_("attendance-lead")
            .get(&format!("/v1/students/{first}"))
            .await
            .refused(404, "not_found");
        undo(&app, from).await.expect(200);
        assert_eq!(everything(&app, &[&first, &second]).await, before);
    }
}

#[on_both]
async fn a_merge_that_makes_no_sense_is_refused(app: TestApp) {
    let (first, second, _) = two(&app).await;
    merge(&app, &first, &first).await.refused(409, "same_student");
    undo(&app, &first).await.refused(409, "not_merged");
    let stranger = app.as_("workflow-lead-2");
    let body = json!({ "intoStudentId": second, "reason": "Mine." });
    stranger.post(&format!("/v1/students/{first}/merge"), body).await.refused(404, "not_found");
    let away =
        with(full("Away", "19", "021 000 0004"), "/schoolNumber", json!(given::OTHER_SCHOOL));
    let away =
        student_of(&app.as_("office-support-2").post("/v1/referrals", away).await.expect(201));
    assert_eq!(merge(&app, &first, &away).await.faults(), ["/intoStudentId unknown"]);
    let (_, other) = app.accepted("Tama").await;
    let other =
        student_of(&app.as_("workflow-lead").get(&format!("/v1/cases/{other}")).await.expect(200));
    merge(&app, &first, &other).await.refused(409, "both_have_open_cases");
    merge(&app, &first, &second).await.expect(200);
    merge(&app, &first, &second).await.refused(409, "same_student");
    undo(&app, &second).await.refused(409, "not_merged");
}

#[on_both]
async fn of_two_merges_at_once_one_wins(app: TestApp) {
    let (first, second, _) = two(&app).await;
    let (one, other) =
        futures_util::future::join(merge(&app, &first, &second), merge(&app, &second, &first))
            .await;
    let mut outcomes = [one.status, other.status];
    outcomes.sort_unstable();
    assert_eq!(outcomes[0], 200, "{} {}", one.text, other.text);
    assert!(matches!(outcomes[1], 409 | 503), "{} {}", one.text, other.text);
    assert_eq!(app.count("student_merge", "undone_at IS NULL").await, 1);
}

#[on_both]
async fn every_table_that_names_a_student_is_known_to_the_merge(app: TestApp) {
    use sea_orm::{ConnectionTrait, Statement};
    let db = app.database().await;
    let sql = match app.on {
        crate::support::On::Sqlite => {
            "SELECT t.name || '.' || c.name FROM sqlite_master t, pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND c.name LIKE '%student_id' ORDER BY 1"
        }
        crate::support::On::Postgres => {
            "SELECT table_name || '.' || column_name FROM information_schema.columns \
             WHERE table_schema = 'public' AND column_name LIKE '%student_id' AND table_name NOT IN \
             (SELECT relname FROM pg_class WHERE relispartition) ORDER BY 1"
        }
    };
    let rows =
        db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    let mut found: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    found.sort();
    db.close().await.expect("close");
    // Handed over with a record: attendance_case, enrolment, referral, referral_clock,
    // whanau_contact. Read through both records: names, numbers, siblings, attendance, what was said of
    // enrolments and pathways; each stands under the record that was named. Left alone: reviews, clocks of the
    // past, claims (which go with their enrolment), and who may see a protected address, since a merge gives
    // nobody more than they had. Students for whom a fund paid are counted through the record that they lead to.
    assert_eq!(
        found,
        [
            "attendance_case.student_id",
            "attendance_month.student_id",
            "attendance_report.student_id",
            "attendance_summary.student_id",
            "enrolment.student_id",
            "enrolment_ahead.student_id",
            "enrolment_claim.student_id",
            "enrolment_report.student_id",
            "fund_student.student_id",
            "match_review.student_id",
            "need_case.student_id",
            "pathway_report.student_id",
            "protected_address_reader.student_id",
            "referral.student_id",
            "referral_clock.student_id",
            "referral_clock_past.student_id",
            "sibling.first_student_id",
            "sibling.second_student_id",
            "student_merge.from_student_id",
            "student_merge.into_student_id",
            "student_name.student_id",
            "student_nsn.student_id",
            "whanau_contact.student_id",
        ]
    );
}
