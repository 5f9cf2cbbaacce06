//! Who changed what, from what to what; and what an edit on an older version is told.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::given::{self, with};
use crate::openapi::document;
use crate::support::{Answer, TestApp, on_both};

fn student_of(answer: &Answer) -> String {
    answer.json["student"]["id"].as_str().expect("a student").to_owned()
}

/// A student with a case, one whānau contact, and a protected address that the workflow lead sees.
async fn protected(app: &TestApp) -> (String, String) {
    let contact = json!({ "name": "Hana", "relationship": "parent", "address": "1 Hidden Street" });
    let body = with(given::referral("Aroha"), "/student/whanauContacts", json!([contact]));
    let body = with(body, "/student/addressProtected", json!(true));
    let sent = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    let student = format!("/v1/students/{}", student_of(&sent));
    app.decide(&sent.id(), json!({ "outcome": "accepted" })).await.expect(200);
    let contacts = format!("{student}/whanau-contacts");
    let listed = app.as_("workflow-lead").get(&contacts).await.expect(200);
    let contact = format!("{contacts}/{}", listed.json["items"][0]["id"].as_str().expect("one"));
    app.name_address_reader(&student_of(&sent), app.world.workflow_lead).await;
    (student, contact)
}

/// The history of a record, the latest change first.
async fn history(app: &TestApp, who: &str, path: &str) -> Vec<Value> {
    let listed = app.as_(who).get(&format!("{path}/history")).await.expect(200);
    listed.json["items"].as_array().expect("items").clone()
}

/// What changed, in short: `field: from -> to by whom`, in the order of the fields.
fn told(items: &[Value]) -> Vec<String> {
    let each = items.iter().map(|item| {
        let field = item["field"].as_str().expect("a field");
        format!("{field}: {} -> {} by {}", item["from"], item["to"], item["changedBy"]["name"])
    });
    let mut told: Vec<String> = each.collect();
    told.sort();
    told
}

fn fields(items: &[Value]) -> BTreeSet<&str> {
    items.iter().map(|item| item["field"].as_str().expect("a field")).collect()
}

/// The members that an edit may have, by the document.
fn members(schema: &str) -> BTreeSet<&'static str> {
    let properties = &document()["components"]["schemas"][schema]["properties"];
    properties.as_object().expect("members").keys().map(String::as_str).collect()
}

/// The workflow lead is no longer named to see the student's address.
async fn no_longer_named(app: &TestApp, student: &str) {
    let lead = app.as_("workflow-lead");
    let path = format!("{student}/protected-address-readers");
    let listed = lead.get(&path).await.expect(200);
    let naming = listed.json["items"][0]["id"].as_str().expect("one");
    lead.post_empty(&format!("{path}/{naming}/ending")).await.expect(200);
}

#[on_both]
async fn every_field_of_a_student_that_an_edit_changes_is_told(app: TestApp) {
    let (student, _) = protected(&app).await;
    let lead = app.as_("workflow-lead");
    let one = json!({
        "nsn": "17", "legalGivenNames": "Āria", "legalFamilyName": "Other", "preferredGivenNames": "Ari",
        "preferredFamilyName": "O", "birthDate": "2013-05-07", "gender": "21", "ethnicities": ["2"],
        "addressProtected": false,
    });
    let two = json!({
        "iwi": ["0101"], "homeLanguage": "mri", "interpreterWanted": true, "teReoPreferred": true, "yearLevel": 8,
        "safetyAlerts": ["dog_on_property"],
    });
    let codes = lead.get("/v1/reference-data/safety-alerts").await.expect(200);
    let two = with(two, "/safetyAlerts", json!([codes.json["codes"][0]["code"]]));
    lead.patch_if(&student, Some("*"), one.clone()).await.expect(200);
    app.as_("attendance-lead").patch_if(&student, Some("*"), two.clone()).await.expect(200);
    let items = history(&app, "workflow-lead", &student).await;
    assert_eq!(fields(&items), members("UpdateStudent"));
    assert_eq!(items.len(), members("UpdateStudent").len());
    for item in &items {
        let field = item["field"].as_str().unwrap();
        let (version, sent, who) = if one.get(field).is_some() {
            (2, &one[field], "workflow lead")
        } else {
            (3, &two[field], "attendance lead")
        };
        assert_eq!((&item["to"], &item["version"]), (sent, &json!(version)), "{field}");
        assert_eq!(
            (&item["changedBy"]["name"], &item["changedBy"]["kind"]),
            (&json!(who), &json!("user")),
            "{field}"
        );
        assert_eq!(
            (&item["recordKind"], &item["at"]),
            (&json!("student"), &json!("2026-03-16T00:00:00Z")),
            "{field}"
        );
        assert_ne!(item["from"], item["to"], "{field}");
    }
    let ids: Vec<&str> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert!(ids.is_sorted_by(|newer, older| newer > older), "the latest first");
}

