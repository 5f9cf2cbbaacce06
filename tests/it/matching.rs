//! Who a sent student is: no child is lost, doubled or taken for another, and a stranger learns of none.

use ascms_persistence::reference_data::CodeSets;
use ascms_persistence::rows::code;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::given::{self, OTHER_SCHOOL, SCHOOL, with};
use crate::support::{Answer, TestApp, on_both};

fn student_of(answer: &Answer) -> String {
    answer.json["student"]["id"].as_str().expect("a student").to_owned()
}

/// A referral of a student by given and family names, with a number where there is one.
fn of(given: &str, family: &str, nsn: Option<&str>) -> Value {
    let body = with(given::referral(given), "/student/legalFamilyName", json!(family));
    match nsn {
        Some(nsn) => with(body, "/student/nsn", json!(nsn)),
        None => body,
    }
}

fn born(body: Value, date: &str) -> Value {
    with(body, "/student/birthDate", json!(date))
}

async fn send(app: &TestApp, body: Value) -> Answer {
    app.as_("office-support").post("/v1/referrals", body).await.expect(201)
}

/// The same; what waits at the school is taken back where it is in the way: a student is referred once
/// at a time.
async fn send_once(app: &TestApp, body: Value) -> Answer {
    let office = app.as_("office-support");
    let sent = office.post("/v1/referrals", body.clone()).await;
    if sent.status != 409 {
        return sent.expect(201);
    }
    sent.refused(409, "already_referred");
    let waiting = office.get("/v1/referrals?status=submitted").await.expect(200);
    for referral in waiting.json["items"].as_array().expect("a list") {
        let path = format!("/v1/referrals/{}/withdrawal", referral["id"].as_str().expect("an id"));
        let reason = json!({ "reasonCode": "attendance_improved" });
        office.post(&path, reason).await.expect(200);
    }
    send(app, body).await
}

fn at_other_school(body: Value) -> Value {
    with(body, "/schoolNumber", json!(OTHER_SCHOOL))
}

async fn send_elsewhere(app: &TestApp, body: Value) -> Answer {
    app.as_("office-support-2").post("/v1/referrals", at_other_school(body)).await.expect(201)
}

async fn review(app: &TestApp, who: &str, sent: &Answer) -> Answer {
    let read = app.as_(who).get(&format!("/v1/referrals/{}", sent.id())).await.expect(200);
    let id =
        read.json["matchReviewId"].as_str().unwrap_or_else(|| panic!("no review: {}", read.text));
    app.as_(who).get(&format!("/v1/match-reviews/{id}")).await.expect(200)
}

fn warnings(answer: &Answer) -> Vec<String> {
    let told = answer.json["warnings"].as_array().expect("warnings").iter();
    told.map(|one| {
        format!("{} {}", one["pointer"].as_str().unwrap(), one["code"].as_str().unwrap())
    })
    .collect()
}

fn placeholder(set: &str, code: &str, label: &str) -> code::Model {
    code::Model {
        code_set: set.into(),
        code: code.into(),
        label_en: label.into(),
        label_mi: None,
        parent: None,
        position: 900,
        valid_from: None,
        valid_to: None,
    }
}

/// An answer without what differs between any two records: ids, instants and places in a queue.
fn shape(answer: &Answer) -> Value {
    fn cleared(value: &Value) -> Value {
        match value {
            Value::Object(members) => members
                .iter()
                .map(|(name, value)| {
                    let own = ["id", "submittedAt", "updatedAt", "waitingPosition", "createdAt"];
                    let value =
                        if own.contains(&name.as_str()) { Value::Null } else { cleared(value) };
                    (name.clone(), value)
                })
                .collect(),
            Value::Array(items) => items.iter().map(cleared).collect(),
            other => other.clone(),
        }
    }
    json!({
        "status": answer.status, "body": cleared(&answer.json),
        "location": answer.header("location").is_some(), "etag": answer.header("etag").is_some(),
    })
}

/// The ids of the records that the newest entries of a kind of subject name.
async fn named_beside(app: &TestApp, kind: &str) -> String {
    let db = app.database().await;
    let sql = format!(
        "SELECT CAST(further_ids AS text) AS ids FROM audit_entry WHERE subject_kind = '{kind}' ORDER BY id DESC LIMIT 1"
    );
    let row = db
        .query_one_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .expect("entries");
    let ids = row
        .and_then(|row| row.try_get::<Option<String>>("", "ids").expect("ids"))
        .unwrap_or_default();
    db.close().await.expect("close");
    ids
}

