//! Who may see how a protected student's whānau are to be reached: the people who are named.

use serde_json::{Value, json};

use crate::given::{self, with};
use crate::support::{Answer, TestApp, on_both};

const HIDDEN: [&str; 4] = ["021 000 0001", "021 000 0002", "hana@example.org", "1 Hidden Street"];

/// A protected student whose case the case manager has, and the case.
async fn protected(app: &TestApp) -> (String, String) {
    let contact = json!({
        "name": "Hana", "relationship": "parent", "phone": HIDDEN[0], "otherPhone": HIDDEN[1],
        "email": HIDDEN[2], "address": HIDDEN[3],
    });
    let body = with(given::referral("Aroha"), "/student/whanauContacts", json!([contact]));
    let body = with(body, "/student/addressProtected", json!(true));
    let body = with(body, "/primaryContactId", json!(app.world.primary_contact));
    let sent = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    let decided = app.decide(&sent.id(), json!({ "outcome": "accepted" })).await.expect(200);
    let case = decided.json["caseId"].as_str().expect("a case").to_owned();
    let to = json!({ "caseManagerId": app.world.case_manager });
    app.step("workflow-lead", &case, "assignment", to).await.expect(200);
    (sent.json["student"]["id"].as_str().expect("a student").to_owned(), case)
}

fn readers(student: &str) -> String {
    format!("/v1/students/{student}/protected-address-readers")
}

async fn name(app: &TestApp, student: &str, person: impl ToString) -> Answer {
    let body = json!({ "userId": person.to_string() });
    app.as_("workflow-lead").post(&readers(student), body).await
}

async fn end(app: &TestApp, student: &str, reader: &str) -> Answer {
    let path = format!("{}/{reader}/ending", readers(student));
    app.as_("workflow-lead").post_empty(&path).await
}

/// What somebody is shown of the student's first contact, in the list and by itself.
async fn contact(app: &TestApp, who: &str, student: &str) -> Value {
    let path = format!("/v1/students/{student}/whanau-contacts");
    let listed = app.as_(who).get(&path).await.expect(200);
    let first = listed.json["items"][0].clone();
    let one = format!("{path}/{}", first["id"].as_str().expect("a contact"));
    assert_eq!(app.as_(who).get(&one).await.expect(200).json, first, "{who}");
    first
}

async fn sees(app: &TestApp, who: &str, student: &str) -> bool {
    let contact = contact(app, who, student).await;
    let shown = ["phone", "otherPhone", "email", "address"].map(|field| contact[field].as_str());
    let withheld = contact["addressWithheld"].as_bool().expect("a word on it");
    let all = HIDDEN.map(Some);
    assert!(shown == if withheld { [None; 4] } else { all }, "{who}: {contact}");
    assert_eq!(contact["name"], "Hana", "{who}");
    !withheld
}

#[on_both]
async fn who_is_named_sees_it_and_nobody_else(app: TestApp) {
    let (student, _) = protected(&app).await;
    for who in ["workflow-lead", "case-manager", "attendance-lead", "primary-contact"] {
        assert!(!sees(&app, who, &student).await, "{who}");
    }
    let named = name(&app, &student, app.world.case_manager).await.expect(201);
    assert_eq!(
        (&named.json["effective"], &named.json["name"]),
        (&json!(true), &json!("case manager"))
    );
    assert_eq!(named.json["namedBy"], json!(app.world.workflow_lead));
    assert!(sees(&app, "case-manager", &student).await);
    for who in ["workflow-lead", "attendance-lead", "primary-contact"] {
        assert!(!sees(&app, who, &student).await, "{who}");
    }
    let place = named.header("location").expect("a place").to_owned();
    let read = app.as_("workflow-lead").get(&place).await.expect(200);
    assert_eq!(read.json, named.json);
    let listed = app.as_("workflow-lead").get(&readers(&student)).await.expect(200);
    assert_eq!(listed.json["items"], json!([named.json]));
}

#[on_both]
async fn a_naming_that_ended_closes_the_view_at_the_next_request(app: TestApp) {
    let (student, _) = protected(&app).await;
    let reader = app.name_address_reader(&student, app.world.case_manager).await;
    let id = contact(&app, "case-manager", &student).await["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/students/{student}/whanau-contacts/{id}");
    let manager = app.as_("case-manager");
    let before = manager.get(&path).await.expect(200);
    let ended = end(&app, &student, &reader).await.expect(200);
    assert_eq!(
        (&ended.json["effective"], &ended.json["endedBy"]),
        (&json!(false), &json!(app.world.workflow_lead))
    );
    assert!(!sees(&app, "case-manager", &student).await);
    let after = manager.get(&path).await.expect(200);
    assert_ne!(before.header("etag"), after.header("etag"));
    let edited =
        manager.patch(&path, &after, json!({ "preferredLanguage": "mri" })).await.expect(200);
    assert_eq!(
        (&edited.json["phone"], &edited.json["addressWithheld"]),
        (&json!(null), &json!(true))
    );
    let listed = app.as_("workflow-lead").get(&readers(&student)).await.expect(200);
    assert_eq!(listed.json["items"], json!([]));
    end(&app, &student, &reader).await.refused(409, "reader_already_ended");
    app.name_address_reader(&student, app.world.case_manager).await;
    assert!(sees(&app, "case-manager", &student).await);
    assert_eq!(app.count("event", "kind = 'address_reader.named'").await, 2);
    assert_eq!(app.count("event", "kind = 'address_reader.ended'").await, 1);
    let written = "action = 'address-readers:name' AND decision = 'allowed'";
    assert_eq!(app.count("audit_entry", written).await, 4, "two namings, one end, one list");
}