#[on_both]
async fn every_field_of_a_contact_that_an_edit_changes_is_told_with_the_student(app: TestApp) {
    let (student, contact) = protected(&app).await;
    let edit = json!({
        "name": "Hana Rose", "relationship": "grandparent", "phone": "021 000 0001", "otherPhone": "021 000 0002",
        "email": "hana@example.invalid", "address": "2 Hidden Street", "preferredLanguage": "mri", "confirmedOn": "2026-03-01",
    });
    let codes =
        app.as_("workflow-lead").get("/v1/reference-data/whanau-relationships").await.expect(200);
    let codes = codes.json["codes"].as_array().unwrap();
    let other = codes.iter().map(|code| &code["code"]).find(|code| *code != "parent").unwrap();
    let edit = with(edit, "/relationship", other.clone());
    let edited =
        app.as_("workflow-lead").patch_if(&contact, Some("*"), edit.clone()).await.expect(200);
    let items = history(&app, "workflow-lead", &student).await;
    assert_eq!(fields(&items), members("UpdateWhanauContact"));
    for item in &items {
        let field = item["field"].as_str().unwrap();
        assert_eq!((&item["to"], &item["withheld"]), (&edit[field], &json!(false)), "{field}");
        assert_eq!(
            (&item["recordKind"], &item["recordId"]),
            (&json!("whanau_contact"), &edited.json["id"]),
            "{field}"
        );
    }
}

#[on_both]
async fn what_an_intake_changes_of_a_known_student_is_told(app: TestApp) {
    let contact = |phone: &str, on: &str| {
        json!([{
            "name": "Hana", "relationship": "parent", "phone": phone, "confirmedOn": on,
        }])
    };
    let first = with(
        given::referral("Aria"),
        "/student/whanauContacts",
        contact("021 000 0001", "2026-02-01"),
    );
    let student =
        student_of(&app.as_("office-support").post("/v1/referrals", first).await.expect(201));
    let later = with(
        given::referral("Aria"),
        "/student/whanauContacts",
        contact("021 000 0002", "2026-03-01"),
    );
    let later = with(later, "/student/homeLanguage", json!("mri"));
    let later = with(with(later, "/source", json!("example-sms")), "/sourceReference", json!("r2"));
    app.open_to_another("Aria").await;
    app.as_("sms-client").post_keyed("/v1/referrals", "later", later).await.expect(201);
    let items = history(&app, "workflow-lead", &format!("/v1/students/{student}")).await;
    assert_eq!(
        told(&items),
        [
            "confirmedOn: \"2026-02-01\" -> \"2026-03-01\" by \"sms-client\"",
            "homeLanguage: null -> \"mri\" by \"sms-client\"",
            "phone: \"021 000 0001\" -> \"021 000 0002\" by \"sms-client\"",
        ]
    );
    assert!(items.iter().all(|item| item["changedBy"]["kind"] == "client"), "{items:?}");
}