#[on_both]
async fn a_twin_with_the_others_number_is_not_taken_for_them(app: TestApp) {
    let first =
        send(&app, with(of("Aria", "Example", Some("17")), "/student/gender", json!("21"))).await;
    let (_, case) =
        (first.id(), app.decide(&first.id(), json!({ "outcome": "accepted" })).await.expect(200));
    let sent = with(of("Tama", "Example", Some("17")), "/student/gender", json!("11"));
    let second = send_once(&app, sent).await;
    assert_eq!(second.json["matchedBy"], "ambiguous");
    assert_ne!(student_of(&first), student_of(&second));
    assert_eq!(second.json["status"], "submitted", "it joined no case: {}", case.text);
    let review = review(&app, "workflow-lead", &second).await;
    let made = &review.json["student"];
    assert_eq!((&made["legalGivenNames"], &made["gender"]), (&json!("Tama"), &json!("11")));
    assert_eq!((&review.json["sentNsn"], &made["birthDate"]), (&json!("17"), &json!("2013-05-06")));
    let candidate = &review.json["candidates"][0];
    assert_eq!(candidate["student"]["id"], json!(student_of(&first)));
    assert_eq!(candidate["reasons"], json!(["same_nsn", "same_birth_date"]));
    assert_eq!(candidate["doubts"], json!(["other_name"]));
    let kept = app
        .as_("workflow-lead")
        .get(&format!("/v1/students/{}", student_of(&first)))
        .await
        .expect(200);
    assert_eq!(
        (&kept.json["legalGivenNames"], &kept.json["nsn"], &kept.json["gender"]),
        (&json!("Aria"), &json!("17"), &json!("21"))
    );
    // What comes under either name from now on is that child's.
    let again = send(&app, of("Aria", "Example", Some("17"))).await;
    assert_eq!((student_of(&again), &again.json["matchedBy"]), (student_of(&first), &json!("nsn")));
    let again = send_once(&app, of("Tama", "Example", None)).await;
    assert_eq!(
        (student_of(&again), &again.json["matchedBy"]),
        (student_of(&second), &json!("name_and_birth_date"))
    );
}

#[on_both]
async fn every_name_of_a_student_agrees_with_their_number(app: TestApp) {
    let with_preferred =
        with(of("Ariana", "Example", Some("17")), "/student/preferredGivenNames", json!("Ari"));
    let first = send_once(&app, with_preferred).await;
    let path = format!("/v1/students/{}", student_of(&first));
    let lead = app.as_("workflow-lead");
    let read = lead.get(&path).await.expect(200);
    lead.patch(&path, &read, json!({ "legalFamilyName": "Married" })).await.expect(200);
    for (given, family) in [
        ("Ari", "Example"),
        ("Ariana", "Married"),
        ("Ariana", "Example"),
        ("Ariana Rose", "Married"),
    ] {
        let again = send_once(&app, of(given, family, Some("17"))).await;
        assert_eq!(
            (student_of(&again), &again.json["matchedBy"]),
            (student_of(&first), &json!("nsn")),
            "{given} {family}"
        );
    }
    for (given, family) in [("Mere", "Married"), ("Ariana", "Other")] {
        let other = send_once(&app, of(given, family, Some("17"))).await;
        assert_eq!(other.json["matchedBy"], "ambiguous", "{given} {family}");
    }
}

#[on_both]
async fn a_number_is_one_however_it_is_written(app: TestApp) {
    let first = send_once(&app, of("Aria", "Example", Some("0931284341"))).await;
    let aria = student_of(&first);
    for nsn in ["931284341", "093 128 4341", " 931 284341"] {
        let again = send_once(&app, of("Aria", "Example", Some(nsn))).await;
        assert_eq!(
            (student_of(&again), &again.json["matchedBy"]),
            (aria.clone(), &json!("nsn")),
            "{nsn}"
        );
    }
    let lead = app.as_("workflow-lead");
    let path = format!("/v1/students/{aria}");
    let read = lead.get(&path).await.expect(200);
    assert_eq!(read.json["nsn"], "0931284341", "shown as it was sent");
    for nsn in ["931284341", "0931284341", "00 931 284 341"] {
        let found = lead.post("/v1/students/search", json!({ "nsn": nsn })).await.expect(200);
        assert_eq!(found.json["items"][0]["id"], json!(aria), "{nsn}");
        let days = json!([{ "date": "2026-03-13", "halfDays": { "present": 2 } }]);
        let push = json!({ "schoolNumber": SCHOOL, "students": [{ "nsn": nsn, "days": days }] });
        let taken = app.as_("office-support").post("/v1/attendance", push).await.expect(200);
        assert_eq!(taken.json["faults"], json!([]), "{nsn}");
        let statement = json!({ "said": "enrolled", "schoolNumber": SCHOOL, "nsn": nsn, "firstDay": "2026-02-03" });
        let taken = app
            .as_("office-support")
            .post("/v1/enrolments", json!({ "statements": [statement] }))
            .await
            .expect(200);
        assert_eq!(taken.json["faults"], json!([]), "{nsn}");
    }
    let other = student_of(&app.submitted("Tama").await);
    let path = format!("/v1/students/{other}");
    let read = lead.get(&path).await.expect(200);
    lead.patch(&path, &read, json!({ "nsn": "931284341" })).await.refused(409, "nsn_taken");
    let given = lead.patch(&path, &read, json!({ "nsn": "44 0001" })).await.expect(200);
    assert_eq!(given.json["nsn"], "44 0001");
    let same = lead.patch(&path, &given, json!({ "nsn": "0440001" })).await.expect(200);
    assert_eq!(same.json["nsn"], "0440001");
    let again = send_once(&app, of("Tama", "Example", Some("440001"))).await;
    assert_eq!((student_of(&again), &again.json["matchedBy"]), (other, &json!("nsn")));
    let faulty = app
        .as_("office-support")
        .post("/v1/referrals", of("Aria", "Example", Some("12345678901")))
        .await;
    assert_eq!(faulty.faults(), ["/student/nsn pattern"]);
}