#[on_both]
async fn neither_history_nor_a_conflict_tells_it(app: TestApp) {
    let (student, _) = protected(&app).await;
    let id = contact(&app, "workflow-lead", &student).await["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/students/{student}/whanau-contacts/{id}");
    let read = app.as_("case-manager").get(&path).await.expect(200);
    let moved = json!({ "phone": "021 000 0009", "email": "other@example.org", "relationship": "guardian" });
    let changed = app.as_("workflow-lead").patch(&path, &read, moved.clone()).await;
    assert!(!changed.expect(200).text.contains("021 000 0009"));
    for told in [
        app.as_("workflow-lead").get(&format!("/v1/students/{student}/history")).await.expect(200),
        app.as_("case-manager")
            .patch(&path, &read, json!({ "phone": "021 000 0008" }))
            .await
            .expect(412),
    ] {
        for hidden in HIDDEN.iter().chain(&["021 000 0009", "other@example.org"]) {
            assert!(!told.text.contains(hidden), "{hidden}: {}", told.text);
        }
        assert!(
            told.text.contains("\"withheld\":true") && told.text.contains("guardian"),
            "{}",
            told.text
        );
    }
    app.name_address_reader(&student, app.world.workflow_lead).await;
    let told =
        app.as_("workflow-lead").get(&format!("/v1/students/{student}/history")).await.expect(200);
    assert!(told.text.contains("021 000 0009") && told.text.contains(HIDDEN[2]), "{}", told.text);
}

#[on_both]
async fn only_the_providers_own_people_are_named(app: TestApp) {
    let (student, _) = protected(&app).await;
    let people = app.world;
    for (person, code) in [
        (people.other_case_manager, "assignee_not_here"),
        (people.attendance_lead, "assignee_not_here"),
        (people.disabled, "assignee_disabled"),
        (people.untrained, "assignee_untrained"),
    ] {
        name(&app, &student, person).await.refused(409, code);
    }
    let nobody = name(&app, &student, &student).await;
    assert_eq!(nobody.faults(), ["/userId unknown"]);
    assert_eq!(app.count("protected_address_reader", "1 = 1").await, 0);
    app.name_address_reader(&student, people.case_manager).await;
    name(&app, &student, people.case_manager).await.refused(409, "reader_already_named");
    assert_eq!(app.count("protected_address_reader", "1 = 1").await, 1);
}

#[on_both]
async fn nobody_is_named_where_no_case_is_open(app: TestApp) {
    let waits = app.submitted("Waits").await;
    let student = waits.json["student"]["id"].as_str().unwrap();
    name(&app, student, app.world.case_manager).await.refused(409, "no_open_case_here");
}

#[on_both]
async fn a_naming_works_while_the_case_is_open(app: TestApp) {
    let case = app
        .closed_after("Closes", async |case| {
            let read = app.as_("workflow-lead").get(&format!("/v1/cases/{case}")).await.expect(200);
            let student = read.json["student"]["id"].as_str().unwrap().to_owned();
            let path = format!("/v1/students/{student}/whanau-contacts");
            let hana = json!({
                "name": "Hana", "relationship": "parent", "phone": HIDDEN[0],
                "otherPhone": HIDDEN[1], "email": HIDDEN[2], "address": HIDDEN[3],
            });
            app.as_("workflow-lead").post(&path, hana).await.expect(201);
            let path = format!("/v1/students/{student}");
            let lead = app.as_("workflow-lead");
            lead.patch_if(&path, Some("*"), json!({ "addressProtected": true })).await.expect(200);
            app.name_address_reader(&student, app.world.workflow_lead).await;
            assert!(sees(&app, "workflow-lead", &student).await);
        })
        .await;
    let read = app.as_("workflow-lead").get(&format!("/v1/cases/{case}")).await.expect(200);
    let student = read.json["student"]["id"].as_str().unwrap();
    assert!(!sees(&app, "workflow-lead", student).await);
    let listed = app.as_("workflow-lead").get(&readers(student)).await.expect(200);
    assert_eq!(listed.json["items"][0]["effective"], json!(false));
    name(&app, student, app.world.case_manager).await.refused(409, "no_open_case_here");
}