#[on_both]
async fn what_was_decided_on_a_referral_is_told(app: TestApp) {
    let (referral, case) = app.assigned("Aria").await;
    let lead = "\"workflow lead\"";
    let items = history(&app, "case-manager", &format!("/v1/referrals/{referral}")).await;
    assert_eq!(
        told(&items),
        [
            format!("caseId: null -> \"{case}\" by {lead}"),
            format!("status: \"submitted\" -> \"accepted\" by {lead}"),
        ]
    );
    let manager = app.world.case_manager;
    assert_eq!(
        told(&history(&app, "case-manager", &format!("/v1/cases/{case}")).await),
        [
            format!("caseManagerId: null -> \"{manager}\" by {lead}"),
            format!("status: \"unassigned\" -> \"active\" by {lead}"),
        ]
    );

    let moved = app.submitted("Moves").await.id();
    let to = json!({ "outcome": "redirected", "reasonCode": "other_catchment", "providerId": app.world.other_provider });
    let successor = app.decide(&moved, to).await.expect(200).json["successorId"].clone();
    assert_eq!(
        told(&history(&app, "workflow-lead", &format!("/v1/referrals/{moved}")).await),
        [
            format!("status: \"submitted\" -> \"redirected\" by {lead}"),
            format!("successorId: null -> {successor} by {lead}"),
        ]
    );
}

#[on_both]
async fn every_field_that_moves_in_a_cases_life_is_told(app: TestApp) {
    let case = app.paused("Aria").await;
    let path = format!("/v1/cases/{case}");
    let to = json!({ "primaryContactId": app.world.primary_contact });
    app.step("workflow-lead", &case, "primary-contact", to).await.expect(200);
    app.step("case-manager", &case, "resumption", json!({})).await.expect(200);
    app.step("case-manager", &case, "closure", given::closure()).await.expect(200);
    app.step("workflow-lead", &case, "closure-approval", json!({})).await.expect(200);
    app.step("workflow-lead", &case, "reopening", json!({ "reason": "Away again." }))
        .await
        .expect(200);
    let moved = BTreeSet::from([
        "caseManagerId",
        "closure.closedAt",
        "closure.reasonCode",
        "pause.from",
        "pause.reasonCode",
        "pause.reviewBy",
        "primaryContactId",
        "status",
    ]);
    let items = history(&app, "case-manager", &path).await;
    assert_eq!(fields(&items), moved);
    let mut statuses: Vec<&Value> =
        items.iter().filter(|item| item["field"] == "status").map(|item| &item["to"]).collect();
    statuses.reverse();
    assert_eq!(statuses, ["active", "paused", "active", "closed", "active"]);

    let offer = json!({ "toProviderId": app.world.other_provider, "reason": "The family moved." });
    let transfer = app.step("workflow-lead", &case, "transfers", offer).await.expect(201).id();
    let decision = format!("/v1/transfers/{transfer}/decision");
    app.as_("workflow-lead-2").post(&decision, json!({ "outcome": "accepted" })).await.expect(200);
    app.as_("workflow-lead").get(&format!("{path}/history")).await.refused(404, "not_found");
    let items = history(&app, "workflow-lead-2", &path).await;
    let (from, to) = (json!(app.world.provider), json!(app.world.other_provider));
    let handed = items.iter().find(|item| item["field"] == "providerId").expect("the provider");
    assert_eq!((&handed["from"], &handed["to"]), (&from, &to));
    let read = app.as_("workflow-lead-2").get(&path).await.expect(200);
    let referral = format!("/v1/referrals/{}", read.json["referralId"].as_str().unwrap());
    let items = history(&app, "workflow-lead-2", &referral).await;
    assert_eq!(
        (&items[0]["field"], &items[0]["from"], &items[0]["to"]),
        (&json!("providerId"), &from, &to)
    );
}