#[on_both]
async fn numbers_that_an_earlier_release_took_for_two_are_put_before_a_person(app: TestApp) {
    let first = send(&app, of("Aria", "Example", Some("0931284341"))).await;
    app.decide(&first.id(), json!({ "outcome": "accepted" })).await.expect(200);
    let first = student_of(&first);
    let second = student_of(&send(&app, of("Tama", "Example", None)).await);
    let db = app.database().await;
    let id = match app.on {
        crate::support::On::Sqlite => format!("X'{}'", second.replace('-', "")),
        crate::support::On::Postgres => format!("'{second}'"),
    };
    db.execute_unprepared(&format!(
        "INSERT INTO student_nsn (nsn, student_id) VALUES ('931284341', {id})"
    ))
    .await
    .expect("a row");
    db.close().await.expect("close");
    let sent = send_once(&app, of("Aria", "Example", Some("931284341"))).await;
    assert_eq!(sent.json["matchedBy"], "ambiguous");
    let review = review(&app, "workflow-lead", &sent).await;
    let ids: Vec<&Value> = review.json["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["student"]["id"])
        .collect();
    assert_eq!(ids, [&json!(first), &json!(second)]);
}

#[on_both]
async fn a_name_is_one_however_it_is_typed(app: TestApp) {
    for (n, (one, other)) in [
        (("Łukasz", "Nowak"), ("Lukasz", "Nowak")),
        (("Søren", "Weiß"), ("Soren", "Weiss")),
        (("Hana", "Ngāti-Rua"), ("Hana", "Ngaati Rua")),
        (("Sean", "O'Brien"), ("Sean", "O Brien")),
        (("Moana", "Kaʻanā"), ("Moana", "Ka`ana")),
        (("Tui", "D’Arcy"), ("Tui", "D-arcy")),
        (("Mary Jane", "Walker"), ("Maryjane", "Walker")),
    ]
    .into_iter()
    .enumerate()
    {
        let date = format!("2013-05-{:02}", n + 1);
        let first = send_once(&app, born(of(one.0, one.1, None), &date)).await;
        let again = send_once(&app, born(of(other.0, other.1, None), &date)).await;
        assert_eq!(
            (student_of(&again), &again.json["matchedBy"]),
            (student_of(&first), &json!("name_and_birth_date")),
            "{other:?}"
        );
        for search in [
            json!({ "familyName": other.1 }),
            json!({ "givenNames": other.0, "familyName": one.1 }),
        ] {
            let found = app
                .as_("workflow-lead")
                .post("/v1/students/search", search.clone())
                .await
                .expect(200);
            let ids: Vec<&Value> =
                found.json["items"].as_array().unwrap().iter().map(|item| &item["id"]).collect();
            assert!(ids.contains(&&json!(student_of(&first))), "{search}: {}", found.text);
        }
    }
}

#[on_both]
async fn a_name_more_or_less_is_put_before_a_person(app: TestApp) {
    for (n, (one, other)) in
        [("Aroha", "Aroha Mere"), ("Hemi John", "Hemi"), ("Ana Maria", "Ana M")]
            .into_iter()
            .enumerate()
    {
        let date = format!("2013-05-{:02}", n + 1);
        let first = send(&app, born(of(one, "Example", None), &date)).await;
        let sent = send(&app, born(of(other, "Example", None), &date)).await;
        assert_eq!(sent.json["matchedBy"], "ambiguous", "{other}");
        let review = review(&app, "workflow-lead", &sent).await;
        let candidate = &review.json["candidates"][0];
        assert_eq!(
            (&candidate["student"]["id"], &candidate["doubts"]),
            (&json!(student_of(&first)), &json!(["similar_name"]))
        );
    }
    let sister = send(&app, of("Mere", "Example", None)).await;
    assert_eq!(sister.json["matchedBy"], "created", "another name of the family");
}

#[on_both]
async fn a_name_that_is_written_otherwise_in_two_ways_is_put_before_a_person(app: TestApp) {
    for (n, (one, other)) in [
        (("Aroha Mere", "Te Rangi"), ("Mere Aroha", "Terangi")),
        (("Aroha Mere", "Te-Rangi"), ("Terangi", "Mere Aroha")),
        (("Mary-Jane", "Smith Jones"), ("Jane Mary", "Smithjones")),
        (("Aroha Mere", "Terangi"), ("Aroha", "Te Rangi")),
        (("Aroha Mere", "Te Rangi"), ("M Aroha", "Terangi")),
    ]
    .into_iter()
    .enumerate()
    {
        let date = format!("2013-05-{:02}", n + 1);
        let first = send(&app, born(of(one.0, one.1, None), &date)).await;
        let sent = send(&app, born(of(other.0, other.1, None), &date)).await;
        assert_eq!(sent.json["matchedBy"], "ambiguous", "{other:?}");
        let review = review(&app, "workflow-lead", &sent).await;
        let candidate = &review.json["candidates"][0];
        assert_eq!(
            (&candidate["student"]["id"], &candidate["doubts"]),
            (&json!(student_of(&first)), &json!(["similar_name"])),
            "{other:?}"
        );
        let sibling = send(&app, born(of("Kiri", one.1, None), &date)).await;
        assert_eq!(sibling.json["matchedBy"], "created", "{one:?}");
    }
}

#[on_both]
async fn what_stands_for_not_known_joins_nobody_and_is_told(app: TestApp) {
    let unknown = || born(of("Unknown", "Unknown", Some("1111111111")), "2013-01-01");
    let first = send_once(&app, unknown()).await;
    let told = [
        "/student/nsn placeholder_nsn",
        "/student/legalGivenNames placeholder_name",
        "/student/legalFamilyName placeholder_name",
    ];
    assert_eq!(warnings(&first), told);
    for body in [
        unknown(),
        born(of("Test", "Test 2", None), "2013-01-01"),
        born(of("Test", "Test", Some("111 111 1111")), "2013-01-01"),
    ] {
        let again = send_once(&app, body).await;
        assert_eq!(again.json["matchedBy"], "created");
        assert_ne!(student_of(&again), student_of(&first));
        assert!(!warnings(&again).is_empty());
    }
    // A real name with nobody's number and nobody's birthday is a name alone.
    let date = |_| CodeSets {
        sets: Vec::new(),
        codes: vec![placeholder("placeholder-birth-dates", "2013-02-02", "2 February 2013")],
    };
    app.state.store().import_code_sets(app.now(), false, date).await.expect("imported");
    let hana = || born(of("Hana", "Example", Some("123456789")), "2013-02-02");
    let one = send_once(&app, hana()).await;
    assert_eq!(
        warnings(&one),
        ["/student/nsn placeholder_nsn", "/student/birthDate placeholder_birth_date"]
    );
    assert_ne!(student_of(&one), student_of(&send_once(&app, hana()).await));
    assert_eq!(app.count("student_nsn", "1 = 1").await, 0);
    let read =
        app.as_("office-support").get(&format!("/v1/referrals/{}", one.id())).await.expect(200);
    assert_eq!(read.json["warnings"], json!([]));
    let file = app
        .as_("workflow-lead")
        .get(&format!("/v1/students/{}", student_of(&one)))
        .await
        .expect(200);
    assert_eq!(file.json["nsn"], "123456789", "kept as it was sent");
    let path = format!("/v1/students/{}", student_of(&app.submitted("Tama").await));
    let lead = app.as_("workflow-lead");
    let read = lead.get(&path).await.expect(200);
    assert_eq!(
        lead.patch(&path, &read, json!({ "nsn": "0000000000" })).await.faults(),
        ["/nsn placeholder_nsn"]
    );
    let days = json!([{ "date": "2026-03-13", "halfDays": { "present": 2 } }]);
    let push =
        json!({ "schoolNumber": SCHOOL, "students": [{ "nsn": "1111111111", "days": days }] });
    let push = app.as_("office-support").post("/v1/attendance", push).await.expect(200);
    assert_eq!(push.json["faults"][0]["code"], "placeholder_nsn");
    let said = json!({ "said": "enrolled", "schoolNumber": SCHOOL, "nsn": "0", "birthDate": "2013-05-06", "firstDay": "2026-02-03" });
    let push = app
        .as_("office-support")
        .post("/v1/enrolments", json!({ "statements": [said] }))
        .await
        .expect(200);
    assert_eq!(push.json["faults"][0]["code"], "placeholder_nsn");
}

#[on_both]
async fn a_number_that_comes_after_a_placeholder_is_the_childs(app: TestApp) {
    let first = send(&app, of("Hana", "Example", Some("0000000000"))).await;
    let office = app.as_("office-support");
    let with_number = || of("Hana", "Example", Some("947100001"));
    let again = office.post("/v1/referrals", with_number()).await;
    again.refused(409, "already_referred");
    let numbered = send_once(&app, with_number()).await;
    assert_eq!(numbered.json["matchedBy"], "name_and_birth_date");
    assert_eq!(student_of(&numbered), student_of(&first));
    let lead = app.as_("attendance-lead");
    let number = async || {
        let read = lead.get(&format!("/v1/students/{}", student_of(&first))).await.expect(200);
        read.json["nsn"].clone()
    };
    assert_eq!(number().await, "947100001");
    // From now on the number alone says who is meant, and a placeholder takes it from nobody.
    let by_number = send_once(&app, with_number()).await;
    assert_eq!(by_number.json["matchedBy"], "nsn");
    let careless = send_once(&app, of("Hana", "Example", Some("1111111111"))).await;
    assert_eq!((student_of(&careless), number().await), (student_of(&first), json!("947100001")));
    assert_eq!(app.count("student", "legal_given_names = 'Hana'").await, 1);
}

#[on_both]
async fn the_ministry_adds_placeholders_as_data(app: TestApp) {
    let one = student_of(&send_once(&app, of("Nobody", "Example", None)).await);
    assert_eq!(one, student_of(&send_once(&app, of("Nobody", "Example", None)).await));
    let add = |_| {
        let codes =
            [("placeholder-names", "no-body", "No body"), ("placeholder-nsns", "4242", "4242")];
        CodeSets {
            sets: Vec::new(),
            codes: codes.map(|(set, code, label)| placeholder(set, code, label)).to_vec(),
        }
    };
    app.state.store().import_code_sets(app.now(), false, add).await.expect("imported");
    let other = send_once(&app, of("Nobody", "Example", None)).await;
    assert_ne!(one, student_of(&other));
    assert_eq!(warnings(&other), ["/student/legalGivenNames placeholder_name"]);
    let numbered = send_once(&app, of("Hemi", "Example", Some("004242"))).await;
    assert_eq!(warnings(&numbered), ["/student/nsn placeholder_nsn"]);
    for set in ["placeholder-names", "placeholder-birth-dates", "placeholder-nsns"] {
        let shown =
            app.as_("office-support").get(&format!("/v1/reference-data/{set}")).await.expect(200);
        assert_eq!(shown.json["source"], "ours");
    }
}

#[on_both]
async fn a_stranger_is_told_the_same_of_a_child_who_is_known_and_of_one_who_is_not(app: TestApp) {
    let office = app.as_("office-support-2");
    let mut last = None;
    // What a stranger knows of a child: given name, family name, number (none is sent), birth date.
    for (n, (given, family, number, date)) in [
        (true, true, Some(true), true),
        (true, true, None, true),
        (false, false, Some(true), true),
        (false, true, Some(true), true),
        (true, true, Some(true), false),
        (true, true, Some(false), true),
        (false, false, Some(true), false),
    ]
    .into_iter()
    .enumerate()
    {
        // Then it is the child, and where that is enrolled is told anew.
        let is_certain = given && family && date && number != Some(false);
        let nsn = format!("50{n}");
        let real = born(of(&format!("Aria{n}"), "Example", Some(&nsn)), "2013-05-06");
        let known = send(&app, with(real.clone(), "/student/yearLevel", json!(8))).await;
        app.decide(&known.id(), json!({ "outcome": "accepted" })).await.expect(200);
        let sent =
            |knows: bool, real: &str, other: String| if knows { real.to_owned() } else { other };
        let guessed = born(
            of(
                &sent(given, &format!("Aria{n}"), format!("Guessed{n}")),
                &sent(family, "Example", format!("Guess{n}")),
                number.map(|number| sent(number, &nsn, format!("60{n}"))).as_deref(),
            ),
            &sent(date, "2013-05-06", "2013-06-05".to_owned()),
        );
        // The same of a child of whom nothing is known.
        let nobody = born(
            of(
                &format!("New{n}"),
                &format!("Stranger{n}"),
                number.map(|_| format!("70{n}")).as_deref(),
            ),
            guessed["student"]["birthDate"].as_str().unwrap(),
        );
        let renamed = |answer: &Answer, body: &Value| {
            let mut shape = shape(answer);
            let student = &shape["body"]["student"];
            assert_eq!(
                (&student["givenNames"], &student["familyName"]),
                (&body["student"]["legalGivenNames"], &body["student"]["legalFamilyName"])
            );
            assert_eq!(student["birthDate"], body["student"]["birthDate"]);
            shape["body"]["student"]["givenNames"] = Value::Null;
            shape["body"]["student"]["familyName"] = Value::Null;
            shape.to_string()
        };
        for path in ["/v1/referrals?validateOnly=true", "/v1/referrals"] {
            let of_known = office.post(path, at_other_school(guessed.clone())).await;
            let of_new = office.post(path, at_other_school(nobody.clone())).await;
            assert_eq!(renamed(&of_known, &guessed), renamed(&of_new, &nobody), "{guessed}");
            if path == "/v1/referrals" && !is_certain {
                let read =
                    office.get(&format!("/v1/referrals/{}", of_known.id())).await.expect(200);
                let read_new =
                    office.get(&format!("/v1/referrals/{}", of_new.id())).await.expect(200);
                assert_eq!(renamed(&read, &guessed), renamed(&read_new, &nobody));
                let path = format!("/v1/students/{}", student_of(&of_known));
                let file = app.as_("attendance-lead-2").get(&path).await.expect(200).json;
                let body = &guessed["student"];
                assert_eq!(
                    (&file["legalGivenNames"], &file["birthDate"]),
                    (&body["legalGivenNames"], &body["birthDate"])
                );
                assert_eq!((&file["nsn"], &file["yearLevel"]), (&body["nsn"], &Value::Null));
            }
        }
        last = Some((real, known));
    }
    // The school that has the child is told, and keeps what it had.
    let (real, known) = last.expect("a child");
    let own = send(&app, real).await;
    assert_eq!((&own.json["matchedBy"], &own.json["status"]), (&json!("nsn"), &json!("accepted")));
    app.as_("attendance-lead")
        .get(&format!("/v1/students/{}", student_of(&known)))
        .await
        .expect(200);
}

#[on_both]
async fn who_was_looked_up_stands_in_the_trail_whatever_came_of_it(app: TestApp) {
    let known = student_of(&send_once(&app, of("Aria", "Example", Some("17"))).await);
    let office = app.as_("office-support-2");
    let probe = at_other_school(of("Wrong", "Name", Some("17")));
    office.post("/v1/referrals?validateOnly=true", probe.clone()).await.expect(200);
    assert!(named_beside(&app, "validated_request").await.contains(&known));
    let too_old = born(probe.clone(), "2004-05-06");
    office.post("/v1/referrals", too_old).await.refused(422, "not_eligible");
    assert!(named_beside(&app, "refused_request").await.contains(&known));
    let taken = office.post("/v1/referrals", probe).await.expect(201);
    assert!(named_beside(&app, "referral").await.contains(&known), "{}", taken.text);
    let said = json!({ "said": "enrolled", "schoolNumber": OTHER_SCHOOL, "nsn": "17", "birthDate": "2013-05-07", "firstDay": "2026-03-09" });
    let body = json!({ "statements": [said] });
    office.post("/v1/enrolments?validateOnly=true", body.clone()).await.expect(200);
    assert!(named_beside(&app, "validated_request").await.contains(&known));
    office.post("/v1/enrolments", body).await.expect(200);
    assert!(named_beside(&app, "student").await.contains(&known));
    let days = json!([{ "date": "2026-03-13", "halfDays": { "present": 2 } }]);
    let push = json!({ "schoolNumber": OTHER_SCHOOL, "students": [{ "nsn": "17", "days": days }] });
    office.post("/v1/attendance", push).await.expect(200);
    assert!(named_beside(&app, "school").await.contains(&known));
}

#[on_both]
async fn an_enrolment_of_a_stranger_says_nothing_of_who_is_known(app: TestApp) {
    send_once(&app, of("Aria", "Example", Some("17"))).await;
    let office = app.as_("office-support-2");
    let said = |nsn: &str, birth_date: &str| json!({ "said": "enrolled", "schoolNumber": OTHER_SCHOOL, "nsn": nsn, "birthDate": birth_date, "firstDay": "2026-03-09" });
    let told = async |statement: Value, path: &str| {
        office.post(path, json!({ "statements": [statement] })).await.expect(200).text
    };
    for path in ["/v1/enrolments?validateOnly=true", "/v1/enrolments"] {
        let of_nobody = told(said("98", "2013-05-06"), path).await;
        assert!(of_nobody.contains("\"unconfirmed\":1"), "{of_nobody}");
        assert_eq!(told(said("17", "2013-05-07"), path).await, of_nobody);
        assert_eq!(told(said("17", "2013-05-06"), path).await, of_nobody);
    }
    let both = json!({ "statements": [said("17", "2013-05-06"), { "said": "left", "schoolNumber": OTHER_SCHOOL, "nsn": "97", "lastDay": "2026-03-10", "leavingReason": "other_school" }] });
    let both = office.post("/v1/enrolments?validateOnly=true", both).await.expect(200);
    assert_eq!(both.json["faults"][0]["code"], "unknown_student");
}

#[on_both]
async fn a_number_that_is_a_strangers_is_kept_as_it_was_sent_and_put_before_a_person(app: TestApp) {
    let known = student_of(&send_once(&app, of("Aria", "Example", Some("17"))).await);
    let own = send_elsewhere(&app, of("Tama", "Other", None)).await;
    let path = format!("/v1/students/{}", student_of(&own));
    let lead = app.as_("attendance-lead-2");
    let read = lead.get(&path).await.expect(200);
    let given = lead.patch(&path, &read, json!({ "nsn": "0017" })).await.expect(200);
    assert_eq!(given.json["nsn"], "0017");
    assert!(named_beside(&app, "student").await.contains(&known));
    let free = lead.patch(&path, &given, json!({ "nsn": "77" })).await.expect(200);
    lead.patch(&path, &free, json!({ "nsn": "017" })).await.expect(200);
    let reviews = app.as_("workflow-lead-2").get("/v1/match-reviews").await.expect(200);
    let [review] = &reviews.json["items"].as_array().unwrap()[..] else {
        panic!("{}", reviews.text)
    };
    assert_eq!(
        (&review["student"]["id"], &review["candidates"]),
        (&json!(student_of(&own)), &json!(1))
    );
    // Its own school goes on sending under the number that it knows.
    let days = json!([{ "date": "2026-03-16", "halfDays": { "present": 2 } }]);
    let push = json!({ "schoolNumber": OTHER_SCHOOL, "students": [{ "nsn": "17", "days": days }] });
    let taken = app.as_("office-support-2").post("/v1/attendance", push).await.expect(200);
    assert_eq!(taken.json["newDays"], 1, "{}", taken.text);
}

#[on_both]
async fn a_child_whom_everything_agrees_with_is_joined_and_the_stranger_is_told_as_of_somebody_new(
    app: TestApp,
) {
    let (known, case) = app.assigned("Aria").await;
    let sent =
        send_elsewhere(&app, with(of("aria", "Example", None), "/student/yearLevel", json!(9)))
            .await;
    assert_eq!(
        (&sent.json["matchedBy"], &sent.json["status"]),
        (&json!("created"), &json!("submitted"))
    );
    assert_eq!(
        (&sent.json["provider"]["code"], &sent.json["outcomeCategory"]),
        (&json!("P02"), &json!(null))
    );
    assert_eq!(
        (&sent.json["student"]["givenNames"], &sent.json["student"]["yearLevel"]),
        (&json!("aria"), &json!(9))
    );
    assert_eq!(sent.json["assessment"]["circumstances"], json!(["chronically_absent"]));
    // As a new child's, it waits: a second one finds it in its way, whatever number comes with it.
    let office = app.as_("office-support-2");
    for number in [None, Some("17"), Some("18")] {
        let again =
            office.post("/v1/referrals", at_other_school(of("aria", "Example", number))).await;
        again.refused(409, "already_referred");
        assert!(again.header("location").is_some_and(|place| place.ends_with(&sent.id())));
    }
    // And it is listed as one that waits, behind which the next one waits, whatever becomes of the case.
    let position = office.get("/v1/referrals").await.expect(200).json["position"]
        .as_str()
        .expect("a position")
        .to_owned();
    app.set_time("2026-03-17T00:00:00Z");
    app.reached(&case, "school", "2026-03-16T22:00:00Z").await.expect(201);
    for (query, many) in [
        ("?status=accepted".to_owned(), 0),
        ("?status=submitted".to_owned(), 1),
        (format!("?changedAfter={position}"), 0),
        ("?updatedSince=2026-03-16T12:00:00Z".to_owned(), 0),
    ] {
        let listed = office.get(&format!("/v1/referrals{query}")).await.expect(200);
        assert_eq!(listed.json["items"].as_array().unwrap().len(), many, "{query}");
    }
    let next = send_elsewhere(&app, of("Wiremu", "Behind", None)).await;
    assert_eq!(
        (&sent.json["waitingPosition"], &next.json["waitingPosition"]),
        (&json!(1), &json!(2))
    );
    let lead = app.as_("workflow-lead");
    let own = lead.get(&format!("/v1/referrals/{known}")).await.expect(200);
    let read = lead.get(&format!("/v1/referrals/{}", sent.id())).await.expect(200);
    assert_eq!((student_of(&read), &read.json["caseId"]), (student_of(&own), &json!(case)));
    assert_ne!(student_of(&sent), student_of(&own), "an id would tell since when a child is known");
    let tama = app.assigned("Tama").await.1;
    let keyed = async || {
        app.as_("office-support-2")
            .post_keyed("/v1/referrals", "k", at_other_school(of("Tama", "Example", None)))
            .await
    };
    let (first, replayed) = (keyed().await.expect(201), keyed().await.expect(201));
    assert_eq!(
        (&first.text, &first.json["status"]),
        (&replayed.text, &json!("submitted")),
        "{tama}"
    );
}

#[on_both]
async fn a_person_of_the_provider_settles_who_a_strangers_child_is(app: TestApp) {
    let known = send_once(&app, of("Aria", "Example", Some("17"))).await;
    app.set_time("2026-03-17T00:00:00Z");
    let office = app.as_("office-support-t");
    let there =
        with(of("Arya", "Example", Some("17")), "/schoolNumber", json!(given::SCHOOL_WITH_TEAM));
    let sent = office.post("/v1/referrals", there.clone()).await.expect(201);
    assert_eq!(
        (&sent.json["matchedBy"], &sent.json["matchReviewId"]),
        (&json!("created"), &json!(null))
    );
    let review = review(&app, "workflow-lead", &sent).await;
    let candidate = &review.json["candidates"][0];
    assert_eq!(
        (&candidate["student"]["id"], &candidate["doubts"]),
        (&json!(student_of(&known)), &json!(["other_name"]))
    );
    let found = json!({ "outcome": "same_as", "candidate": 1, "reason": "A slip of the pen." });
    let path = format!("/v1/match-reviews/{}/settlement", review.id());
    app.as_("workflow-lead").post(&path, found).await.expect(200);
    let file = app
        .as_("workflow-lead")
        .get(&format!("/v1/students/{}", student_of(&sent)))
        .await
        .expect(200);
    assert_eq!(file.json["id"], json!(student_of(&known)));
    // Sent once more, nobody is asked again: the name is one of the student's now.
    let withdrawn = format!("/v1/referrals/{}/withdrawal", sent.id());
    office.post(&withdrawn, json!({ "reasonCode": "attendance_improved" })).await.expect(200);
    let again = office.post("/v1/referrals", there).await.expect(201);
    assert_eq!((student_of(&again), &again.json["matchedBy"]), (student_of(&known), &json!("nsn")));
}

#[on_both]
async fn numbers_are_not_guessed_by_editing_ones_own_student(app: TestApp) {
    send_once(&app, of("Aria", "Example", Some("17"))).await;
    send_once(&app, of("Nia", "Example", Some("18"))).await;
    let own = send_elsewhere(&app, of("Tama", "Other", None)).await;
    let path = format!("/v1/students/{}", student_of(&own));
    let node = app.with_guesses(3).await;
    let lead = node.as_("attendance-lead-2");
    let mut read = lead.get(&path).await.expect(200);
    for free in ["81", "82", "83"] {
        for nsn in [free, "17"] {
            read = lead.patch(&path, &read, json!({ "nsn": nsn })).await.expect(200);
        }
    }
    for nsn in ["18", "84"] {
        let refused = lead.patch(&path, &read, json!({ "nsn": nsn })).await;
        refused.refused(429, "too_many_guesses");
    }
    // What looks nobody up goes on.
    lead.patch(&path, &read, json!({ "yearLevel": 9 })).await.expect(200);
}

#[on_both]
async fn who_guesses_too_often_waits(app: TestApp) {
    send_once(&app, of("Aria", "Example", Some("17"))).await;
    let node = app.with_guesses(3).await;
    let office = node.as_("office-support-2");
    let probe = |given: &str| at_other_school(of(given, "Stranger", Some("17")));
    office.post("/v1/referrals?validateOnly=true", probe("One")).await.expect(200);
    office.post("/v1/referrals", probe("Two")).await.expect(201);
    for (path, body) in [
        ("/v1/referrals", probe("Three")),
        ("/v1/referrals?validateOnly=true", probe("Four")),
        ("/v1/attendance", json!({ "schoolNumber": OTHER_SCHOOL, "students": [{ "nsn": "17" }] })),
        (
            "/v1/enrolments",
            json!({ "statements": [{ "said": "never_enrolled", "schoolNumber": OTHER_SCHOOL, "nsn": "17" }] }),
        ),
    ] {
        let refused = office.post(path, body).await;
        refused.refused(429, "too_many_guesses");
        assert_eq!(refused.header("retry-after"), Some("3600"), "{path}");
    }
    // Others go on, and so does the caller in the next hour; right pushes are no guesses.
    for _ in 0..5 {
        send_once(&node, of("Aria", "Example", Some("17"))).await;
    }
    node.set_time("2026-03-16T01:00:00Z");
    office.post("/v1/referrals", probe("Three")).await.expect(201);
}