#[on_both]
async fn the_next_provider_names_its_own(app: TestApp) {
    let (student, case) = protected(&app).await;
    app.name_address_reader(&student, app.world.case_manager).await;
    let offer = json!({ "toProviderId": app.world.other_provider, "reason": "They moved." });
    let transfer = app.step("workflow-lead", &case, "transfers", offer).await.expect(201).id();
    let path = format!("/v1/transfers/{transfer}/decision");
    app.as_("workflow-lead-2").post(&path, json!({ "outcome": "accepted" })).await.expect(200);
    let list = format!("/v1/students/{student}/whanau-contacts");
    app.as_("case-manager").get(&list).await.refused(404, "not_found");
    assert!(!sees(&app, "workflow-lead-2", &student).await);
    let next = app.as_("workflow-lead-2");
    let theirs = next.get(&readers(&student)).await.expect(200);
    assert_eq!(theirs.json["items"], json!([]), "whom another provider named is its own affair");
    name(&app, &student, app.world.case_manager).await.refused(404, "not_found");
    let theirs = app.world.other_case_manager;
    app.step("workflow-lead-2", &case, "assignment", json!({ "caseManagerId": theirs }))
        .await
        .expect(200);
    assert!(!sees(&app, "case-manager-2", &student).await);
    next.post(&readers(&student), json!({ "userId": theirs })).await.expect(201);
    assert!(sees(&app, "case-manager-2", &student).await);
}

#[on_both]
async fn a_merge_shows_nobody_more_than_they_saw(app: TestApp) {
    let (student, _) = protected(&app).await;
    app.name_address_reader(&student, app.world.case_manager).await;
    let other = app.submitted("Aroha Mere").await;
    let other = other.json["student"]["id"].as_str().unwrap().to_owned();
    app.set_time("2026-03-17T00:00:00Z");
    let lead = app.as_("workflow-lead");
    let body = json!({ "intoStudentId": student, "reason": "One student." });
    lead.post(&format!("/v1/students/{other}/merge"), body).await.expect(200);
    assert!(!sees(&app, "case-manager", &student).await);
    let listed = lead.get(&readers(&other)).await.expect(200);
    assert_eq!(listed.json["items"][0]["effective"], json!(false));
    app.name_address_reader(&other, app.world.case_manager).await;
    assert!(sees(&app, "case-manager", &student).await);
    let listed = lead.get(&readers(&student)).await.expect(200);
    assert_eq!(listed.json["items"].as_array().unwrap().len(), 1);
    let body = json!({ "reason": "Two after all." });
    lead.post(&format!("/v1/students/{other}/merge-reversal"), body).await.expect(200);
    assert!(sees(&app, "case-manager", &student).await);
}

#[on_both]
async fn who_does_not_see_it_does_not_lift_the_protection(app: TestApp) {
    let (student, _) = protected(&app).await;
    let path = format!("/v1/students/{student}");
    let lifted = json!({ "addressProtected": false });
    for who in ["attendance-lead", "case-manager", "workflow-lead"] {
        app.as_(who)
            .patch_if(&path, Some("*"), lifted.clone())
            .await
            .refused(409, "address_protected");
        app.as_(who).patch_if(&path, Some("*"), json!({ "yearLevel": 7 })).await.expect(200);
    }
    assert!(!sees(&app, "attendance-lead", &student).await);
    app.name_address_reader(&student, app.world.case_manager).await;
    app.as_("case-manager").patch_if(&path, Some("*"), lifted).await.expect(200);
    for who in ["attendance-lead", "case-manager", "workflow-lead"] {
        assert!(sees(&app, who, &student).await, "{who}");
    }
}

#[on_both]
async fn strangers_are_told_nothing_of_namings(app: TestApp) {
    let (student, _) = protected(&app).await;
    let reader = app.name_address_reader(&student, app.world.case_manager).await;
    let (list, one) = (readers(&student), format!("{}/{reader}", readers(&student)));
    let body = json!({ "userId": app.world.other_case_manager });
    let stranger = app.as_("workflow-lead-2");
    stranger.get(&list).await.refused(404, "not_found");
    stranger.get(&one).await.refused(404, "not_found");
    stranger.post(&list, body.clone()).await.refused(404, "not_found");
    stranger.post_empty(&format!("{one}/ending")).await.refused(404, "not_found");
    for who in ["case-manager", "attendance-lead", "privacy-officer", "ministry-admin"] {
        app.as_(who).get(&list).await.refused(403, "role_may_not");
        app.as_(who).post(&list, body.clone()).await.refused(403, "role_may_not");
    }
    let other = app.assigned("Other").await.1;
    let other = app.as_("workflow-lead").get(&format!("/v1/cases/{other}")).await.expect(200);
    let other = other.json["student"]["id"].as_str().unwrap();
    app.as_("workflow-lead")
        .get(&format!("{}/{reader}", readers(other)))
        .await
        .refused(404, "not_found");
    assert!(sees(&app, "case-manager", &student).await);
}