#[on_both]
async fn what_changed_of_a_cases_plan_barriers_and_tasks_is_told_with_the_case(app: TestApp) {
    let case = app.assigned("Aria").await.1;
    let (path, manager) = (format!("/v1/cases/{case}"), app.as_("case-manager"));
    let task = app.task("case-manager", &case).await;
    let barrier = app.barrier("case-manager", &case).await;
    let goals = |what: &str| json!([{ "what": what, "measure": "Eight of ten", "steps": [] }]);
    let plan =
        json!({ "goals": goals("Mondays"), "agreedWith": ["The aunt"], "agreedOn": "2026-03-10" });
    let plan = app.step("case-manager", &case, "plan", plan).await.expect(201).id();
    for (place, edit) in [
        (format!("tasks/{task}"), json!({ "title": "Ring the dean" })),
        (format!("barriers/{barrier}"), json!({ "comment": "No bus at all." })),
        ("plan".to_owned(), json!({ "goals": goals("Fridays") })),
    ] {
        manager.patch_if(&format!("{path}/{place}"), Some("*"), edit).await.expect(200);
    }
    let items = history(&app, "workflow-lead", &path).await;
    let told = |at: usize| {
        let item = &items[at];
        (
            item["recordKind"].clone(),
            item["recordId"].clone(),
            item["field"].clone(),
            item["from"].clone(),
            item["to"].clone(),
        )
    };
    assert_eq!(
        told(0),
        (json!("plan"), json!(plan), json!("goals"), goals("Mondays"), goals("Fridays"))
    );
    assert_eq!(
        told(1),
        (
            json!("barrier"),
            json!(barrier),
            json!("comment"),
            json!("No bus since March."),
            json!("No bus at all.")
        )
    );
    assert_eq!(
        told(2),
        (
            json!("task"),
            json!(task),
            json!("title"),
            json!("Ring the aunt"),
            json!("Ring the dean")
        )
    );
    assert!(
        items[3..]
            .iter()
            .all(|item| item["recordKind"] == "case" && item["recordId"] == case.as_str())
    );
    assert_eq!(items.len(), 5);
    assert!(items.iter().all(|item| item["changedBy"]["kind"] == "user"));

    // In pages, of one kind alone, and with the ids of what was shown in the trail.
    let (mut seen, mut next) = (Vec::new(), format!("{path}/history?limit=2&includeTotal=true"));
    loop {
        let page = manager.get(&next).await.expect(200);
        assert_eq!(page.json["total"], 5);
        seen.extend(page.json["items"].as_array().unwrap().clone());
        let Some(cursor) = page.json["nextCursor"].as_str() else { break };
        next = format!("{path}/history?limit=2&includeTotal=true&cursor={cursor}");
    }
    assert_eq!(seen, items);
    for (kind, of_kind) in [("plan", 1), ("barrier", 1), ("task", 1), ("case", 2), ("student", 0)] {
        let page = manager.get(&format!("{path}/history?recordKind={kind}")).await.expect(200);
        assert_eq!(page.json["items"].as_array().unwrap().len(), of_kind, "{kind}");
    }
    let shown = format!("action = 'history:read' AND CAST(further_ids AS text) LIKE '%{plan}%'");
    assert!(app.count("audit_entry", &shown).await > 0);

    app.as_("attendance-lead").get(&format!("{path}/history")).await.refused(403, "role_may_not");
    let narrow = with(app.claims("workflow-lead"), "/scope", json!("history:read"));
    let listed = app.with_claims(narrow).get(&format!("{path}/history")).await.expect(200);
    assert!(!listed.text.contains("Ring the"), "{}", listed.text);
    // Another case's records stay there.
    let other = app.assigned("Ari").await.1;
    assert_eq!(history(&app, "workflow-lead", &format!("/v1/cases/{other}")).await.len(), 2);
}

#[on_both]
async fn what_a_sender_changes_of_a_referral_is_told_member_by_member(app: TestApp) {
    let id = app.submitted("Aria").await.id();
    app.decide(&id, json!({ "outcome": "returned", "comment": "Which days?" })).await.expect(200);
    let request = given::referral("Aria")["supportRequest"].clone();
    let request = with(request, "/reason", json!("Away most Fridays."));
    let request = with(request, "/consentNotes", json!("By phone."));
    let path = format!("/v1/referrals/{id}");
    let again = json!({ "supportRequest": request });
    app.as_("attendance-lead").post(&format!("{path}/submission"), again).await.expect(200);
    let reason = json!({ "reasonCode": "attendance_improved" });
    app.as_("office-support").post(&format!("{path}/withdrawal"), reason).await.expect(200);
    assert_eq!(
        told(&history(&app, "workflow-lead", &path).await),
        [
            "status: \"returned\" -> \"submitted\" by \"attendance lead\"",
            "status: \"submitted\" -> \"returned\" by \"workflow lead\"",
            "status: \"submitted\" -> \"withdrawn\" by \"office support\"",
            "supportRequest.consentNotes: null -> \"By phone.\" by \"attendance lead\"",
            "supportRequest.reason: \"Away most Mondays.\" -> \"Away most Fridays.\" by \"attendance lead\"",
            "withdrawalReason: null -> \"attendance_improved\" by \"office support\"",
        ]
    );
}

#[on_both]
async fn every_page_of_a_history_goes_on_where_the_last_one_ended(app: TestApp) {
    let (student, _) = protected(&app).await;
    for level in 1..=5 {
        app.as_("workflow-lead")
            .patch_if(&student, Some("*"), json!({ "yearLevel": level }))
            .await
            .expect(200);
    }
    let (mut seen, mut path) = (Vec::new(), format!("{student}/history?limit=2&includeTotal=true"));
    loop {
        let page = app.as_("workflow-lead").get(&path).await.expect(200);
        assert_eq!(page.json["total"], 5);
        seen.extend(page.json["items"].as_array().unwrap().iter().map(|item| item["to"].clone()));
        let Some(next) = page.json["nextCursor"].as_str() else { break };
        path = format!("{student}/history?limit=2&includeTotal=true&cursor={next}");
    }
    assert_eq!(seen, [5, 4, 3, 2, 1]);
}

#[on_both]
async fn a_protected_address_is_not_told_by_its_history(app: TestApp) {
    let (student, contact) = protected(&app).await;
    let moved = json!({ "address": "2 Hidden Street", "phone": "021 000 0001" });
    app.as_("workflow-lead").patch_if(&contact, Some("*"), moved).await.expect(200);
    let seen = history(&app, "workflow-lead", &student).await;
    assert_eq!(
        told(&seen)[0],
        "address: \"1 Hidden Street\" -> \"2 Hidden Street\" by \"workflow lead\""
    );
    no_longer_named(&app, &student).await;
    let live = app.as_("workflow-lead").get(&contact).await.expect(200);
    assert_eq!(live.json["addressWithheld"], true);
    let listed = app.as_("workflow-lead").get(&format!("{student}/history")).await.expect(200);
    assert!(!listed.text.contains("Hidden"), "{}", listed.text);
    let withheld: Vec<(&Value, &Value)> = listed.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (&item["field"], &item["withheld"]))
        .collect();
    assert!(withheld.contains(&(&json!("address"), &json!(true))), "{withheld:?}");
    assert!(withheld.contains(&(&json!("phone"), &json!(true))), "{withheld:?}");
}

#[on_both]
async fn who_may_not_read_the_contacts_does_not_read_their_history(app: TestApp) {
    let (student, contact) = protected(&app).await;
    app.as_("workflow-lead")
        .patch_if(&contact, Some("*"), json!({ "phone": "021 000 0001" }))
        .await
        .expect(200);
    app.as_("workflow-lead")
        .patch_if(&student, Some("*"), json!({ "yearLevel": 7 }))
        .await
        .expect(200);
    let narrow = with(app.claims("workflow-lead"), "/scope", json!("history:read students:read"));
    let listed = app.with_claims(narrow).get(&format!("{student}/history")).await.expect(200);
    assert_eq!(fields(listed.json["items"].as_array().unwrap()), ["yearLevel"].into());
}

#[on_both]
async fn an_edit_on_an_older_version_is_told_what_collides(app: TestApp) {
    let (student, _) = protected(&app).await;
    let (lead, school) = (app.as_("workflow-lead"), app.as_("attendance-lead"));
    let read = lead.get(&student).await.expect(200);
    school
        .patch_if(&student, Some("*"), json!({ "preferredGivenNames": "Ari", "yearLevel": 7 }))
        .await
        .expect(200);
    app.set_time("2026-03-16T01:00:00Z");
    school.patch_if(&student, Some("*"), json!({ "preferredGivenNames": "Aro" })).await.expect(200);
    let edit = json!({ "preferredGivenNames": null, "homeLanguage": "mri" });
    let refused = lead.patch(&student, &read, edit).await;
    refused.refused(412, "stale");
    assert_eq!(refused.faults(), ["/preferredGivenNames changed_since"]);
    let by = json!({ "kind": "user", "id": refused.json["conflicts"][0]["changedBy"]["id"], "name": "attendance lead" });
    assert_eq!(
        refused.json["conflicts"],
        json!([
            {
                "pointer": "/preferredGivenNames", "collides": true, "yours": null, "theirs": "Aro", "withheld": false,
                "changedBy": by, "changedAt": "2026-03-16T01:00:00Z", "version": 3,
            },
            {
                "pointer": "/yearLevel", "collides": false, "yours": null, "theirs": 7, "withheld": false,
                "changedBy": by, "changedAt": "2026-03-16T00:00:00Z", "version": 2,
            },
        ])
    );
    assert_eq!(lead.get(&student).await.expect(200).json["version"], 3, "nothing was changed");
    assert_eq!(
        history(&app, "workflow-lead", &student).await.len(),
        3,
        "nor is it told as changed"
    );
}

#[on_both]
async fn an_edit_of_a_task_a_barrier_or_a_plan_is_told_what_collides(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let task = app.task("case-manager", &case).await;
    let barrier = app.barrier("case-manager", &case).await;
    let plan = json!({
        "goals": [{ "what": "Back on Fridays", "measure": "Eight of ten", "steps": [] }], "agreedWith": ["The aunt"], "agreedOn": "2026-03-10",
    });
    app.step("case-manager", &case, "plan", plan).await.expect(201);
    let edits = [
        (
            format!("tasks/{task}"),
            json!({ "title": "Ring the dean", "dueOn": "2026-04-02" }),
            json!({ "title": "Visit" }),
            "/title",
        ),
        (
            format!("barriers/{barrier}"),
            json!({ "severity": "low" }),
            json!({ "severity": "moderate" }),
            "/severity",
        ),
        (
            "plan".to_owned(),
            json!({ "agreedWith": ["The dean"] }),
            json!({ "agreedWith": ["A friend"] }),
            "/agreedWith",
        ),
    ];
    for (path, theirs, yours, pointer) in edits {
        let path = format!("/v1/cases/{case}/{path}");
        let read = app.as_("case-manager").get(&path).await.expect(200);
        app.as_("workflow-lead").patch(&path, &read, theirs.clone()).await.expect(200);
        let before = app.count("audit_entry", "decision = 'allowed'").await;
        let refused = app.as_("case-manager").patch(&path, &read, yours.clone()).await;
        refused.refused(412, "stale");
        assert_eq!(refused.faults(), [format!("{pointer} changed_since")]);
        let conflicts = refused.json["conflicts"].as_array().expect("conflicts");
        assert_eq!(conflicts.len(), theirs.as_object().unwrap().len(), "{path}");
        let colliding =
            conflicts.iter().find(|one| one["collides"] == true).expect("one that collides");
        assert_eq!(
            (colliding["pointer"].as_str(), &colliding["version"]),
            (Some(pointer), &json!(2))
        );
        let member = &pointer[1..];
        assert_eq!((&colliding["yours"], &colliding["theirs"]), (&yours[member], &theirs[member]));
        assert_eq!(colliding["changedBy"]["name"], "workflow lead");
        let after = app.count("audit_entry", "decision = 'allowed'").await;
        assert_eq!(after, before + 1, "what was told of {path} is a read");
    }
}

#[on_both]
async fn a_value_that_is_not_for_the_caller_is_not_told_by_a_conflict(app: TestApp) {
    let (_, contact) = protected(&app).await;
    for who in ["attendance-lead", "sms-client"] {
        let read = app.as_("workflow-lead").get(&contact).await.expect(200);
        let hidden = json!({ "address": format!("3 Hidden {who} Street") });
        app.as_("workflow-lead").patch_if(&contact, Some("*"), hidden).await.expect(200);
        let refused =
            app.as_(who).patch(&contact, &read, json!({ "address": "9 Open Road" })).await;
        refused.refused(412, "stale");
        assert!(!refused.text.contains("Hidden"), "{who}: {}", refused.text);
        let conflict = &refused.json["conflicts"][0];
        assert_eq!(
            (&conflict["yours"], &conflict["theirs"]),
            (&json!("9 Open Road"), &json!(null)),
            "{who}"
        );
        assert_eq!(
            (&conflict["withheld"], &conflict["collides"]),
            (&json!(true), &json!(true)),
            "{who}"
        );
    }
    let read = app.as_("attendance-lead").get(&contact).await.expect(200);
    app.as_("attendance-lead")
        .patch_if(&contact, Some("*"), json!({ "address": "9 Open Road" }))
        .await
        .expect(200);
    let refused = app.as_("workflow-lead").patch(&contact, &read, json!({ "address": null })).await;
    assert_eq!(refused.json["conflicts"][0]["theirs"], "9 Open Road");
}

#[on_both]
async fn what_a_conflict_shows_is_traced_as_a_read(app: TestApp) {
    let (student, _) = protected(&app).await;
    let lead = app.as_("workflow-lead");
    let read = lead.get(&student).await.expect(200);
    lead.patch(&student, &read, json!({})).await.expect(200);
    let before = app.count("audit_entry", "1 = 1").await;
    let refused = lead.patch(&student, &read, json!({ "yearLevel": 7 })).await;
    refused.refused(412, "stale");
    assert_eq!(
        (&refused.json["conflicts"], refused.faults().len()),
        (&json!([]), 0),
        "no field changed"
    );
    assert_eq!(app.count("audit_entry", "1 = 1").await, before, "nothing was shown");
    lead.patch_if(&student, Some("*"), json!({ "yearLevel": 8 })).await.expect(200);
    lead.patch(&student, &read, json!({ "yearLevel": 7 })).await.refused(412, "stale");
    assert_eq!(app.count("audit_entry", "1 = 1").await, before + 2);
    for tag in ["\"99.0000\"", "\"-1.0000\"", "\"abc\""] {
        let refused = lead.patch_if(&student, Some(tag), json!({ "yearLevel": 7 })).await;
        assert_eq!(refused.json["conflicts"], json!([]), "{tag} never was a version");
    }
    assert_eq!(app.count("audit_entry", "1 = 1").await, before + 2);
}

#[on_both]
async fn a_change_that_changes_nothing_or_is_refused_leaves_no_history(app: TestApp) {
    let (student, _) = protected(&app).await;
    let lead = app.as_("workflow-lead");
    lead.patch_if(&student, Some("*"), json!({ "addressProtected": true })).await.expect(200);
    lead.patch_if(&student, Some("*"), json!({ "gender": "nonsense", "yearLevel": 7 }))
        .await
        .expect(422);
    assert!(history(&app, "workflow-lead", &student).await.is_empty());
}
